package data

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// Dir is a place in a directory of this machine. An object is a file, written
// in tmp, synced, and renamed to its name; what names it is synced by Sync. The
// directory has three things that are no objects: tmp, views, and lock.
type Dir struct {
	root   string
	within string // what the paths of all objects begin with
	disk   disk
	number atomic.Int64 // of the last file in tmp

	swapping sync.Mutex // one Swap at a time
	syncing  sync.Mutex // one Sync at a time: who waits for it finds all synced
	mu       sync.Mutex // makes a change and its mark one step
	changed  map[string]bool
	orphaned bool // a writer died: what it changed last may not be synced
}

// NewDir is the place at a directory, which need not exist yet.
func NewDir(root string) *Dir { return newDir(root, realDisk{}) }

func newDir(root string, disk disk) *Dir {
	return &Dir{root: root, within: strings.TrimSuffix(filepath.Join(root, "x"), "x"), disk: disk, changed: map[string]bool{}}
}

// String is the directory as it was named.
func (d *Dir) String() string { return d.root }

// Path is the file that holds an object.
func (d *Dir) Path(name string) string {
	if fs.ValidPath(name) && name != "." { // there are thousands, and nothing to clean
		return d.within + filepath.FromSlash(name)
	}
	return d.at(filepath.FromSlash(name))
}

func (d *Dir) at(elem ...string) string {
	return filepath.Join(append([]string{d.root}, elem...)...)
}

// file is the path of an object, or says that no object may bear the name.
func (d *Dir) file(op, name string) (string, error) {
	local := filepath.FromSlash(name)
	if !fs.ValidPath(name) || !filepath.IsLocal(local) || !isObject(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return d.within + local, nil
}

// isObject tells whether a name, or the directory of that name, is the
// place's and not the directory's own.
func isObject(name string) bool {
	top, _, _ := strings.Cut(name, "/")
	return top != "tmp" && top != "views" && name != "lock" && name != "."
}

// isEmpty tells whether there is nothing in the directory but its own tmp and
// lock.
func (d *Dir) isEmpty() (bool, error) {
	entries, err := d.disk.readDir(d.root)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	for _, e := range entries {
		if e.Name() != "tmp" && e.Name() != "lock" {
			return false, nil
		}
	}
	return true, err
}

// Read is the bytes of an object.
func (d *Dir) Read(name string) ([]byte, error) {
	file, err := d.file("read", name)
	if err != nil {
		return nil, err
	}
	raw, err := d.disk.readFile(file)
	if err != nil {
		return nil, absent(err)
	}
	return raw, nil
}

// Stat tells of an object without reading it.
func (d *Dir) Stat(name string) (Object, error) {
	file, err := d.file("stat", name)
	if err != nil {
		return Object{}, err
	}
	info, err := d.disk.stat(file)
	if err != nil {
		return Object{}, absent(err)
	}
	if !info.Mode().IsRegular() {
		return Object{}, &fs.PathError{Op: "stat", Path: file, Err: fs.ErrNotExist}
	}
	return Object{Name: name, Size: info.Size(), Modified: info.ModTime()}, nil
}

// absent says of a directory in the place of a file, and of a file in the place
// of a directory, that there is no such object.
func absent(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) && (errors.Is(err, syscall.EISDIR) || errors.Is(err, syscall.ENOTDIR)) {
		return &fs.PathError{Op: p.Op, Path: p.Path, Err: fs.ErrNotExist}
	}
	return err
}

// Write keeps bytes under a name.
func (d *Dir) Write(name string, content []byte) error {
	to, err := d.file("write", name)
	if err != nil {
		return err
	}
	from, err := d.stage(content)
	if err != nil {
		return full(err)
	}
	if err := d.settle(from, to); err != nil {
		d.disk.remove(from)
		return full(err)
	}
	return nil
}

// stage writes and syncs a file in tmp.
func (d *Dir) stage(content []byte) (string, error) {
	var f output
	name, err := d.temporary(func(path string) (err error) {
		f, err = d.disk.create(path)
		return err
	})
	if err != nil {
		return "", err
	}
	n, err := f.Write(content)
	if err == nil && n < len(content) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		d.disk.remove(name)
		return "", err
	}
	return name, nil
}

// temporary makes something in tmp under a name that nobody else has.
func (d *Dir) temporary(make func(path string) error) (string, error) {
	for made := false; ; {
		name := d.at("tmp", fmt.Sprintf("part-%d", d.number.Add(1)))
		err := make(name)
		switch {
		case err == nil:
			return name, nil
		case errors.Is(err, fs.ErrNotExist) && !made:
			made = true
			if err := d.makeDir(d.at("tmp")); err != nil {
				return "", err
			}
		case !errors.Is(err, fs.ErrExist):
			return "", err
		}
	}
}

// settle renames a file to its place. The directory is marked in the same
// step, so that whoever sees the file and then calls Sync syncs it.
func (d *Dir) settle(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.makeDirs(filepath.Dir(to), d.changed); err != nil {
		return err
	}
	d.changed[filepath.Dir(to)] = true
	return d.disk.rename(from, to)
}

func (d *Dir) makeDir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.makeDirs(dir, d.changed)
}

// makeDirs makes a directory and its parents and marks what names them.
func (d *Dir) makeDirs(dir string, changed map[string]bool) error {
	if info, err := d.disk.stat(dir); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent == dir {
		return nil
	}
	if err := d.makeDirs(parent, changed); err != nil {
		return err
	}
	changed[parent] = true
	if err := d.disk.mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Remove takes an object away.
func (d *Dir) Remove(name string) error {
	file, err := d.file("remove", name)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changed[filepath.Dir(file)] = true
	if err = d.disk.remove(file); err != nil {
		if _, none := d.Stat(name); errors.Is(none, fs.ErrNotExist) {
			return nil
		}
	}
	return err
}
