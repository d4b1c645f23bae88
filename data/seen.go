package data

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Seen knows the digests of files outside the store by what the file system
// says of them, so that the same bytes need not be hashed on every run: by size,
// inode, time of the last write and time of the last change, all of which must
// be the same. A file that was written to in the two seconds before it was
// hashed is hashed again: a later write might bear the same time.
type Seen struct {
	store *Store // nil: nothing is known, and nothing remembered
	mu    sync.Mutex
	files map[string]sight // by absolute path
	sums  map[string]*Sum  // of the files that were hashed, by path
	dirty bool
}

// sight is a file as the file system described it when it was hashed.
type sight struct {
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Device uint64 `json:"device"`
	Inode  uint64 `json:"inode"`
	Wrote  int64  `json:"wrote"`  // ns
	Change int64  `json:"change"` // ns
}

// settled is how long a file must have lain still to be known by its times.
const settled = 2 * time.Second

// Seen opens what the store knows of files outside it; with rehash, it knows
// nothing, and every file is hashed again. A nil store knows nothing either.
func (s *Store) Seen(rehash bool) *Seen {
	seen := &Seen{store: s, files: map[string]sight{}, sums: map[string]*Sum{}}
	if s == nil || rehash {
		return seen
	}
	if raw, err := s.readCache(seenName()); err == nil {
		json.Unmarshal(raw, &seen.files) // a damaged one is as good as none
	}
	return seen
}

// seenName is kept for each machine: inodes mean nothing on another.
func seenName() string { return "seen/" + host() + ".json" }

// host is the machine, in 16 digits that do not tell its name.
func host() string {
	name, _ := os.Hostname()
	return Digest("mantis/host/1", []byte(name))[:16]
}

// SHA256 is the digest of a file's bytes. Where they have to be read for it,
// Sum has the digests of the ranges too.
func (x *Seen) SHA256(path string, cut Cut) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	abs, absErr := filepath.Abs(path)
	now, known := describe(info)
	known = known && absErr == nil && info.Mode().IsRegular()
	x.mu.Lock()
	was := x.files[abs]
	x.mu.Unlock()
	if now.SHA256 = was.SHA256; known && was == now {
		return was.SHA256, nil
	}
	begun := time.Now()
	s, err := hashFile(f, info.Size(), cut)
	if err != nil {
		return "", err
	}
	now.SHA256 = s.SHA256
	still := begun.Add(-settled).UnixNano()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sums[path] = s
	switch after, err := os.Stat(path); {
	case known && err == nil && same(after, now) && now.Wrote < still && now.Change < still:
		x.files[abs], x.dirty = now, true
	case was != sight{}:
		delete(x.files, abs)
		x.dirty = true
	}
	return now.SHA256, nil
}

// Sum is a file as SHA256 hashed it, or, where the file was known without that,
// as it is now: whoever reads ranges of it later must find those digests.
func (x *Seen) Sum(path string, cut Cut) (*Sum, error) {
	x.mu.Lock()
	s := x.sums[path]
	x.mu.Unlock()
	if s != nil {
		return s, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return hashFile(f, info.Size(), cut)
}

func hashFile(f *os.File, size int64, cut Cut) (*Sum, error) {
	var ranges []Range
	if cut != nil {
		ranges = cut(f, size)
	}
	return sum(f, ranges)
}

func same(info os.FileInfo, s sight) bool {
	now, ok := describe(info)
	now.SHA256 = s.SHA256
	return ok && now == s
}

// Save writes down what was seen.
func (x *Seen) Save() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.store == nil || !x.dirty {
		return nil
	}
	raw, err := json.Marshal(x.files)
	if err != nil {
		return err
	}
	x.dirty = false
	if err := x.store.writeCache(seenName(), raw); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}
