package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"
)

// Store is a place full of dataset versions. FORMAT.md describes what lies in
// it. Reading needs no lock; writing goes through Lock, one process at a time.
type Store struct {
	place Place
	dir   *Dir // the place, where it is a directory: it has locks and views

	lease *held // of a writer, where the place has no lock

	mu     sync.Mutex
	claims map[string]*claim // by the name of an object below data
	seen   map[string]sight  // what Missing saw of such an object last, in a directory
	rooms  sync.Pool         // of *room
}

// ErrNotFound says that a store has no such version, dataset or table.
var ErrNotFound = errors.New("not found")

// ErrStore is wrapped by errors about the store itself: not there, not
// writable, in use, or damaged.
var ErrStore = errors.New("store")

// ErrInUse says that another process writes to the store.
var ErrInUse = errors.New("in use")

// marker is the object that makes a place a store.
const marker = "mantis.json"

// writable is the hint where a store cannot be written to.
const writable = "name a writable directory with --store"

func storeAt(place Place) *Store {
	dir, _ := place.(*Dir)
	return &Store{place: place, dir: dir, claims: map[string]*claim{}, seen: map[string]sight{}}
}

// Create opens the store in a directory, making it first where there is none.
// It refuses a directory that holds anything else.
func Create(root string) (*Store, error) { return CreateAt(NewDir(root)) }

// Open opens the store in a directory, which must exist.
func Open(root string) (*Store, error) { return OpenAt(NewDir(root)) }

// CreateAt is Create for a store at any place.
func CreateAt(place Place) (*Store, error) {
	s := storeAt(place)
	if _, err := place.Stat(marker); err == nil {
		return OpenAt(place)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, s.wrong(err, writable)
	}
	empty, err := s.isEmpty()
	if err == nil && !empty {
		if _, err := place.Stat(marker); err == nil { // another process was faster
			return OpenAt(place)
		}
		return nil, s.wrong(errors.New("it is not empty and holds no "+marker), "name another directory with --store")
	}
	if err == nil {
		err = place.Swap(marker, nil, []byte("{\"format\":1}\n"))
	}
	if err != nil {
		if _, missing := place.Stat(marker); missing != nil { // or another process was faster
			return nil, s.wrong(err, writable)
		}
	}
	return OpenAt(place)
}

// isEmpty tells whether nothing lies at the place, or only what a writer that
// died left there before it had made a store.
func (s *Store) isEmpty() (bool, error) {
	if s.dir != nil {
		return s.dir.isEmpty()
	}
	if place, ok := s.place.(interface{ IsEmpty() (bool, error) }); ok { // without listing it all
		return place.IsEmpty()
	}
	objects, err := s.place.List("")
	return len(objects) == 0, err
}

// OpenAt is Open for a store at any place.
func OpenAt(place Place) (*Store, error) {
	s := storeAt(place)
	raw, err := place.Read(marker)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, s.wrong(ErrNotFound, "make one with `mantis run`, or name one with --store or MANTIS_STORE")
	}
	if err != nil {
		return nil, s.wrong(err, "")
	}
	var m struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(raw, &m); err != nil || m.Format != 1 {
		return nil, s.wrong(fmt.Errorf("%s: not a format this mantis reads (want 1)", marker), "")
	}
	return s, nil
}

// wrong is an error about the store as a whole, with a hint unless the error
// brings one.
func (s *Store) wrong(err error, hint string) error {
	advised := Hint(err) != "" || hint == ""
	err = fmt.Errorf("%w %s: %w", ErrStore, s.place, err)
	if advised {
		return err
	}
	return WithHint(err, hint)
}

// Root is the store's place: its directory, or the address of a bucket.
func (s *Store) Root() string { return s.place.String() }

// HasViews tells whether views show the latest parts to other programs: they do
// in a directory.
func (s *Store) HasViews() bool { return s.dir != nil }

// Path is where a part's bytes lie, for other programs: a file, or an address
// where the place has one for each object.
func (s *Store) Path(p Part) string {
	if place, ok := s.place.(interface{ Path(name string) string }); ok {
		return place.Path(p.Path)
	}
	return p.Path
}

// Lock makes this process the store's one writer until unlock is called or the
// process dies. A store that is taken is an error that names the process.
func (s *Store) Lock() (unlock func(), err error) { return s.lock(context.Background(), false) }

// Wait is Lock for a process that has time: it waits while another writes.
func (s *Store) Wait(ctx context.Context) (unlock func(), err error) { return s.lock(ctx, true) }

func (s *Store) lock(ctx context.Context, wait bool) (unlock func(), err error) {
	unlock, err = s.place.Lock(ctx, wait)
	if err == nil && s.dir == nil {
		if err = s.pinned(ctx, wait); err != nil {
			unlock()
		} else {
			open := unlock
			unlock = func() {
				s.lease.release()
				s.lease = nil
				open()
			}
		}
	}
	if err != nil && ctx.Err() == nil {
		err = s.wrong(err, writable)
	}
	return unlock, err
}
