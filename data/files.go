package data

import (
	"errors"
	"os"
	"path/filepath"
)

// durable writes content to path so that a crash leaves either nothing or the
// whole file: a temporary file in tmp, synced, renamed, its directory synced.
func durable(tmp, path string, content []byte) error {
	name, err := stage(tmp, content)
	if err != nil {
		return err
	}
	return settle(name, path)
}

// stage writes and syncs a temporary file and returns its name.
func stage(tmp string, content []byte) (string, error) {
	f, err := os.CreateTemp(tmp, "part-")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = f.Chmod(0o444)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// settle moves a staged file to its place and syncs the directories that name
// it.
func settle(staged, path string) error {
	dir := filepath.Dir(path)
	if err := makeDir(dir); err != nil {
		os.Remove(staged)
		return err
	}
	if err := os.Rename(staged, path); err != nil {
		os.Remove(staged)
		return err
	}
	return syncDir(dir)
}

// makeDir makes a directory and its parents, each synced into its own parent.
func makeDir(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeDir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
		return err
	}
	return syncDir(parent)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// sweep removes what earlier writers that died left in tmp; the caller holds
// the lock, so nobody else is writing there.
func (s *Store) sweep() error {
	entries, err := os.ReadDir(s.at("tmp"))
	if errors.Is(err, os.ErrNotExist) {
		return os.MkdirAll(s.at("tmp"), 0o755)
	}
	for _, e := range entries {
		if err := os.RemoveAll(s.at("tmp", e.Name())); err != nil {
			return err
		}
	}
	return err
}
