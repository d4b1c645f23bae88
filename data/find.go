package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sort"
	"strings"
)

// Load reads the manifest of one version and holds it against its own id.
func (s *Store) Load(dataset, id string) (*Version, error) {
	if !datasetName.MatchString(dataset) || !digestName.MatchString(id) {
		return nil, fmt.Errorf("%s@%s: %w", dataset, short(id), ErrNotFound)
	}
	raw, err := os.ReadFile(s.manifest(dataset, id))
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

func (s *Store) manifest(dataset, id string) string { return s.at("versions", dataset, id+".json") }

func short(id string) string { return id[:min(8, len(id))] }

// Latest is the version that a dataset's latest ref names.
func (s *Store) Latest(dataset string) (*Version, error) {
	id, found, err := s.ref(dataset)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, WithHint(fmt.Errorf("dataset %s: %w", dataset, ErrNotFound), "`mantis ls` shows what there is")
	}
	v, err := s.Load(dataset, id)
	if errors.Is(err, ErrNotFound) {
		return nil, WithHint(fmt.Errorf("%w: the latest ref of %s names %q, which is not there", ErrStore, dataset, short(id)), "`mantis run` makes it again")
	}
	return v, err
}

// ref is the id that a dataset's latest ref holds, if there is a ref.
func (s *Store) ref(dataset string) (id string, found bool, err error) {
	if !datasetName.MatchString(dataset) {
		return "", false, nil
	}
	raw, err := os.ReadFile(s.at("refs", dataset, "latest"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("%w: %w", ErrStore, err)
	}
	return strings.TrimSpace(string(raw)), true, nil
}

// Resolve finds a version by name: bars, bars:latest, or bars@ and the first
// digits of an id.
func (s *Store) Resolve(name string) (*Version, error) {
	dataset, prefix, ok := strings.Cut(name, "@")
	if !ok {
		return s.Latest(strings.TrimSuffix(name, ":latest"))
	}
	ids, err := s.IDs(dataset)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, id := range ids {
		if prefix != "" && strings.HasPrefix(id, prefix) {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 0:
		return nil, WithHint(fmt.Errorf("%s: %w", name, ErrNotFound), "`mantis ls --all` shows every version")
	case 1:
		return s.Load(dataset, found[0])
	}
	return nil, WithHint(fmt.Errorf("%s: %d versions begin like that", name, len(found)), "give more digits of the id")
}

// Datasets lists the datasets of the store by name.
func (s *Store) Datasets() ([]string, error) {
	return names(s.at("versions"), "", datasetName.MatchString)
}

// IDs lists the ids of every version of a dataset, sorted.
func (s *Store) IDs(dataset string) ([]string, error) {
	if !datasetName.MatchString(dataset) {
		return nil, nil
	}
	return names(s.at("versions", dataset), ".json", digestName.MatchString)
}

// names lists the entries of a directory that end in suffix and are ours,
// without the suffix; a file that somebody laid beside them is none.
func names(dir, suffix string, ours func(string) bool) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	var out []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), suffix); ok && ours(name) && e.IsDir() == (suffix == "") {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out, nil
}
