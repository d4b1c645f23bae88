package data

import (
	"bytes"
	"fmt"
	"slices"
)

// repointed are copies of the versions whose parts have better files.
func repointed(versions []*Version, groups map[sameRows]*rewriting) (changed []*Version) {
	for _, v := range versions {
		parts := slices.Clone(v.Parts)
		for _, t := range v.Tables {
			fingerprint := t.Fingerprint()
			for i, p := range parts {
				if r := groups[p.rows(fingerprint)]; p.Table == t.Table && r != nil {
					parts[i] = r.best
				}
			}
		}
		if !slices.Equal(parts, v.Parts) {
			next := *v
			next.Parts = parts
			changed = append(changed, &next)
		}
	}
	return changed
}

// repoint has everything name the better files: manifests, then views and memos.
// The files that are given up are made young.
func (s *Store) repoint(order []*rewriting, changed []*Version) error {
	better := map[string]Part{}
	for _, r := range order {
		for _, f := range r.files {
			if f.Path == r.best.Path {
				continue
			}
			better[f.Path] = r.best
			raw, err := s.bytes(f)
			if err != nil {
				continue // it is damaged, and no loss
			}
			if err := s.place.Write(f.Path, raw); err != nil {
				return err
			}
		}
	}
	for _, v := range changed {
		if err := s.replace(v); err != nil {
			return fmt.Errorf("%s: %w", v.Ref(), err)
		}
		if id, _, err := s.ref(v.Dataset); err == nil && id == v.ID {
			if err := s.show(v); err != nil {
				return fmt.Errorf("%s: views: %w", v.Ref(), err)
			}
		}
	}
	if err := s.repointMemos(better); err != nil {
		return err
	}
	return s.place.Sync()
}

// replace puts a manifest of the same id in the place of the one that is there.
func (s *Store) replace(v *Version) error {
	name := manifestName(v.Dataset, v.ID)
	old, err := s.place.Read(name)
	if err != nil {
		return err
	}
	raw, err := v.encode()
	if err != nil {
		return err
	}
	if _, err := decodeManifest(raw); err != nil {
		return err
	}
	if err := s.lease.renew(); err != nil {
		return err
	}
	return s.place.Swap(name, old, raw)
}

// repointMemos has memos name the better files.
func (s *Store) repointMemos(better map[string]Part) error {
	memos, err := s.place.List("memo/")
	if err != nil {
		return err
	}
	for _, o := range memos {
		f, err := s.readMemo(o.Name)
		if err != nil {
			continue // nobody heeds it
		}
		changed := false
		for _, key := range f.keys() {
			made := f.Made[key]
			if made.Part == nil {
				continue
			}
			if p, ok := better[made.Part.Path]; ok && p.Content == made.Part.Content && p.Key == made.Part.Key {
				made.Part, changed = &p, true
				f.Made[key] = made
			}
		}
		if changed {
			if err := s.writeMemo(o.Name, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// encodeSmall encodes rows anew, as small as it gets, with the words of the file
// that they were read from.
func encodeSmall(b *Batch, old []byte) ([]byte, error) {
	r, err := NewParquetReader(bytes.NewReader(old), int64(len(old)), b.schema, Want{})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := NewParquetWriter(&out, b.schema, r.footer.meta)
	if err != nil {
		return nil, err
	}
	w.pages.small = true
	if err := w.Write(b); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
