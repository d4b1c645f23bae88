package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// View is the directory, below the root, that always shows the latest parts
// of a table, or the latest files of a dataset.
func View(table string) string { return path.Join("views", table, "latest") }

// viewed are the parts that each view of a version shows.
func (v *Version) viewed() map[string][]Part {
	views := map[string][]Part{}
	for _, p := range v.Parts {
		name := p.Table
		if name == "" {
			name = v.Dataset
		}
		views[name] = append(views[name], p)
	}
	return views
}

// inView is where a part lies in its view.
func (p Part) inView() string {
	if p.Table == "" {
		return p.Key
	}
	return filepath.Join(filepath.FromSlash(p.Key), "part-0.parquet")
}

// shown is the first digits of the id of the version that a view shows, "" if
// there is no such view.
func (s *Store) shown(view string) string {
	target, err := os.Readlink(s.at("views", view, "latest"))
	if err != nil || len(target) != 16 {
		return ""
	}
	return target
}

// has tells whether one of a dataset's versions has an id that begins so.
func (s *Store) has(dataset, prefix string) bool {
	ids, _ := s.IDs(dataset)
	return prefix != "" && slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, prefix) })
}

// checkNames refuses a version with a view that shows another dataset's
// latest version: a table's name belongs to one dataset.
func (s *Store) checkNames(v *Version) error {
	for view := range v.viewed() {
		at := s.shown(view)
		if at == "" || s.has(v.Dataset, at) {
			continue
		}
		datasets, err := s.Datasets()
		if err != nil {
			return err
		}
		for _, d := range datasets {
			if id, _, _ := s.ref(d); strings.HasPrefix(id, at) {
				return fmt.Errorf("%s: the name %s is taken by dataset %s", v.Ref(), view, d)
			}
		}
	}
	return nil
}

// show makes the views of a version: a directory of hard links a table, and a
// symlink named latest that is swapped in one rename. A view of a table that
// the dataset no longer has goes away.
func (s *Store) show(v *Version) error {
	views := v.viewed()
	for name, parts := range views {
		if err := s.showTable(name, v.ID[:16], parts); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(s.at("views"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if _, ok := views[e.Name()]; ok || !s.has(v.Dataset, s.shown(e.Name())) {
			continue
		}
		if err := os.RemoveAll(s.at("views", e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) showTable(name, version string, parts []Part) error {
	home := s.at("views", name)
	dir, latest := filepath.Join(home, version), filepath.Join(home, "latest")
	before, err := os.Readlink(latest)
	whole := s.shows(dir, parts)
	if err == nil && before == version && whole {
		return nil
	}
	if err := makeDir(home); err != nil {
		return err
	}
	if !whole {
		if err := s.link(dir, parts); err != nil {
			return err
		}
	}
	if err != nil { // a copy of the store may hold a directory where the link was
		if err := os.RemoveAll(latest); err != nil {
			return err
		}
	}
	swap := s.at("tmp", "latest-"+name)
	os.Remove(swap)
	if err := os.Symlink(version, swap); err != nil {
		return err
	}
	if err := os.Rename(swap, latest); err != nil {
		return err
	}
	return tidyViews(home, version, before)
}

// tidyViews removes views but the latest and the one before it, which a reader
// may still have open.
func tidyViews(home string, keep ...string) error {
	entries, err := os.ReadDir(home)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != "latest" && !slices.Contains(keep, e.Name()) {
			if err := os.RemoveAll(filepath.Join(home, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
