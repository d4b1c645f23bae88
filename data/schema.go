package data

import (
	"fmt"
	"slices"
)

// Type is what a column holds.
type Type string

// The column types. Time is int64 microseconds since 1970-01-01 UTC.
const (
	Time   Type = "time"
	Int    Type = "int"
	Float  Type = "float"
	String Type = "string"
	Bool   Type = "bool"
)

// Field is one column of a table. A nullable column may have rows without a
// value: NaN in a float view, Null in an int or time view. String and bool
// columns always have a value. No column holds an infinity.
type Field struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Nullable bool   `json:"nullable,omitempty"`
	Doc      string `json:"doc,omitempty"` // meaning and unit; not part of any id
}

// Schema is the shape of one table of a dataset.
type Schema struct {
	Table     string   `json:"table"` // also the name of the table's view
	Doc       string   `json:"doc,omitempty"`
	Fields    []Field  `json:"fields"`
	Partition []string `json:"partition,omitempty"` // columns that are constant within a part; and, last and no column, the period of its times
	Sort      []string `json:"sort,omitempty"`      // the order that rows within a part are meant to have
}

// Check says what is wrong with the schema, if anything.
func (s Schema) Check() error {
	if !tableName.MatchString(s.Table) {
		return fmt.Errorf("table %q: want a lower-case name", s.Table)
	}
	if len(s.Fields) == 0 {
		return fmt.Errorf("table %s: no columns", s.Table)
	}
	seen := map[string]Type{}
	for _, f := range s.Fields {
		if !columnName.MatchString(f.Name) {
			return fmt.Errorf("table %s: column %q: want letters, digits and _", s.Table, f.Name)
		}
		if seen[f.Name] != "" {
			return fmt.Errorf("table %s: column %s is named twice", s.Table, f.Name)
		}
		switch f.Type {
		case Time, Int, Float:
		case String, Bool:
			if f.Nullable {
				return fmt.Errorf("table %s: column %s: a %s column always has a value", s.Table, f.Name, f.Type)
			}
		default:
			return fmt.Errorf("table %s: column %s: unknown type %q", s.Table, f.Name, f.Type)
		}
		seen[f.Name] = f.Type
	}
	for i, name := range s.Partition {
		if name == period && seen[name] == "" && s.timed() && i == len(s.Partition)-1 {
			continue
		}
		if seen[name] != String || slices.Contains(s.Partition[:i], name) {
			return fmt.Errorf("table %s: partition column %q is no string column, or named twice", s.Table, name)
		}
	}
	for _, name := range s.Sort {
		if i := s.Index(name); i < 0 || s.Fields[i].Nullable {
			return fmt.Errorf("table %s: sort column %q is missing or nullable", s.Table, name)
		}
	}
	return nil
}

// Index is the position of a column, or -1.
func (s Schema) Index(column string) int {
	for i, f := range s.Fields {
		if f.Name == column {
			return i
		}
	}
	return -1
}

// same tells whether two schemas have one fingerprint.
func (s Schema) same(t Schema) bool {
	return s.Table == t.Table && slices.Equal(s.Partition, t.Partition) && slices.Equal(s.Sort, t.Sort) && sameColumns(s, t)
}

// timed tells whether every row has an instant in a column named time.
func (s Schema) timed() bool {
	i := s.Index("time")
	return i >= 0 && s.Fields[i].Type == Time && !s.Fields[i].Nullable
}

// bare is the part of the schema that ids are made of: no documentation.
func (s Schema) bare() map[string]any {
	fields := make([]any, len(s.Fields))
	for i, f := range s.Fields {
		fields[i] = map[string]any{"name": f.Name, "type": string(f.Type), "nullable": f.Nullable}
	}
	return map[string]any{
		"table": s.Table, "fields": fields,
		"partition": append([]string{}, s.Partition...), "sort": append([]string{}, s.Sort...),
	}
}

// Fingerprint digests the schema without its documentation.
func (s Schema) Fingerprint() string {
	return Digest("mantis/schema/1", mustCanonical(s.bare()))
}

// sameColumns tells whether two schemas have the same columns in the same
// order.
func sameColumns(a, b Schema) bool {
	return slices.EqualFunc(a.Fields, b.Fields, func(f, g Field) bool {
		return f.Name == g.Name && f.Type == g.Type && f.Nullable == g.Nullable
	})
}
