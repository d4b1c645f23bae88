package data

import (
	"errors"
	"io/fs"
	"sync"
)

// Missing lists the parts of a version whose file is not there in its full
// length. It looks at no content: that is for Verify.
func (s *Store) Missing(v *Version) (missing []Part) {
	var there func(i int, p Part) bool
	if s.dir != nil {
		infos := s.dir.stats(v.Parts)
		there = func(i int, p Part) bool {
			return infos[i] != nil && infos[i].Mode().IsRegular() && infos[i].Size() == p.Bytes
		}
		s.saw(v.Parts, infos)
	} else {
		look := s.listed(v)
		there = func(_ int, p Part) bool {
			object, err := look(p.Path)
			return err == nil && object.Size == p.Bytes
		}
	}
	for i, p := range v.Parts {
		if !there(i, p) {
			missing = append(missing, p)
		}
	}
	return missing
}

// stats is what the disk says of the files of parts; nil where there is none.
func (d *Dir) stats(parts []Part) []fs.FileInfo {
	infos := make([]fs.FileInfo, len(parts))
	inRanges(len(parts), func(from, to int) {
		for i := from; i < to; i++ {
			if file, err := d.file("stat", parts[i].Path); err == nil {
				infos[i], _ = d.disk.stat(file)
			}
		}
	})
	return infos
}

// errUnlisted says that a listing does not have an object.
var errUnlisted = errors.New("not listed")

// listed is Stat for the parts of a version, where every request is dear: the
// parts of a table, or the files, are listed in one, and all tables at the same
// time. What cannot be listed is not there.
func (s *Store) listed(v *Version) func(name string) (Object, error) {
	prefixes := map[string]string{}
	for _, p := range v.Parts {
		prefix, ok := prefixes[p.Table]
		if !ok {
			prefix = p.Path
		}
		prefixes[p.Table] = sharedPrefix(prefix, p.Path)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	objects := map[string]Object{}
	for _, prefix := range prefixes {
		group.Add(1)
		go func() {
			defer group.Done()
			list, _ := s.place.List(prefix)
			mu.Lock()
			defer mu.Unlock()
			for _, o := range list {
				objects[o.Name] = o
			}
		}()
	}
	group.Wait()
	return func(name string) (Object, error) {
		o, ok := objects[name]
		if !ok {
			return o, errUnlisted
		}
		return o, nil
	}
}

// sharedPrefix is what two names begin with.
func sharedPrefix(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}
