package data

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// List tells of every object whose name begins with prefix, by name.
func (d *Dir) List(prefix string) ([]Object, error) {
	dir, _ := path.Split(prefix)
	dir = strings.TrimSuffix(dir, "/")
	if dir != "" && !fs.ValidPath(dir) {
		return nil, nil
	}
	objects, err := d.list(nil, dir, prefix)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(objects, func(a, b Object) int { return cmp.Compare(a.Name, b.Name) })
	return objects, nil
}

// list adds the objects below a directory that begin with prefix. What goes
// away meanwhile is not there.
func (d *Dir) list(objects []Object, dir, prefix string) ([]Object, error) {
	entries, err := d.disk.readDir(d.Path(dir))
	if err = absent(err); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if !isObject(name) {
			continue
		}
		if e.IsDir() {
			if strings.HasPrefix(name+"/", prefix) || strings.HasPrefix(prefix, name+"/") {
				if objects, err = d.list(objects, name, prefix); err != nil {
					return nil, err
				}
			}
			continue
		}
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		object, err := d.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}
