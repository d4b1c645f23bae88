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
	want := make(map[string]string, len(parts))
	for _, p := range parts {
		want[filepath.Join(dir, p.inView())] = d.Path(p.Path)
	}
	var walk func(dir string) bool
	walk = func(dir string) bool {
		entries, err := d.disk.readDir(dir)
		for _, e := range entries {
			path := filepath.Join(dir, e.Name())
			if e.IsDir() {
				if !walk(path) {
					return false
				}
				continue
			}
			here, err := e.Info()
			if err != nil || want[path] == "" {
				return false
			}
			if there, err := d.disk.stat(want[path]); err != nil || !os.SameFile(here, there) {
				return false
			}
			delete(want, path)
		}
		return err == nil
	}
	return walk(dir) && len(want) == 0
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

// link fills a fresh directory with the parts and moves it into place.
func (d *Dir) link(dir string, parts []Part) error {
	temporary, err := d.temporary(d.disk.mkdir)
	if err != nil {
		return err
	}
	left := temporary
	defer func() {
		if left != "" {
			d.removeAll(left)
		}
	}()
	for _, p := range parts {
		to := filepath.Join(temporary, p.inView())
		if err := d.makeDirs(filepath.Dir(to), map[string]bool{}); err != nil {
			return err
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
