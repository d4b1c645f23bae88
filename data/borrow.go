package data

import (
	"errors"
	"fmt"
)

// Borrow takes a version of another store into this one: its parts, each held
// against its digest on the way, and its manifest. How it was made is not taken
// along: this store would make it again. The store's lock must be held.
func (s *Store) Borrow(from *Store, v *Version) error {
	for _, p := range v.Parts {
		raw, err := from.bytes(p)
		if err != nil {
			return from.damaged(v, p, err)
		}
		if object, err := s.place.Stat(p.Path); err == nil && object.Size == p.Bytes {
			continue
		}
		if err := s.place.Write(p.Path, raw); err != nil {
			return fmt.Errorf("%w: %s: %s: %w", ErrStore, v.Ref(), p.Path, err)
		}
	}
	name := manifestName(v.Dataset, v.ID)
	manifest, err := from.place.Read(name)
	if err == nil {
		err = s.place.Swap(name, nil, manifest)
	}
	if err != nil && !errors.Is(err, ErrChanged) { // it is there: an id names one manifest
		return fmt.Errorf("%w: %s: manifest: %w", ErrStore, v.Ref(), err)
	}
	return nil
}
