package data

import (
	"bytes"
	"errors"
)

// errCache says that a cache's bytes are not those that were written.
var errCache = errors.New("it was changed after it was written")

// writeCache keeps an object that costs work to lose and nothing else, with
// the digest of its bytes before them: what a cache says goes into versions, so
// a damaged one must be as good as none.
func (s *Store) writeCache(name string, content []byte) error {
	return s.place.Write(name, append([]byte(SHA256(content)+"\n"), content...))
}

// readCache is what writeCache was given.
func (s *Store) readCache(name string) ([]byte, error) {
	raw, err := s.place.Read(name)
	if err != nil {
		return nil, err
	}
	sum, content, _ := bytes.Cut(raw, []byte("\n"))
	if string(sum) != SHA256(content) {
		return nil, errCache
	}
	return content, nil
}
