package data

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// Root is a version that is kept for its own sake, and why.
type Root struct {
	Version string `json:"version"` // dataset@id
	Why     string `json:"why"`
}

// reach is what can be reached from the roots of a store.
type reach struct {
	roots    []Root
	versions map[string]*Version // by the name of the manifest's object
	parts    map[string]bool     // by the name of the object
}

// reach follows every ref, every one of the last moves of each dataset and those
// since an instant, every manifest written since then, and from each version all
// that it was made from. What a log or a manifest names and is no longer there
// was cleared before; what a ref names must be there.
func (s *Store) reach(keep int, since time.Time) (*reach, error) {
	r := &reach{versions: map[string]*Version{}, parts: map[string]bool{}}
	refs, err := s.refs()
	if err != nil {
		return nil, err
	}
	for _, ref := range refs {
		if ref.wrong != nil {
			return nil, fmt.Errorf("%s: %w", ref.object, ref.wrong)
		}
		if err := s.follow(r, ref.dataset, ref.id, strings.TrimPrefix(ref.object, "refs/"+ref.dataset+"/")); err != nil {
			return nil, fmt.Errorf("%s: %w", ref.object, err)
		}
	}
	logs, err := s.place.List("log/")
	if err != nil {
		return nil, err
	}
	for _, o := range logs {
		dataset := strings.TrimSuffix(path.Base(o.Name), ".jsonl")
		moves, err := s.History(dataset)
		if err != nil {
			return nil, err
		}
		for i, m := range slices.Backward(moves) {
			if back := len(moves) - i; back > keep && m.Time.Before(since) { // a move without a time is as old as can be
				continue
			}
			when := m.Time.Format(time.RFC3339)
			err := s.follow(r, dataset, m.ID, "latest from "+when)
			if i > 0 && (err == nil || errors.Is(err, ErrNotFound)) {
				err = s.follow(r, dataset, moves[i-1].ID, "latest until "+when)
			}
			if err != nil && !errors.Is(err, ErrNotFound) {
				return nil, err
			}
		}
	}
	manifests, err := s.place.List("versions/")
	if err != nil {
		return nil, err
	}
	for _, o := range manifests {
		dataset, id, ok := isManifest(o.Name)
		if !ok || o.Modified.Before(since) || r.versions[o.Name] != nil {
			continue
		}
		if err := s.follow(r, dataset, id, "written within the grace"); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// follow takes a version and all it was made from into what is reached.
func (s *Store) follow(r *reach, dataset, id, why string) error {
	name := manifestName(dataset, id)
	v, err := r.versions[name], error(nil)
	if v == nil {
		v, err = s.Load(dataset, id)
	}
	if err != nil {
		return err
	}
	if why != "" && !slices.ContainsFunc(r.roots, func(r Root) bool { return r.Version == dataset+"@"+id }) {
		r.roots = append(r.roots, Root{dataset + "@" + id, why})
	}
	if r.versions[name] != nil {
		return nil
	}
	r.versions[name] = v
	for _, p := range v.Parts {
		r.parts[p.Path] = true
	}
	for _, in := range v.Inputs {
		if err := s.follow(r, in.Name, in.ID, ""); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// isManifest takes the name of a manifest's object apart.
func isManifest(name string) (dataset, id string, ok bool) {
	dataset, file, _ := strings.Cut(strings.TrimPrefix(name, "versions/"), "/")
	id, ok = strings.CutSuffix(file, ".json")
	return dataset, id, ok && datasetName.MatchString(dataset) && isDigest(id)
}
