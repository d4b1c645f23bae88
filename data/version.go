package data

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"sort"
	"strings"
)

// format names the manifest layout that FORMAT.md documents.
const format = "mantis/dataset/1"

// Version is one sealed, immutable version of a dataset: its manifest. The id
// is made of the dataset's name, its schemas, the content of its parts and its
// notes; everything else here is provenance and holds no clock, host or user.
type Version struct {
	Format   string   `json:"format"`
	ID       string   `json:"id"`
	Dataset  string   `json:"dataset"`
	Tables   []Schema `json:"tables"`
	Parts    []Part   `json:"parts"`
	Inputs   []Input  `json:"inputs"`
	Stage    Origin   `json:"stage"`
	Portable *bool    `json:"portable,omitempty"` // false, or nothing: see Unportable
	Action   string   `json:"action"`
	Notes    []string `json:"notes,omitempty"` // what the stage had to say about this version
	Sum      string   `json:"sum"`             // SHA-256 of the manifest's bytes with these digits as zeros
}

// Part is a piece of a version: rows of a table that share their partition
// columns, or a file that is no table.
type Part struct {
	Table   string `json:"table,omitempty"` // empty for a file
	Key     string `json:"key"`             // "symbol=BTC-USD", "" for an unpartitioned table, or the file's name
	Content string `json:"content"`         // digest of the decoded rows, or of the file's bytes
	Rows    int    `json:"rows"`
	First   int64  `json:"first,omitempty"` // least and greatest time, where the table has one
	Last    int64  `json:"last,omitempty"`
	Path    string `json:"path"`   // below the store's root
	SHA256  string `json:"sha256"` // of the stored bytes
	Bytes   int64  `json:"bytes"`
}

// Input is something a version was made from: another version, or, with a name
// like "file:BTCUSD_1h.csv", bytes from outside.
type Input struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// Origin is the stage that made a version.
type Origin struct {
	Name   string          `json:"name"`
	Code   int             `json:"code"`
	Params json.RawMessage `json:"params"`
}

// computeID is the version's id: what the content says, the notes included,
// for others read them; nothing else.
func (v *Version) computeID() string {
	// The fields stand in the order of canonical JSON, which this is: there are
	// too many parts to sort each one's.
	type part struct {
		Content string `json:"content"`
		Key     string `json:"key"`
		Rows    int    `json:"rows"`
		Table   string `json:"table"`
	}
	content := struct {
		Name   string   `json:"name"`
		Notes  []string `json:"notes,omitempty"`
		Parts  []part   `json:"parts"`
		Tables []any    `json:"tables"`
	}{Name: v.Dataset, Notes: v.Notes, Parts: make([]part, len(v.Parts)), Tables: make([]any, len(v.Tables))}
	for i, t := range v.Tables {
		content.Tables[i] = t.bare()
	}
	for i, p := range v.Parts {
		content.Parts[i] = part{p.Content, p.Key, p.Rows, p.Table}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(content); err != nil {
		panic("data: " + err.Error()) // strings and integers always encode
	}
	return Digest("mantis/ds/1", bytes.TrimSuffix(out.Bytes(), []byte("\n")))
}

// Unportable tells whether the same inputs may give another id on another kind
// of processor: the version, or what it was made from, was computed with
// arithmetic whose last bits differ between them.
func (v *Version) Unportable() bool { return v.Portable != nil && !*v.Portable }

// sort puts tables and parts in the one order that ids and manifests use.
func (v *Version) sort() {
	sort.Slice(v.Tables, func(i, j int) bool { return v.Tables[i].Table < v.Tables[j].Table })
	sort.Slice(v.Parts, func(i, j int) bool { return v.Parts[i].before(v.Parts[j]) })
}

// before orders the parts of a version.
func (p Part) before(q Part) bool { return p.Table < q.Table || p.Table == q.Table && p.Key < q.Key }

// Ref is the short name of the version: dataset@first eight digits of the id.
func (v *Version) Ref() string { return v.Dataset + "@" + short(v.ID) }

// Table is the schema of one of the version's tables.
func (v *Version) Table(name string) (Schema, error) {
	for _, t := range v.Tables {
		if t.Table == name {
			return t, nil
		}
	}
	return Schema{}, fmt.Errorf("%s: no table %s", v.Ref(), name)
}

// Of lists the parts of one table, sorted by key; Of("") lists the files.
func (v *Version) Of(table string) []Part {
	var parts []Part
	for _, p := range v.Parts {
		if p.Table == table {
			parts = append(parts, p)
		}
	}
	return parts
}

// Where lists the parts of a table that have the given first partition values,
// sorted by key: those of a symbol, in time. There being none is ErrNotFound.
func (v *Version) Where(table string, partition ...string) ([]Part, error) {
	schema, err := v.Table(table)
	if err != nil {
		return nil, err
	}
	if len(partition) > len(schema.Partition) {
		return nil, fmt.Errorf("table %s: %d partition values, want at most %d", table, len(partition), len(schema.Partition))
	}
	schema.Partition = schema.Partition[:len(partition)]
	key, err := schema.Key(partition...)
	if err != nil {
		return nil, err
	}
	var parts []Part
	for _, p := range v.Of(table) {
		if key == "" || p.Key == key || strings.HasPrefix(p.Key, key+"/") {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("%s: table %s: no part %s: %w", v.Ref(), table, key, ErrNotFound)
	}
	return parts, nil
}

// Span is the rows of a table over all its parts and its least and greatest
// time, Null where it has none.
func (v *Version) Span(table string) (rows int, first, last int64) {
	first, last = Null, Null
	schema, _ := v.Table(table)
	for _, p := range v.Of(table) {
		rows += p.Rows
		if p.Rows == 0 || !schema.timed() {
			continue
		}
		if first == Null || p.First < first {
			first = p.First
		}
		last = max(last, p.Last)
	}
	return rows, first, last
}

// Key writes partition values as a part's key, in the schema's order:
// "symbol=BTC-USD/year=2024".
func (s Schema) Key(values ...string) (string, error) {
	if len(values) != len(s.Partition) {
		return "", fmt.Errorf("table %s: %d partition values, want %d", s.Table, len(values), len(s.Partition))
	}
	pairs := make([]string, len(values))
	for i, v := range values {
		if !isPartitionValue(v) {
			return "", fmt.Errorf("table %s: partition %s %q cannot be a directory name", s.Table, s.Partition[i], v)
		}
		pairs[i] = s.Partition[i] + "=" + v
	}
	return path.Join(pairs...), nil
}

// Value is one of the part's partition values, "" where it has none.
func (p Part) Value(column string) string {
	for _, pair := range strings.Split(p.Key, "/") {
		if name, value, ok := strings.Cut(pair, "="); ok && name == column {
			return value
		}
	}
	return ""
}
