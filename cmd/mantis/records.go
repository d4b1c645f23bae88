package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"mantis/data"
)

// showing is a version and the name that it is shown under: a tag, or none for
// the latest.
type showing struct {
	tag     string
	version *data.Version
}

// named lists a dataset's latest version, where there is one, and those that
// bear a tag, by tag.
func named(store *data.Store, dataset string) ([]showing, error) {
	var out []showing
	latest, err := store.Latest(dataset)
	if err == nil {
		out = append(out, showing{"", latest})
	} else if !errors.Is(err, data.ErrNotFound) {
		return nil, err
	}
	tags, err := store.Tags(dataset)
	if err != nil {
		return nil, err
	}
	for _, t := range tags {
		v, err := store.Load(dataset, t.ID)
		if err != nil {
			return nil, fmt.Errorf("tag %s: %w", t, err)
		}
		out = append(out, showing{t.Name, v})
	}
	return out, nil
}

// record is a table of what the store knows of itself, ready for SQL.
type record struct {
	name    string
	columns [][2]string // name and type
	rows    [][]any
}

// writeRecords writes the views of the store itself.
func writeRecords(b *strings.Builder, store *data.Store) error {
	datasets := record{name: "datasets", columns: [][2]string{{"dataset", "VARCHAR"}, {"version", "VARCHAR"}, {"rows", "BIGINT"},
		{"first", "TIMESTAMP WITH TIME ZONE"}, {"last", "TIMESTAMP WITH TIME ZONE"}, {"bytes", "BIGINT"}, {"parts", "BIGINT"}}}
	versions := record{name: "versions", columns: [][2]string{{"dataset", "VARCHAR"}, {"version", "VARCHAR"}, {"latest", "BOOLEAN"},
		{"stage", "VARCHAR"}, {"code", "BIGINT"}, {"params", "VARCHAR"}, {"action", "VARCHAR"}, {"bytes", "BIGINT"}, {"parts", "BIGINT"}}}
	inputs := record{name: "inputs", columns: [][2]string{{"dataset", "VARCHAR"}, {"version", "VARCHAR"}, {"input", "VARCHAR"}, {"input_version", "VARCHAR"}}}
	tags := record{name: "tags", columns: [][2]string{{"dataset", "VARCHAR"}, {"tag", "VARCHAR"}, {"version", "VARCHAR"}}}
	names, err := store.Datasets()
	if err != nil {
		return err
	}
	for _, name := range names {
		list, err := listVersions(store, name, true)
		if err != nil {
			return err
		}
		for _, l := range list {
			v, err := store.Load(name, l.ID)
			if err != nil {
				return err
			}
			versions.rows = append(versions.rows, []any{name, v.ID, l.Latest, v.Stage.Name, v.Stage.Code, compact(v.Stage.Params), v.Action, l.Bytes, l.Parts})
			for _, in := range v.Inputs {
				inputs.rows = append(inputs.rows, []any{name, v.ID, in.Name, in.ID})
			}
			if l.Latest {
				rows, first, last := v.Span(l.Table)
				datasets.rows = append(datasets.rows, []any{name, v.ID, rows, instant(first), instant(last), l.Bytes, l.Parts})
			}
		}
		shown, err := named(store, name)
		if err != nil {
			return err
		}
		for _, n := range shown {
			if n.tag != "" {
				tags.rows = append(tags.rows, []any{name, n.tag, n.version.ID})
			}
		}
	}
	runs, err := runRecords(store)
	if err != nil {
		return err
	}
	for _, r := range []record{datasets, versions, inputs, tags, runs} {
		b.WriteString(r.view())
	}
	return nil
}

// runRecords are the runs of the store, one row for each of their steps.
func runRecords(store *data.Store) (record, error) {
	r := record{name: "runs", columns: [][2]string{{"run", "VARCHAR"}, {"began", "TIMESTAMP WITH TIME ZONE"}, {"seconds", "DOUBLE"}, {"program", "VARCHAR"},
		{"settings", "VARCHAR"}, {"stage", "VARCHAR"}, {"version", "VARCHAR"}, {"known", "BOOLEAN"}, {"moved", "BOOLEAN"},
		{"made", "BIGINT"}, {"kept", "BIGINT"}, {"stage_seconds", "DOUBLE"}}}
	runs, err := store.Runs()
	for _, x := range runs {
		for _, s := range x.Steps {
			r.rows = append(r.rows, []any{x.ID, x.Began, x.Seconds, x.Program, compact(x.Settings), s.Stage, s.Version, s.Known, s.Moved, s.Made, s.Kept, s.Seconds})
		}
	}
	return r, err
}

// compact is JSON in one line.
func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}

// instant is an instant of a table, nil for none.
func instant(t int64) any {
	if t == data.Null {
		return nil
	}
	return time.UnixMicro(t)
}

// view is the statement that makes the record's view.
func (r record) view() string {
	var names, typed, rows []string
	for _, c := range r.columns {
		names = append(names, sqlName(c[0]))
		typed = append(typed, fmt.Sprintf("CAST(%s AS %s) AS %[1]s", sqlName(c[0]), c[1]))
	}
	for _, row := range r.rows {
		var cells []string
		for _, cell := range row {
			cells = append(cells, sqlValue(cell))
		}
		rows = append(rows, "("+strings.Join(cells, ", ")+")")
	}
	some := "true"
	if len(rows) == 0 {
		some = "false"
		rows = []string{"(NULL" + strings.Repeat(", NULL", len(names)-1) + ")"}
	}
	return fmt.Sprintf("CREATE OR REPLACE VIEW %s AS SELECT %s FROM (VALUES\n  %s) AS x(%s) WHERE %s;\n",
		sqlName(r.name), strings.Join(typed, ", "), strings.Join(rows, ",\n  "), strings.Join(names, ", "), some)
}

// sqlValue writes a value of Go as DuckDB reads it.
func sqlValue(x any) string {
	switch x := x.(type) {
	case nil:
		return "NULL"
	case string:
		return sqlText(x)
	case time.Time:
		return "'" + x.UTC().Format("2006-01-02 15:04:05.999999+00") + "'"
	}
	return fmt.Sprint(x)
}
