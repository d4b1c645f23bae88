package data

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Load reads the manifest of one version and holds it against its own id.
func (s *Store) Load(dataset, id string) (*Version, error) {
	if !datasetName.MatchString(dataset) || !isDigest(id) {
		return nil, fmt.Errorf("%s@%s: %w", dataset, short(id), ErrNotFound)
	}
	raw, err := s.place.Read(manifestName(dataset, id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s@%s: %w", dataset, short(id), ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s@%s: %w", ErrStore, dataset, short(id), err)
	}
	v, err := decodeManifest(raw)
	if err == nil && (v.ID != id || v.Dataset != dataset) {
		err = fmt.Errorf("it is that of %s", v.Ref())
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s@%s: manifest: %w", ErrStore, dataset, short(id), err)
	}
	return v, nil
}

func manifestName(dataset, id string) string { return "versions/" + dataset + "/" + id + ".json" }

func refName(dataset string) string { return "refs/" + dataset + "/latest" }

func actionName(key string) string { return "actions/" + key[:2] + "/" + key }

func short(id string) string { return id[:min(8, len(id))] }

// Latest is the version that a dataset's latest ref names.
func (s *Store) Latest(dataset string) (*Version, error) {
	id, raw, err := s.ref(dataset)
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return nil, WithHint(fmt.Errorf("dataset %s: %w", dataset, ErrNotFound), "`mantis ls` shows what there is")
	}
	v, err := s.Load(dataset, id)
	if errors.Is(err, ErrNotFound) {
		return nil, WithHint(fmt.Errorf("%w: the latest ref of %s names %q, which is not there", ErrStore, dataset, short(id)), "`mantis run` makes it again")
	}
	return v, err
}

// ref is the id that a dataset's latest ref holds, and the bytes of the ref,
// nil if there is none.
func (s *Store) ref(dataset string) (id string, raw []byte, err error) {
	if !datasetName.MatchString(dataset) {
		return "", nil, nil
	}
	return s.readRef(refName(dataset))
}

// readRef is the id that a ref holds, whatever it may be, and the bytes of the
// ref, nil if there is none.
func (s *Store) readRef(name string) (id string, raw []byte, err error) {
	raw, err = s.place.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	return strings.TrimSpace(string(raw)), raw, nil
}

// Datasets lists the datasets of the store by name.
func (s *Store) Datasets() ([]string, error) {
	manifests, err := s.manifests("")
	var datasets []string
	for _, m := range manifests {
		datasets = append(datasets, m[0])
	}
	slices.Sort(datasets)
	return slices.Compact(datasets), err
}

// IDs lists the ids of every version of a dataset, sorted.
func (s *Store) IDs(dataset string) ([]string, error) {
	if !datasetName.MatchString(dataset) {
		return nil, nil
	}
	manifests, err := s.manifests(dataset + "/")
	var ids []string
	for _, m := range manifests {
		ids = append(ids, m[1])
	}
	return ids, err
}

// manifests lists dataset and id of every manifest below versions whose name
// goes on with prefix. An object that somebody laid beside them is none.
func (s *Store) manifests(prefix string) ([][2]string, error) {
	objects, err := s.place.List("versions/" + prefix)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	var out [][2]string
	for _, o := range objects {
		dataset, file, _ := strings.Cut(strings.TrimPrefix(o.Name, "versions/"), "/")
		id, ok := strings.CutSuffix(file, ".json")
		if ok && datasetName.MatchString(dataset) && isDigest(id) {
			out = append(out, [2]string{dataset, id})
		}
	}
	return out, nil
}
