package data

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readme is the file that tells a person what an export is.
const readme = "README.txt"

// Export writes a version, or with inputs all that it was made from too, as a
// directory that stands alone: a store with these versions, each the latest of
// its dataset, and a README.txt that says how to read it. Everything is verified
// on the way. The directory appears as a whole. What is there already stays,
// unless over is set and it is such an export.
func (s *Store) Export(ctx context.Context, to string, v *Version, inputs, over bool, watch func(done, total int64)) ([]Imported, error) {
	old, err := replaceable(to, over)
	if err != nil {
		return nil, err
	}
	versions := []*Version{v}
	if inputs {
		if versions, err = s.Lineage(v); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp(filepath.Dir(to), "."+filepath.Base(to)+".*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(home)
	out, err := s.exportInto(ctx, filepath.Join(home, "new"), versions, watch)
	if err != nil {
		return nil, err
	}
	if old {
		if err := os.Rename(to, filepath.Join(home, "old")); err != nil {
			return nil, err
		}
	}
	if err := os.Rename(filepath.Join(home, "new"), to); err != nil {
		if old {
			os.Rename(filepath.Join(home, "old"), to)
		}
		return nil, err
	}
	return out, nil
}

// replaceable tells whether an export is there that may be replaced.
func replaceable(to string, over bool) (old bool, err error) {
	if _, err := os.Lstat(to); errors.Is(err, os.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if !over {
		return false, Taken(to)
	}
	text, err := os.ReadFile(filepath.Join(to, readme))
	if _, stat := os.Stat(filepath.Join(to, marker)); err != nil || stat != nil || !strings.HasPrefix(string(text), readmeTitle) {
		return false, WithHint(fmt.Errorf("%s is no export, so it is not replaced", to), "name another directory, or remove it yourself")
	}
	return true, nil
}

// Taken is the error where an export would replace something.
func Taken(to string) error {
	return WithHint(fmt.Errorf("%s is there already", to), "name another place, or give --force to replace it")
}

// exportInto makes the store that is the export.
func (s *Store) exportInto(ctx context.Context, root string, versions []*Version, watch func(done, total int64)) ([]Imported, error) {
	t, err := Create(root)
	if err != nil {
		return nil, err
	}
	out, err := t.Import(ctx, s, versions, watch)
	if err != nil {
		return nil, err
	}
	latest := map[string]*Version{}
	for _, v := range versions { // the last is what was asked for
		latest[v.Dataset] = v
	}
	for _, v := range versions {
		if latest[v.Dataset] == v {
			if err := t.place.Swap(refName(v.Dataset), nil, []byte(v.ID+"\n")); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrStore, err)
			}
		}
	}
	if err := os.Remove(t.dir.at("tmp")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	text, err := t.readme(versions)
	if err != nil {
		return nil, err
	}
	return out, os.WriteFile(filepath.Join(root, readme), []byte(text), 0o644)
}

const readmeTitle = "This directory was exported from a store of mantis."

// readme says what the export holds and how to read it.
func (s *Store) readme(versions []*Version) (string, error) {
	var b strings.Builder
	b.WriteString(readmeTitle + " It stands alone, and may be\nmoved and copied. It is such a store itself:\n\n")
	b.WriteString("    mantis verify --store .\n    mantis ls --store .\n    mantis import .          takes it into another store, with all ids\n\n")
	b.WriteString("Files below data/ are Parquet; versions/ says which of them belong to which\nversion, with their digests. Times are instants in UTC.\n")
	for _, v := range slices.Backward(versions) {
		fmt.Fprintf(&b, "\n%s@%s\n", v.Dataset, v.ID)
		for _, t := range v.Tables {
			paths, err := s.glob(v, t)
			if err != nil {
				return "", err
			}
			duck, python := strings.Join(quoted(paths, "'"), ", "), strings.Join(quoted(paths, `"`), ", ")
			rows, _, _ := v.Span(t.Table)
			fmt.Fprintf(&b, "\n  table %s, %s rows\n", t.Table, Thousands(rows))
			fmt.Fprintf(&b, "    DuckDB  SELECT * FROM read_parquet([%s], hive_partitioning = %t);\n", duck, len(t.Partition) > 0)
			if len(paths) == 1 && strings.Contains(paths[0], "*") {
				python = `"` + strings.TrimSuffix(paths[0], "/**/*.parquet") + `"`
				fmt.Fprintf(&b, "    pandas  pandas.read_parquet(%s)\n", python)
			} else {
				fmt.Fprintf(&b, "    pandas  pandas.concat(pandas.read_parquet(p) for p in [%s])\n", python)
			}
		}
		for _, p := range v.Of("") {
			fmt.Fprintf(&b, "\n  file %s\n    %s\n", p.Key, p.Path)
		}
	}
	return b.String(), nil
}

// glob is how a program finds the files of a table: by a pattern where nothing
// else lies there, and else one by one.
func (s *Store) glob(v *Version, t Schema) ([]string, error) {
	prefix := "data/" + t.Table + "/"
	objects, err := s.place.List(prefix)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	parts := v.Of(t.Table)
	if len(parts) > 0 && len(parts) == len(objects) {
		return []string{prefix + "**/*.parquet"}, nil
	}
	var paths []string
	for _, p := range parts {
		paths = append(paths, p.Path)
	}
	return paths, nil
}

// quoted puts texts between marks, as SQL does; no path has a double one in it
// but by the hand of a person.
func quoted(texts []string, mark string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = mark + strings.ReplaceAll(t, mark, mark+mark) + mark
	}
	return out
}
