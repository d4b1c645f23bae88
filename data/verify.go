package data

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// Fault is something in the store that is not what it should be.
type Fault struct {
	Version string `json:"version"` // or what else is damaged: a dataset, "memo", "view"
	Path    string `json:"path"`
	Reason  string `json:"reason"`
	Hint    string `json:"hint,omitempty"`     // how to repair it
	Spare   bool   `json:"harmless,omitempty"` // it is in a cache or a diary: nothing that is read as data hangs on it
}

// Verify reads every part of a version again, holds its bytes against their
// digest and its decoded rows against their content id, and returns what does
// not agree.
func (s *Store) Verify(v *Version) []Fault {
	faults, _ := s.Inspect(context.Background(), []*Version{v}, Inspection{})
	return faults
}

// Audit verifies every version of every dataset and every ref. It returns the
// versions whose manifests are sound, and all faults: a damaged manifest and a
// ref that names nothing are faults like a damaged part. Views, caches and
// diaries are for InspectAll.
func (s *Store) Audit() (versions []*Version, faults []Fault, err error) {
	ctx := context.Background()
	versions, faults, err = s.sound()
	if err != nil {
		return nil, nil, err
	}
	damaged, err := s.Inspect(ctx, versions, Inspection{})
	if err != nil {
		return nil, nil, err
	}
	refs, err := s.inspectRefs()
	return versions, append(append(faults, damaged...), refs...), err
}

// sound loads every manifest of the store; what cannot be loaded is a fault.
func (s *Store) sound() (versions []*Version, faults []Fault, err error) {
	manifests, err := s.manifests("")
	if err != nil {
		return nil, nil, err
	}
	for _, m := range manifests {
		v, err := s.Load(m[0], m[1])
		if errors.Is(err, ErrNotFound) { // it went away meanwhile
			continue
		}
		if err != nil {
			faults = append(faults, Fault{Version: m[0] + "@" + short(m[1]), Path: manifestName(m[0], m[1]), Reason: err.Error(),
				Hint: "delete that file; `mantis run`, with the parameters of that version, makes it again"})
			continue
		}
		versions = append(versions, v)
	}
	return versions, faults, nil
}

// verifyPart says what is wrong with a part, and as closely as it can be told
// where.
func (s *Store) verifyPart(schema Schema, p Part) error {
	raw, err := s.place.Read(p.Path)
	if err != nil {
		return err
	}
	damaged := p.holds(raw)
	if p.Table == "" {
		return damaged
	}
	b, err := ReadParquet(bytes.NewReader(raw), int64(len(raw)), schema)
	switch {
	case err != nil && damaged != nil:
		return fmt.Errorf("%w: %w", damaged, err)
	case err != nil:
		return err
	case damaged != nil && b.Content() == p.Content:
		return fmt.Errorf("%w; its rows still read as they should", damaged)
	case damaged != nil:
		return fmt.Errorf("%w; other rows", damaged)
	}
	return p.describes(b)
}

// holds says in what the bytes of a part are not those that it tells of.
func (p Part) holds(raw []byte) error {
	if int64(len(raw)) != p.Bytes {
		return fmt.Errorf("%d bytes, want %d", len(raw), p.Bytes)
	}
	if sum := SHA256(raw); sum != p.SHA256 {
		return fmt.Errorf("sha256 %s, want %s", short(sum), short(p.SHA256))
	}
	return nil
}

// describes says in what rows are not those that the part tells of.
func (p Part) describes(b *Batch) error {
	if content := b.Content(); content != p.Content || b.Rows() != p.Rows {
		return fmt.Errorf("content %s, want %s", short(content), short(p.Content))
	}
	if first, last := b.span(); first != p.First || last != p.Last {
		return fmt.Errorf("times from %d to %d, want %d to %d", first, last, p.First, p.Last)
	}
	return nil
}
