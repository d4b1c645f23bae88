package data

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// shows tells whether a directory holds these parts and nothing else.
func (s *Store) shows(dir string, parts []Part) bool {
	for _, p := range parts {
		here, err := os.Stat(filepath.Join(dir, p.inView()))
		if err != nil {
			return false
		}
		there, err := os.Stat(s.Path(p))
		if err == nil && os.SameFile(here, there) {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, p.inView())) // a copy: no hard links here
		if err != nil || SHA256(raw) != p.SHA256 {
			return false
		}
	}
	files := 0
	filepath.WalkDir(dir, func(_ string, e fs.DirEntry, _ error) error {
		if e != nil && !e.IsDir() {
			files++
		}
		return nil
	})
	return files == len(parts)
}

// link fills a fresh directory with the parts and moves it into place.
func (s *Store) link(dir string, parts []Part) error {
	tmp, err := os.MkdirTemp(s.at("tmp"), "view-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for _, p := range parts {
		to := filepath.Join(tmp, p.inView())
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		err := os.Link(s.Path(p), to)
		if err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
			err = s.copyPart(p, to)
		}
		if err != nil {
			return err
		}
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}

// copyPart serves file systems without hard links.
func (s *Store) copyPart(p Part, to string) error {
	raw, err := s.bytes(p)
	if err != nil {
		return err
	}
	return os.WriteFile(to, raw, 0o444)
}
