package data

import (
	"fmt"
	"regexp"
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
	Partition []string `json:"partition,omitempty"` // columns that are constant within a part
	Sort      []string `json:"sort,omitempty"`      // order of the rows within a part
}

var tableName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Check says what is wrong with the schema, if anything.
func (s Schema) Check() error {
	if !tableName.MatchString(s.Table) {
		return fmt.Errorf("table %q: want a lower-case name", s.Table)
	}
	seen := map[string]Type{}
	for _, f := range s.Fields {
		if f.Name == "" || seen[f.Name] != "" {
			return fmt.Errorf("table %s: column %q is unnamed or named twice", s.Table, f.Name)
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
	for _, name := range s.Partition {
		if seen[name] != String {
			return fmt.Errorf("table %s: partition column %q is no string column", s.Table, name)
		}
	}
	for _, name := range s.Sort {
		if seen[name] == "" {
			return fmt.Errorf("table %s: sort column %q missing", s.Table, name)
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
