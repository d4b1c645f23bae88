package data

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// Imported is what became of one version.
type Imported struct {
	Version string `json:"version"` // dataset@id
	New     bool   `json:"new"`     // it was not there, or not sound
	Parts   int    `json:"parts"`   // that were not there
	Bytes   int64  `json:"bytes"`   // of these
}

// Import takes versions of another store into this one, with their ids and
// manifests as they are. Every byte and every row of every part is verified, and
// written, before the first manifest is; where one is wrong, nothing of the
// import stays. Versions that are sound here stay as they are. No ref moves, and
// no action is believed: a run does not take over what a stranger says that it
// would have made. The caller holds the store's lock.
func (s *Store) Import(ctx context.Context, from *Store, versions []*Version, watch func(done, total int64)) (out []Imported, err error) {
	var kept []string
	defer func() {
		for _, name := range kept {
			err = errors.Join(err, s.release(name))
		}
	}()
	total, done := int64(0), int64(0)
	for _, v := range versions {
		for _, p := range v.Parts {
			total += p.Bytes
		}
	}
	for _, v := range versions {
		one := Imported{Version: v.Dataset + "@" + v.ID, New: s.whole(v) == nil}
		for _, p := range v.Parts {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			raw, err := from.verified(v, p)
			if err != nil {
				return nil, WithHint(fmt.Errorf("%w: %s: %s: %w", ErrStore, v.Ref(), p.Path, err), "nothing was imported; get the export again")
			}
			if _, err := s.place.Stat(p.Path); err != nil {
				one.Parts, one.Bytes = one.Parts+1, one.Bytes+p.Bytes
			}
			if err := s.keep(p, raw); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrStore, err)
			}
			kept = append(kept, p.Path)
			if done += p.Bytes; watch != nil {
				watch(done, total)
			}
		}
		out = append(out, one)
	}
	for i, v := range versions {
		if err := s.adopt(from, v, out[i].New); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
		}
	}
	return out, nil
}

// adopt writes the manifest of a version whose parts are all there.
func (s *Store) adopt(from *Store, v *Version, fresh bool) error {
	s.hold(v.Parts) // an error may leave the manifest there all the same
	if !fresh {
		return nil
	}
	name := manifestName(v.Dataset, v.ID)
	raw, err := from.place.Read(name)
	if err != nil {
		return err
	}
	if again, err := decodeManifest(raw); err != nil || again.Sum != v.Sum {
		return errors.Join(errors.New("its manifest changed meanwhile"), err)
	}
	old, err := s.place.Read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := s.lease.renew(); err != nil {
		return err
	}
	return s.place.Swap(name, old, raw)
}

// verified is the bytes of a part that is verified in every way: that its file
// lies where a writer would have put it, that its bytes and rows are what the
// manifest says, and that the rows belong into the part.
func (s *Store) verified(v *Version, p Part) ([]byte, error) {
	if want := p.home(v.Dataset, path.Ext(p.Path)); p.Path != want {
		return nil, fmt.Errorf("no writer would put it there, but at %s", want)
	}
	raw, err := s.bytes(p)
	if err != nil || p.Table == "" {
		return raw, err
	}
	schema, err := v.Table(p.Table)
	if err != nil {
		return nil, err
	}
	b, err := ReadParquet(bytes.NewReader(raw), p.Bytes, schema)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(schema.Partition))
	for i, name := range schema.Partition {
		values[i] = p.Value(name)
	}
	return raw, errors.Join(p.describes(b), b.checkPart(values))
}

// home is where the bytes of a part lie.
func (p Part) home(dataset, ext string) string {
	dir := dataset
	if p.Table != "" {
		dir = path.Join(p.Table, p.Key)
	}
	return path.Join("data", dir, p.SHA256[:16]+ext)
}

// Lineage is a version and all that it was made from, as far as that is in the
// store, what was made first before what was made of it. Each comes once.
func (s *Store) Lineage(v *Version) ([]*Version, error) {
	seen := map[string]bool{}
	var out []*Version
	var visit func(v *Version) error
	visit = func(v *Version) error {
		if seen[v.Dataset+v.ID] {
			return nil
		}
		seen[v.Dataset+v.ID] = true
		for _, in := range v.Inputs {
			input, err := s.Load(in.Name, in.ID)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err == nil {
				err = visit(input)
			}
			if err != nil {
				return err
			}
		}
		out = append(out, v)
		return nil
	}
	return out, visit(v)
}

// Choose is the named versions of a store, or all of them where none is named,
// inputs first. A damaged manifest among them is an error.
func (s *Store) Choose(names []string) ([]*Version, error) {
	var out []*Version
	if len(names) == 0 {
		versions, faults, err := s.sound()
		if err != nil {
			return nil, err
		}
		if len(faults) > 0 {
			return nil, WithHint(fmt.Errorf("%w: %s: %s", ErrStore, faults[0].Path, faults[0].Reason), "name the versions that you want")
		}
		seen := map[string]bool{}
		for _, v := range versions {
			line, err := s.Lineage(v)
			if err != nil {
				return nil, err
			}
			for _, v := range line {
				if !seen[v.Dataset+v.ID] {
					seen[v.Dataset+v.ID] = true
					out = append(out, v)
				}
			}
		}
		return out, nil
	}
	for _, name := range names {
		v, err := s.Resolve(name)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
