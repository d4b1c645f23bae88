package data

import (
	"bytes"
	"fmt"
	"strings"
)

// Read decodes one part of a table. Bytes that are not what the manifest says
// are an error and never become rows.
func (s *Store) Read(v *Version, p Part) (*Batch, error) {
	schema, err := v.Table(p.Table)
	if err != nil {
		return nil, err
	}
	raw, err := s.bytes(p)
	if err != nil {
		return nil, s.damaged(v, p, err)
	}
	b, err := ReadParquet(bytes.NewReader(raw), p.Bytes, schema)
	if err == nil && b.Rows() != p.Rows {
		err = fmt.Errorf("%d rows, want %d", b.Rows(), p.Rows)
	}
	if err != nil {
		return nil, s.damaged(v, p, err)
	}
	return b, nil
}

// ReadFile reads a part that is no table.
func (s *Store) ReadFile(v *Version, name string) ([]byte, error) {
	for _, p := range v.Of("") {
		if p.Key != name {
			continue
		}
		raw, err := s.bytes(p)
		if err != nil {
			return nil, s.damaged(v, p, err)
		}
		return raw, nil
	}
	return nil, fmt.Errorf("%s: file %s: %w", v.Ref(), name, ErrNotFound)
}

func (s *Store) damaged(v *Version, p Part, err error) error {
	return WithHint(fmt.Errorf("%w: %s: %s: %w", ErrStore, v.Ref(), p.Path, err), "delete that file and `mantis run` makes it again")
}

// bytes are a part's stored bytes, held against their digest.
func (s *Store) bytes(p Part) ([]byte, error) {
	raw, err := s.place.Read(p.Path)
	if err != nil {
		return nil, err
	}
	return raw, p.holds(raw)
}

// Missing lists the parts of a version whose file is not there in its full
// length. It looks at no content: that is for Verify.
func (s *Store) Missing(v *Version) []Part {
	var missing []Part
	for _, p := range v.Parts {
		object, err := s.place.Stat(p.Path)
		if err != nil || object.Size != p.Bytes {
			missing = append(missing, p)
		}
	}
	return missing
}

// Known is the version that an action key gave before, or nil: where the key
// is new, and where the version is no longer all there and must be made again.
func (s *Store) Known(dataset, key string) *Version {
	if !isDigest(key) {
		return nil
	}
	raw, err := s.place.Read(actionName(key))
	if err != nil {
		return nil
	}
	name, id, _ := strings.Cut(strings.TrimSpace(string(raw)), "@")
	if name != dataset {
		return nil
	}
	v, err := s.Load(name, id)
	if err != nil || len(s.Missing(v)) > 0 {
		return nil
	}
	return v
}
