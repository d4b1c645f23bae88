package data

import (
	"encoding/binary"
	"os"
	"strings"
	"time"
)

// A glance is what the file system says of a view that was found in order: of
// each of its directories the inode and the times, which change with every name
// that comes or goes there, and of the file of each part the inode, which the
// view has its link to. As long as all that stays, no name in the view need be
// looked at. It is remembered where a view has many parts, in one digest.

// glanced is the number of parts from which on it is.
const glanced = 64

// glance looks at the view of a version, in a directory. It is "" where the
// file system does not say enough, and where a directory changed so short a
// time ago that a later change might bear the same time.
func (s *Store) glance(dir, version string, parts []Part) string {
	still := time.Now().Add(-settled).UnixNano()
	dirs := viewDirs(dir, parts)
	infos := make([]os.FileInfo, len(dirs))
	inRanges(len(dirs), func(from, to int) {
		for i := from; i < to; i++ {
			infos[i], _ = s.dir.disk.stat(dirs[i])
		}
	})
	said := []byte(version)
	for _, info := range infos {
		if info == nil || !info.IsDir() {
			return ""
		}
		now, known := describe(info)
		if !known || max(now.Wrote, now.Change) >= still {
			return ""
		}
		for _, x := range []uint64{now.Device, now.Inode, uint64(now.Wrote), uint64(now.Change)} {
			said = binary.LittleEndian.AppendUint64(said, x)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range parts {
		file, known := s.seen[p.Path]
		if !known {
			return ""
		}
		said = binary.LittleEndian.AppendUint64(said, file.Device)
		said = binary.LittleEndian.AppendUint64(said, file.Inode)
	}
	return Digest("mantis/glance/1", said)
}

// saw remembers what the disk said of parts.
func (s *Store) saw(parts []Part, infos []os.FileInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range parts {
		delete(s.seen, p.Path)
		if infos[i] != nil {
			if now, known := describe(infos[i]); known {
				s.seen[p.Path] = now
			}
		}
	}
}

// unsee forgets it, where a part is written.
func (s *Store) unsee(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seen, name)
}

// viewDirs lists a view's directory and all below it, given its parts in their
// order.
func viewDirs(dir string, parts []Part) []string {
	dirs, before := []string{dir}, "/"
	for _, p := range parts {
		if p.Table == "" {
			continue
		}
		key := p.Key + "/"
		for i := range key {
			if key[i] == '/' && i > 0 && !strings.HasPrefix(before, key[:i+1]) {
				dirs = append(dirs, dir+string(os.PathSeparator)+strings.ReplaceAll(key[:i], "/", string(os.PathSeparator)))
			}
		}
		before = key
	}
	return dirs
}

// glanceName is kept for each machine, as what was seen.
func glanceName(view string) string { return "seen/" + host() + "/" + view }

// sameView tells whether a view of many parts looks as it did when it was last
// found in order. remember is for whoever finds it in order now.
func (s *Store) sameView(view, version string, parts []Part) (same bool, remember func() error) {
	if len(parts) < glanced {
		return false, func() error { return nil }
	}
	now := s.glance(s.dir.at("views", view, version), version, parts)
	was, err := s.readCache(glanceName(view))
	if now != "" && err == nil && string(was) == now {
		return true, nil
	}
	return false, func() error {
		if now == "" {
			return nil
		}
		return s.writeCache(glanceName(view), []byte(now))
	}
}
