package data

import (
	"errors"
	"fmt"
	"io/fs"
)

// claim is what a store knows of an object below data that drafts are using.
type claim struct {
	drafts int  // how many use it
	fresh  bool // it was not there before, and no manifest names it
}

// keep claims the object of a part for a draft and writes it, unless these
// bytes are there already. On an error nothing is claimed.
func (s *Store) keep(p Part, content []byte) error {
	if err := s.claim(p.Path); err != nil {
		return err
	}
	if _, err := s.bytes(p); err == nil {
		return nil
	}
	s.unsee(p.Path)
	if err := s.place.Write(p.Path, content); err != nil {
		return errors.Join(err, s.release(p.Path))
	}
	return nil
}

func (s *Store) claim(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.claims[name]
	if c == nil {
		c = &claim{}
		if s.dir != nil { // elsewhere nothing is removed
			_, err := s.place.Stat(name)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			c.fresh = err != nil
		}
		s.claims[name] = c
	}
	c.drafts++
	return nil
}

// release gives up a claim. The last draft to do so removes the object if no
// manifest came to name it: only in a directory, whose lock keeps out other
// processes that may be using it.
func (s *Store) release(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.claims[name]
	if c.drafts--; c.drafts > 0 {
		return nil
	}
	delete(s.claims, name)
	if !c.fresh {
		return nil
	}
	if err := s.place.Remove(name); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}

// hold keeps the parts' objects from being removed: a manifest names them, or
// is about to.
func (s *Store) hold(parts []Part) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range parts {
		if c := s.claims[p.Path]; c != nil {
			c.fresh = false
		}
	}
}
