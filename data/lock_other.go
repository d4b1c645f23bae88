//go:build !unix

package data

// Lock does nothing where there is no flock: keep to one writer at a time.
func (s *Store) Lock() (unlock func(), err error) { return func() {}, s.sweep() }
