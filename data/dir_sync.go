package data

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Sync syncs every directory in which a name came, went or changed since it
// was synced last. Where a writer before this one may have died, it syncs all
// there are, and those that the store lies in. The files themselves are synced
// before they get their names.
func (d *Dir) Sync() error {
	d.syncing.Lock()
	defer d.syncing.Unlock()
	dirs, err := d.unsynced()
	if err != nil {
		return full(err)
	}
	for i, dir := range dirs {
		err := d.disk.syncDir(dir)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) && d.isAbove(dir) {
			continue
		}
		if err != nil {
			d.mark(dirs[i:])
			return full(err)
		}
	}
	return nil
}

// unsynced takes the marks of all directories that are to be synced.
func (d *Dir) unsynced() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.orphaned {
		all, err := d.directories(d.root)
		if err != nil {
			return nil, err
		}
		for dir, above := d.at(), filepath.Dir(d.at()); above != dir; dir, above = above, filepath.Dir(above) {
			all = append(all, above)
		}
		for _, dir := range all {
			d.changed[dir] = true
		}
		d.orphaned = false
	}
	dirs := slices.Sorted(maps.Keys(d.changed))
	clear(d.changed)
	return dirs, nil
}

// isAbove tells whether the store lies in a directory.
func (d *Dir) isAbove(dir string) bool {
	return d.root != "." && dir != d.at() && !strings.HasPrefix(dir, d.at()+string(filepath.Separator))
}

func (d *Dir) mark(dirs []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, dir := range dirs {
		d.changed[dir] = true
	}
}

// directories lists a directory and all below it that hold objects, without
// the actions: there are many, and to lose one costs work, never data.
func (d *Dir) directories(dir string) ([]string, error) {
	entries, err := d.disk.readDir(dir)
	if err != nil {
		return nil, err
	}
	all := []string{dir}
	for _, e := range entries {
		if !e.IsDir() || dir == d.root && (!isObject(e.Name()) || e.Name() == "actions") {
			continue
		}
		below, err := d.directories(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, below...)
	}
	return all, nil
}

// Swap replaces an object in one step if its bytes are still old. Two
// processes are kept apart by Lock, goroutines by Swap itself.
func (d *Dir) Swap(name string, old, content []byte) error {
	d.swapping.Lock()
	defer d.swapping.Unlock()
	now, err := d.Read(name)
	there := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if there != (old != nil) || !bytes.Equal(now, old) {
		return &fs.PathError{Op: "swap", Path: d.Path(name), Err: ErrChanged}
	}
	if err := d.Sync(); err != nil {
		return err
	}
	if err := d.Write(name, content); err != nil {
		return err
	}
	return d.Sync()
}

// full tells people what to do where the disk is full.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return WithHint(err, "the disk is full: make room and run again; what is in the store is unharmed")
	}
	return err
}
