package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Point makes a version the latest of its dataset: its ref, then its views. A
// ref that already says so is left alone. It tells whether the ref moved.
func (s *Store) Point(v *Version) (moved bool, err error) {
	ref := s.at("refs", v.Dataset, "latest")
	before, err := os.ReadFile(ref)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	old := strings.TrimSpace(string(before))
	if old != v.ID {
		if err := durable(s.at("tmp"), ref, []byte(v.ID+"\n")); err != nil {
			return false, fmt.Errorf("%w: %s: ref: %w", ErrStore, v.Ref(), err)
		}
		if err := s.logMove(v.Dataset, old, v.ID); err != nil {
			return false, fmt.Errorf("%w: %s: log: %w", ErrStore, v.Ref(), err)
		}
	}
	if err := s.show(v); err != nil {
		return false, fmt.Errorf("%w: %s: views: %w", ErrStore, v.Ref(), err)
	}
	return old != v.ID, nil
}

// logMove appends to the dataset's log, with run records the only place that
// knows a clock.
func (s *Store) logMove(dataset, old, id string) error {
	line, err := json.Marshal(map[string]string{"time": time.Now().UTC().Format(time.RFC3339), "old": old, "new": id})
	if err != nil {
		return err
	}
	if err := makeDir(s.at("log")); err != nil {
		return err
	}
	f, err := os.OpenFile(s.at("log", dataset+".jsonl"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// View is the directory, below the root, that always shows the latest parts
// of a table, or the latest files of a dataset.
func View(table string) string { return path.Join("views", table, "latest") }

// show makes the views of a version: a directory of hard links a table, and a
// symlink named latest that is swapped in one rename.
func (s *Store) show(v *Version) error {
	shown := map[string][]Part{}
	for _, p := range v.Parts {
		name := p.Table
		if name == "" {
			name = v.Dataset
		}
		shown[name] = append(shown[name], p)
	}
	for name, parts := range shown {
		if err := s.showTable(name, v.ID[:16], parts); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) showTable(name, version string, parts []Part) error {
	home := s.at("views", name)
	latest := filepath.Join(home, "latest")
	if now, err := os.Readlink(latest); err == nil && now == version {
		return nil
	}
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	if !exists(filepath.Join(home, version)) {
		if err := s.link(filepath.Join(home, version), parts); err != nil {
			return err
		}
	}
	swap := s.at("tmp", "latest-"+name)
	os.Remove(swap)
	if err := os.Symlink(version, swap); err != nil {
		return err
	}
	before, _ := os.Readlink(latest)
	if err := os.Rename(swap, latest); err != nil {
		return err
	}
	return tidyViews(home, version, before)
}

// link fills a fresh directory with the parts and moves it into place.
func (s *Store) link(dir string, parts []Part) error {
	tmp, err := os.MkdirTemp(s.at("tmp"), "view-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for _, p := range parts {
		to := filepath.Join(tmp, p.Key)
		if p.Table != "" {
			to = filepath.Join(tmp, filepath.FromSlash(p.Key), "part-0.parquet")
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if os.Link(s.Path(p), to) == nil {
			continue
		}
		if err := copyFile(s.Path(p), to); err != nil {
			return err
		}
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}

// tidyViews removes views but the latest and the one before it, which a reader
// may still have open.
func tidyViews(home string, keep ...string) error {
	entries, err := os.ReadDir(home)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != keep[0] && e.Name() != keep[1] {
			if err := os.RemoveAll(filepath.Join(home, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyFile serves file systems without hard links.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closing := out.Close(); err == nil {
		err = closing
	}
	return err
}
