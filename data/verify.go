package data

import (
	"bytes"
	"fmt"
	"strings"
)

// Fault is something in the store that is not what it should be.
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
	raw, err := s.bytes(p)
	if err != nil || p.Table == "" {
		return err
	}
	schema, err := v.Table(p.Table)
	if err != nil {
		return err
	}
	b, err := ReadParquet(bytes.NewReader(raw), p.Bytes, schema)
	if err != nil {
		return err
	}
	if content := b.Content(); content != p.Content || b.Rows() != p.Rows {
		return fmt.Errorf("content %s, want %s", short(content), short(p.Content))
	}
	if first, last := b.span(); first != p.First || last != p.Last {
		return fmt.Errorf("times from %d to %d, want %d to %d", first, last, p.First, p.Last)
	}
	return nil
}

// Audit verifies every version of every dataset and every ref. It returns the
// versions whose manifests are sound, and all faults: a damaged manifest and a
// ref that names nothing are faults like a damaged part.
func (s *Store) Audit() (versions []*Version, faults []Fault, err error) {
	datasets, err := s.Datasets()
	if err != nil {
		return nil, nil, err
	}
	for _, d := range datasets {
		ids, err := s.IDs(d)
		if err != nil {
			return nil, nil, err
		}
		for _, id := range ids {
			v, err := s.Load(d, id)
			if err != nil {
				faults = append(faults, Fault{d + "@" + short(id), manifestName(d, id), err.Error()})
				continue
			}
			versions = append(versions, v)
			faults = append(faults, s.Verify(v)...)
		}
	}
	refs, err := s.place.List("refs/")
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	for _, ref := range refs {
		dataset, ok := strings.CutSuffix(strings.TrimPrefix(ref.Name, "refs/"), "/latest")
		if tag, tagged := tagOf(ref.Name); tagged {
			dataset, ok = tag.Dataset, true
		}
		if !ok || !datasetName.MatchString(dataset) {
			continue
		}
		id, _, err := s.readRef(ref.Name)
		if err == nil && digestName.MatchString(id) {
			_, err = s.place.Stat(manifestName(dataset, id))
		}
		if err != nil || !digestName.MatchString(id) {
			faults = append(faults, Fault{dataset, ref.Name, fmt.Sprintf("it names %q, which is not there", id)})
		}
	}
	return versions, faults, nil
}
