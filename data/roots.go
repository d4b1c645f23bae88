package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
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
		moves, err := s.moves(dataset)
		if err != nil {
			return nil, err
		}
		for i, m := range slices.Backward(moves) {
			at, wrong := time.Parse(time.RFC3339, m.Time)
			if back := len(moves) - i; back > keep && (wrong != nil || at.Before(since)) {
				continue
			}
			err := s.follow(r, dataset, m.New, "latest from "+m.Time)
			if err == nil || errors.Is(err, ErrNotFound) {
				err = s.follow(r, dataset, m.Old, "latest until "+m.Time)
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

// moves are the lines of a dataset's log that are whole, oldest first.
func (s *Store) moves(dataset string) ([]move, error) {
	raw, err := s.place.Read("log/" + dataset + ".jsonl")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var moves []move
	for line := range bytes.Lines(raw) {
		var m move
		if json.Unmarshal(line, &m) == nil && digestName.MatchString(m.New) {
			moves = append(moves, m)
		}
	}
	return moves, nil
}

// isManifest takes the name of a manifest's object apart.
func isManifest(name string) (dataset, id string, ok bool) {
	dataset, file, _ := strings.Cut(strings.TrimPrefix(name, "versions/"), "/")
	id, ok = strings.CutSuffix(file, ".json")
	return dataset, id, ok && datasetName.MatchString(dataset) && digestName.MatchString(id)
}
