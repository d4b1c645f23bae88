package data

import (
	"errors"
	"sync"
)

// Missing lists the parts of a version whose file is not there in its full
// length. It looks at no content: that is for Verify.
func (s *Store) Missing(v *Version) []Part {
	look := s.place.Stat
	if s.dir == nil {
		look = s.listed(v)
	}
	var missing []Part
	for _, p := range v.Parts {
		object, err := look(p.Path)
		if err != nil || object.Size != p.Bytes {
			missing = append(missing, p)
		}
	}
	return missing
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
