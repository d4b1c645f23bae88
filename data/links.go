package data

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// looks tells whether a directory has a link for each of these parts and no
// other file: shows, for a run that has nothing to do and many parts.
func (d *Dir) looks(dir string, parts []Part) bool {
	absent, _, err := d.compare(dir, parts, func(string) error { return errStrange })
	return err == nil && len(absent) == 0
}

// errStrange says that there is something in a view that is no part of it.
var errStrange = errors.New("no part of the view")

// strip removes from a directory what is not a link to one of these parts, and
// gives the parts that it has none of.
func (d *Dir) strip(dir string, parts []Part) (absent []Part, err error) {
	absent, empty, err := d.compare(dir, parts, d.removeAll)
	for _, at := range empty {
		if err == nil {
			err = d.disk.remove(at)
		}
	}
	return absent, err
}

// compare walks through a directory and below. It calls strange for every file
// that is no link to one of these parts, and gives the parts that are absent,
// and the directories, innermost first, in which nothing is left.
func (d *Dir) compare(dir string, parts []Part, strange func(path string) error) (absent []Part, empty []string, err error) {
	want := make(map[string]int, len(parts))
	for i, p := range parts {
		want[p.inView()] = i
	}
	found := make([]bool, len(parts))
	var walk func(below string) (holds bool, err error)
	walk = func(below string) (holds bool, err error) {
		entries, err := d.disk.readDir(filepath.Join(dir, below))
		for _, e := range entries {
			at := filepath.Join(below, e.Name())
			if e.IsDir() {
				full, err := walk(at)
				if err != nil {
					return false, err
				}
				holds = holds || full
				continue
			}
			if i, ok := want[at]; ok {
				here, err := e.Info()
				there, none := d.disk.stat(d.Path(parts[i].Path))
				if found[i] = err == nil && none == nil && os.SameFile(here, there); found[i] {
					holds = true
					continue
				}
			}
			if err := strange(filepath.Join(dir, at)); err != nil {
				return false, err
			}
		}
		if !holds && below != "" {
			empty = append(empty, filepath.Join(dir, below))
		}
		return holds, err
	}
	if _, err := walk(""); err != nil {
		return nil, nil, err
	}
	for i, p := range parts {
		if !found[i] {
			absent = append(absent, p)
		}
	}
	return absent, empty, nil
}

// shows tells whether a directory holds these parts and nothing else.
func (d *Dir) shows(dir string, parts []Part) bool {
	for _, p := range parts {
		here, err := d.disk.stat(filepath.Join(dir, p.inView()))
		if err != nil {
			return false
		}
		there, err := d.disk.stat(d.Path(p.Path))
		if err == nil && os.SameFile(here, there) {
			continue
		}
		raw, err := d.disk.readFile(filepath.Join(dir, p.inView())) // a copy: no hard links here
		if err != nil || SHA256(raw) != p.SHA256 {
			return false
		}
	}
	files, err := d.count(dir)
	return err == nil && files == len(parts)
}

// count is the number of files in a directory and below.
func (d *Dir) count(dir string) (int, error) {
	entries, err := d.disk.readDir(dir)
	files := 0
	for _, e := range entries {
		n := 1
		if e.IsDir() {
			if n, err = d.count(filepath.Join(dir, e.Name())); err != nil {
				return 0, err
			}
		}
		files += n
	}
	return files, err
}

// link makes a directory of the parts in tmp and moves it into place. It
// begins with that of a spare view, where there is one: most parts are in it.
func (d *Dir) link(dir, spare string, parts []Part) error {
	temporary, err := d.temporary(func(path string) error {
		if spare == "" || d.disk.rename(spare, path) != nil {
			return d.disk.mkdir(path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	left := temporary
	defer func() {
		if left != "" {
			d.removeAll(left)
		}
	}()
	absent, err := d.strip(temporary, parts)
	if err != nil {
		return err
	}
	made := map[string]bool{}
	for _, p := range absent {
		to := filepath.Join(temporary, p.inView())
		if at := filepath.Dir(to); !made[at] {
			if err := d.makeDirs(at, map[string]bool{}); err != nil {
				return err
			}
			made[at] = true
		}
		err := d.disk.link(d.Path(p.Path), to)
		if err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
			err = d.copyPart(p, to)
		}
		if err != nil {
			return err
		}
	}
	if d.disk.rename(temporary, dir) == nil {
		return nil
	}
	if d.disk.exchange(temporary, dir) == nil { // readers see the old parts or the new ones, and the old ones until the next writer sweeps
		left = ""
		return nil
	}
	if err := d.removeAll(dir); err != nil {
		return err
	}
	return d.disk.rename(temporary, dir)
}

// copyPart serves file systems without hard links.
func (d *Dir) copyPart(p Part, to string) error {
	raw, err := d.Read(p.Path)
	if err != nil {
		return err
	}
	f, err := d.disk.create(to)
	if err != nil {
		return err
	}
	n, err := f.Write(raw)
	if err == nil && n < len(raw) {
		err = io.ErrShortWrite
	}
	return errors.Join(err, f.Close())
}

// removeAll removes a file, a link, or a directory and what is below it. There
// being none is no error.
func (d *Dir) removeAll(path string) error {
	err := d.disk.remove(path)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, link := d.disk.readlink(path); link == nil {
		return err
	}
	entries, list := d.disk.readDir(path)
	if list != nil {
		return err
	}
	for _, e := range entries {
		if err := d.removeAll(filepath.Join(path, e.Name())); err != nil {
			return err
		}
	}
	return d.disk.remove(path)
}
