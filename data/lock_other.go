//go:build !unix

package data

import "fmt"

// Lock does nothing where there is no flock: keep to one writer at a time.
func (s *Store) Lock() (unlock func(), err error) {
	if err := s.sweep(); err != nil {
		return nil, WithHint(fmt.Errorf("%w %s: %w", ErrStore, s.root, err), writable)
	}
	return func() {}, nil
}
