package data

import (
	"errors"
	"fmt"
	"io/fs"
)

// Seal gives the draft its id, makes its parts outlive a crash, writes the
// manifest and remembers the action key. Nothing is visible before the
// manifest is.
//
// A version that is there already stays as it was first sealed, with the
// origin, inputs and notes of that time, and is what Seal returns: an id names
// one manifest.
func (d *Draft) Seal(origin Origin, inputs []Input, action string) (*Version, error) {
	defer d.Discard()
	d.mu.Lock()
	defer d.mu.Unlock()
	v, s := &d.version, d.store
	if d.done {
		return nil, fmt.Errorf("%s is sealed twice", v.Dataset)
	}
	d.done = true
	v.Stage, v.Inputs, v.Action = origin, append(v.Inputs, inputs...), action
	v.sort()
	v.ID = v.computeID()
	if err := v.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", v.Dataset, err)
	}
	if !isDigest(action) {
		return nil, fmt.Errorf("%s: action key %q is no SHA-256", v.Ref(), action)
	}
	sealed, err := s.sealed(v)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
	}
	if err := s.place.Write(actionName(action), []byte(v.Dataset+"@"+v.ID+"\n")); err != nil {
		return nil, fmt.Errorf("%w: %s: action: %w", ErrStore, v.Ref(), err)
	}
	return sealed, nil
}

// sealed is the version as the store has it, all of it safe from a crash. The
// manifest is written where there is none, or one that is damaged or has lost
// a file. An error may leave the manifest there all the same, so the parts
// stay.
func (s *Store) sealed(v *Version) (*Version, error) {
	s.hold(v.Parts) // also where another manifest has the same rows in other bytes: the memo knows these
	if known := s.whole(v); known != nil {
		return known, s.place.Sync()
	}
	raw, err := v.encode()
	if err != nil {
		return nil, err
	}
	if _, err := decodeManifest(raw); err != nil {
		return nil, fmt.Errorf("the manifest does not read back: %w", err)
	}
	if err := s.lease.renew(); err != nil {
		return nil, err
	}
	name := manifestName(v.Dataset, v.ID)
	old, err := s.place.Read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := s.place.Swap(name, old, raw); errors.Is(err, ErrChanged) {
		if known := s.whole(v); known != nil { // by a writer that was faster
			return known, nil
		}
		return nil, err
	} else if err != nil {
		return nil, err
	}
	return v, nil
}

// whole is the version of the same id that the store has with every part in
// its full length, or nil. Its parts are held.
func (s *Store) whole(v *Version) *Version {
	known, err := s.Load(v.Dataset, v.ID)
	if err != nil {
		return nil
	}
	s.hold(known.Parts)
	if len(s.Missing(known)) > 0 {
		return nil
	}
	return known
}
