package data

import (
	"fmt"
	"slices"
	"strings"
)

// Diff is how version B differs from version A: what is in them, and why.
type Diff struct {
	A            string      `json:"a"` // dataset@id, in full
	B            string      `json:"b"`
	Same         bool        `json:"same"`   // nothing differs in what is in them; Why may all the same
	Tables       []TableDiff `json:"tables"` // all tables of both, by name
	Files        []FileDiff  `json:"files"`  // all parts that are no table, by name
	NotesAdded   []string    `json:"notes_added"`
	NotesRemoved []string    `json:"notes_removed"`
	Why          Why         `json:"why"`
}

// Status is what became of a table, a part or a file on the way from A to B.
type Status string

// What becomes of things.
const (
	Added   Status = "added"
	Removed Status = "removed"
	Changed Status = "changed"
	Same    Status = "same"
)

// Change is something that has a name and another value in B, as people read
// it. What is not there has no value.
type Change struct {
	Name string `json:"name"`
	A    string `json:"a,omitempty"`
	B    string `json:"b,omitempty"`
}

// TableDiff is how a table differs.
type TableDiff struct {
	Table     string       `json:"table"`
	Status    Status       `json:"status"`
	Schema    []Change     `json:"schema"`    // columns, with their types; then "column order", "partition" and "sort"
	Key       []string     `json:"key"`       // the columns that say which rows belong together; none: their positions in the part do
	Parts     []PartDiff   `json:"parts"`     // those that differ, by key
	Unchanged int          `json:"unchanged"` // the number of others
	Columns   []ColumnDiff `json:"columns"`   // those that differ in rows that both have
}

// PartDiff is how a part of a table differs. Rows are changed if a column
// differs that both versions have; a changed part without any changed row
// differs in its schema alone.
type PartDiff struct {
	Key     string `json:"key"`
	Status  Status `json:"status"`
	RowsA   int    `json:"rows_a"`
	RowsB   int    `json:"rows_b"`
	Added   int    `json:"rows_added"`
	Removed int    `json:"rows_removed"`
	Changed int    `json:"rows_changed"`
}

// FileDiff is how a part that is no table differs.
type FileDiff struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	BytesA int64  `json:"bytes_a"`
	BytesB int64  `json:"bytes_b"`
}

// Rows counts the rows of a table that were added, removed and changed.
func (t *TableDiff) Rows() (added, removed, changed int) {
	for _, p := range t.Parts {
		added, removed, changed = added+p.Added, removed+p.Removed, changed+p.Changed
	}
	return added, removed, changed
}

// Diff compares two versions of the store. It goes by the content digests of
// the manifests and reads what differs, one partition of both at a time.
func (s *Store) Diff(a, b *Version) (*Diff, error) { return DiffIn(s, a, s, b) }

// DiffIn is Diff for a version in one store and a version in another.
func DiffIn(sa *Store, a *Version, sb *Store, b *Version) (*Diff, error) {
	d := &Diff{A: a.Dataset + "@" + a.ID, B: b.Dataset + "@" + b.ID, Tables: []TableDiff{}, Why: why(a, b)}
	d.Files = diffFiles(a, b)
	d.NotesAdded, d.NotesRemoved = diffNotes(a.Notes, b.Notes)
	d.Same = len(d.NotesAdded) == 0 && len(d.NotesRemoved) == 0
	for _, name := range both(a.Tables, b.Tables, func(s Schema) string { return s.Table }) {
		t, err := diffTable(sa, a, sb, b, name)
		if err != nil {
			return nil, fmt.Errorf("diff of %s and %s: %w", a.Ref(), b.Ref(), err)
		}
		d.Tables = append(d.Tables, *t)
		d.Same = d.Same && t.Status == Same
	}
	for _, f := range d.Files {
		d.Same = d.Same && f.Status == Same
	}
	return d, nil
}

// both lists the names of two lists together, sorted.
func both[T any](a, b []T, name func(T) string) []string {
	var names []string
	for _, list := range [][]T{a, b} {
		for _, x := range list {
			names = append(names, name(x))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// partPairs are the parts of a table, or the files, of two versions under each
// key; nil where a version has none.
func partPairs(a, b *Version, table string, each func(key string, p, q *Part) error) error {
	find := func(parts []Part, key string) *Part {
		i, ok := slices.BinarySearchFunc(parts, key, func(p Part, key string) int { return strings.Compare(p.Key, key) })
		if !ok {
			return nil
		}
		return &parts[i]
	}
	pa, pb := a.Of(table), b.Of(table)
	for _, key := range both(pa, pb, func(p Part) string { return p.Key }) {
		if err := each(key, find(pa, key), find(pb, key)); err != nil {
			return err
		}
	}
	return nil
}

func diffFiles(a, b *Version) []FileDiff {
	files := []FileDiff{}
	partPairs(a, b, "", func(key string, p, q *Part) error {
		f := FileDiff{Name: key, Status: statusOf(p, q)}
		if p != nil {
			f.BytesA = p.Bytes
		}
		if q != nil {
			f.BytesB = q.Bytes
		}
		files = append(files, f)
		return nil
	})
	return files
}

func statusOf(p, q *Part) Status {
	switch {
	case p == nil:
		return Added
	case q == nil:
		return Removed
	case p.Content != q.Content:
		return Changed
	}
	return Same
}
