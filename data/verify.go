package data

import (
	"bytes"
	"fmt"
	"os"
)

// Fault is a part that is not what its manifest says.
type Fault struct {
	Version string `json:"version"`
	Path    string `json:"path"`
	Reason  string `json:"reason"`
}

// Verify reads every part of a version again, holds its bytes against their
// digest and its decoded rows against their content id, and returns what does
// not agree.
func (s *Store) Verify(v *Version) []Fault {
	var faults []Fault
	for _, p := range v.Parts {
		if err := s.verifyPart(v, p); err != nil {
			faults = append(faults, Fault{v.Ref(), p.Path, err.Error()})
		}
	}
	return faults
}

func (s *Store) verifyPart(v *Version, p Part) error {
	raw, err := os.ReadFile(s.Path(p))
	if err != nil {
		return err
	}
	if int64(len(raw)) != p.Bytes {
		return fmt.Errorf("%d bytes, want %d", len(raw), p.Bytes)
	}
	if sum := SHA256(raw); sum != p.SHA256 {
		return fmt.Errorf("sha256 %s, want %s", short(sum), short(p.SHA256))
	}
	if p.Table == "" {
		return nil
	}
	schema, err := v.Table(p.Table)
	if err != nil {
		return err
	}
	b, err := ReadParquet(bytes.NewReader(raw), p.Bytes, schema)
	if err != nil {
		return err
	}
	if b.Content() != p.Content || b.Rows() != p.Rows {
		return fmt.Errorf("content %s, want %s", short(b.Content()), short(p.Content))
	}
	return nil
}
