package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Store is a directory of dataset versions. FORMAT.md describes what lies in
// it. Reading needs no lock; writing goes through Lock, one process at a time.
type Store struct{ root string }

// ErrNotFound says that a store has no such version, dataset or table.
var ErrNotFound = errors.New("not found")

// ErrStore is wrapped by errors about the store itself: not there, not
// writable, in use, or damaged.
var ErrStore = errors.New("store")

// marker is the file that makes a directory a store.
const marker = "mantis.json"

// Create opens the store at root, making it first where there is none. It
// refuses a directory that holds anything else.
func Create(root string) (*Store, error) {
	s := &Store{root}
	if exists(s.at(marker)) {
		return Open(root)
	}
	if entries, err := os.ReadDir(root); err == nil && len(entries) > 0 {
		return nil, WithHint(fmt.Errorf("%w %s: the directory is not empty and holds no %s", ErrStore, root, marker), "name another directory with --store")
	}
	if err := os.MkdirAll(s.at("tmp"), 0o755); err != nil {
		return nil, WithHint(fmt.Errorf("%w %s: %w", ErrStore, root, err), "name a writable directory with --store")
	}
	if err := durable(s.at("tmp"), s.at(marker), []byte("{\"format\":1}\n")); err != nil {
		return nil, WithHint(fmt.Errorf("%w %s: %w", ErrStore, root, err), "name a writable directory with --store")
	}
	return s, nil
}

// Open opens the store at root, which must exist.
func Open(root string) (*Store, error) {
	s := &Store{root}
	raw, err := os.ReadFile(s.at(marker))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, WithHint(fmt.Errorf("%w %s: %w", ErrStore, root, ErrNotFound), "make one with `mantis run`, or name one with --store or MANTIS_STORE")
	}
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrStore, root, err)
	}
	var m struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(raw, &m); err != nil || m.Format != 1 {
		return nil, fmt.Errorf("%w %s: %s: not a format this mantis reads (want 1)", ErrStore, root, marker)
	}
	return s, nil
}

// Root is the store's directory.
func (s *Store) Root() string { return s.root }

func (s *Store) at(elem ...string) string {
	return filepath.Join(append([]string{s.root}, elem...)...)
}

// Path is where a part's bytes lie.
func (s *Store) Path(p Part) string { return s.at(filepath.FromSlash(p.Path)) }

// Load reads the manifest of one version and holds it against its own id.
func (s *Store) Load(dataset, id string) (*Version, error) {
	raw, err := os.ReadFile(s.at("versions", dataset, id+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s@%s: %w", dataset, short(id), ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	var v Version
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, fmt.Errorf("%w: %s@%s: manifest: %w", ErrStore, dataset, short(id), err)
	}
	if v.Format != format {
		return nil, fmt.Errorf("%w: %s@%s: manifest format %q, want %q", ErrStore, dataset, short(id), v.Format, format)
	}
	if v.ID != id || v.Dataset != dataset || v.computeID() != id {
		return nil, fmt.Errorf("%w: %s@%s: the manifest does not match its id", ErrStore, dataset, short(id))
	}
	return &v, nil
}

func short(id string) string { return id[:min(8, len(id))] }

// Latest is the version that a dataset's latest ref names.
func (s *Store) Latest(dataset string) (*Version, error) {
	raw, err := os.ReadFile(s.at("refs", dataset, "latest"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, WithHint(fmt.Errorf("dataset %s: %w", dataset, ErrNotFound), "`mantis ls` shows what there is")
	}
	if err != nil {
		return nil, err
	}
	return s.Load(dataset, strings.TrimSpace(string(raw)))
}

// Resolve finds a version by name: bars, bars:latest, or bars@ and the first
// digits of an id.
func (s *Store) Resolve(name string) (*Version, error) {
	name = strings.TrimSuffix(name, ":latest")
	dataset, prefix, ok := strings.Cut(name, "@")
	if !ok {
		return s.Latest(dataset)
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
func (s *Store) Datasets() ([]string, error) { return names(s.at("versions"), "") }

// IDs lists the ids of every version of a dataset, sorted.
func (s *Store) IDs(dataset string) ([]string, error) {
	return names(s.at("versions", dataset), ".json")
}

func names(dir, suffix string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), suffix); ok {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out, nil
}

// Action is the id of the version that an action key gave before, or "".
func (s *Store) Action(dataset, key string) string {
	raw, err := os.ReadFile(s.at("actions", key[:2], key))
	if err != nil {
		return ""
	}
	name, id, _ := strings.Cut(strings.TrimSpace(string(raw)), "@")
	if name != dataset || !exists(s.at("versions", dataset, id+".json")) {
		return ""
	}
	return id
}

// Read decodes one part of a table.
func (s *Store) Read(v *Version, p Part) (*Batch, error) {
	schema, err := v.Table(p.Table)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(s.Path(p))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
	}
	defer f.Close()
	b, err := ReadParquet(f, p.Bytes, schema)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %s: %w", ErrStore, v.Ref(), p.Path, err)
	}
	return b, nil
}

// ReadFile reads a part that is no table.
func (s *Store) ReadFile(v *Version, name string) ([]byte, error) {
	for _, p := range v.Of("") {
		if p.Key == name {
			return os.ReadFile(s.Path(p))
		}
	}
	return nil, fmt.Errorf("%s: file %s: %w", v.Ref(), name, ErrNotFound)
}
