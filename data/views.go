package data

import (
	"errors"
	"fmt"
	"io/fs"
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
func (d *Dir) shown(view string) string {
	target, err := d.disk.readlink(d.at("views", view, "latest"))
	if err != nil || len(target) != 16 {
		return ""
	}
	return target
}

// has tells whether one of a dataset's versions has an id that begins so.
func (s *Store) has(dataset, prefix string) (bool, error) {
	if prefix == "" {
		return false, nil
	}
	ids, err := s.IDs(dataset)
	return slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, prefix) }), err
}

// checkNames refuses a version with a view that shows another dataset's
// latest version: a table's name belongs to one dataset.
func (s *Store) checkNames(v *Version) error {
	if s.dir == nil {
		return nil
	}
	for view := range v.viewed() {
		at := s.dir.shown(view)
		if at == "" || at == v.ID[:16] {
			continue
		}
		if own, err := s.has(v.Dataset, at); own {
			continue
		} else if err != nil {
			return err
		}
		datasets, err := s.Datasets()
		if err != nil {
			return err
		}
		for _, d := range datasets {
			id, _, err := s.ref(d)
			if err != nil {
				return err
			}
			if strings.HasPrefix(id, at) {
				return fmt.Errorf("%s: the name %s is taken by dataset %s", v.Ref(), view, d)
			}
		}
	}
	return nil
}

// show makes the views of a version, where the store is a directory: one of
// hard links a table, and a symlink named latest that is swapped in one rename.
// A view of a table that the dataset no longer has goes away.
func (s *Store) show(v *Version) error {
	if s.dir == nil {
		return nil
	}
	views := v.viewed()
	for name, parts := range views {
		same, remember := s.sameView(name, v.ID[:16], parts)
		if same && s.dir.shown(name) == v.ID[:16] {
			continue
		}
		looks, err := s.dir.showTable(name, v.ID[:16], parts)
		if err == nil && looks {
			err = remember()
		}
		if err != nil {
			return err
		}
	}
	entries, err := s.dir.disk.readDir(s.dir.at("views"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	ids, err := s.IDs(v.Dataset)
	for _, e := range entries {
		if _, ok := views[e.Name()]; ok || err != nil {
			continue
		}
		if at := s.dir.shown(e.Name()); at != "" && slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, at) }) {
			err = s.dir.removeAll(s.dir.at("views", e.Name()))
		}
	}
	return err
}

// showTable makes one view, and tells whether it had nothing to do.
func (d *Dir) showTable(name, version string, parts []Part) (looks bool, err error) {
	home := d.at("views", name)
	dir, latest := filepath.Join(home, version), filepath.Join(home, "latest")
	before, err := d.disk.readlink(latest)
	if err == nil && before == version && d.looks(dir, parts) {
		return true, nil
	}
	whole := d.shows(dir, parts)
	if err := d.makeDirs(home, map[string]bool{}); err != nil { // a crash may take views
		return false, err
	}
	if !whole {
		if err := d.link(dir, d.spare(home, "latest", before, version), parts); err != nil {
			return false, err
		}
	}
	if err != nil { // a copy of the store may hold a directory where the link was
		if err := d.removeAll(latest); err != nil {
			return false, err
		}
	}
	swap, err := d.temporary(func(path string) error { return d.disk.symlink(version, path) })
	if err != nil {
		return false, err
	}
	if err := d.disk.rename(swap, latest); err != nil {
		d.disk.remove(swap)
		return false, err
	}
	return false, d.tidyViews(home, version, before)
}

// spare is a view that is older than those that readers may still have open,
// "" where there is none.
func (d *Dir) spare(home string, keep ...string) string {
	entries, err := d.disk.readDir(home)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(keep, e.Name()) {
			return filepath.Join(home, e.Name())
		}
	}
	return ""
}

// tidyViews removes views but the latest and the one before it, which a reader
// may still have open.
func (d *Dir) tidyViews(home string, keep ...string) error {
	entries, err := d.disk.readDir(home)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != "latest" && !slices.Contains(keep, e.Name()) {
			if err := d.removeAll(filepath.Join(home, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
