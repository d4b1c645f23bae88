package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	entries, err := os.ReadDir(root)
	if err == nil && len(entries) > 0 && !(len(entries) == 1 && entries[0].Name() == "tmp") {
		return nil, WithHint(fmt.Errorf("%w %s: the directory is not empty and holds no %s", ErrStore, root, marker), "name another directory with --store")
	}
	if err := s.make(); err != nil && !exists(s.at(marker)) { // or another process was faster
		return nil, WithHint(fmt.Errorf("%w %s: %w", ErrStore, root, err), writable)
	}
	return Open(root)
}

const writable = "name a writable directory with --store"

// make writes the directory and its marker; all else is made when needed.
func (s *Store) make() error {
	root, err := filepath.Abs(s.root)
	if err != nil {
		return err
	}
	if err := makeDir(filepath.Join(root, "tmp")); err != nil {
		return err
	}
	return durable(s.at("tmp"), s.at(marker), []byte("{\"format\":1}\n"))
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
