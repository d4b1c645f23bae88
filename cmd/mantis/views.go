package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"mantis/data"
)

// duckTypes are the types of columns in DuckDB.
var duckTypes = map[data.Type]string{
	data.Time: "TIMESTAMP WITH TIME ZONE", data.Int: "BIGINT", data.Float: "DOUBLE", data.String: "VARCHAR", data.Bool: "BOOLEAN",
}

// writeViews writes statements for DuckDB that make the views of a store. The
// store's own come first: a table of the same name takes the name over.
func writeViews(w io.Writer, store *data.Store) error {
	names, err := store.Datasets()
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "-- The datasets of %s.\nSET TimeZone = 'UTC';\n", oneLine(store.Root()))
	if err := writeRecords(&b, store); err != nil {
		return err
	}
	for _, name := range names {
		shown, err := named(store, name)
		if err != nil {
			return err
		}
		for _, n := range shown {
			for _, t := range n.version.Tables {
				view := t.Table
				if n.tag != "" {
					view += ":" + n.tag
				}
				fmt.Fprintf(&b, "CREATE OR REPLACE VIEW %s AS %s;\n", sqlName(view), selectTable(store, n.version, t))
			}
		}
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// selectTable is a query for a table of a version by its exact files, with the
// columns that the manifest promises. Where directory names are safe to go by,
// DuckDB opens no file of a partition that is not asked for.
func selectTable(store *data.Store, v *data.Version, t data.Schema) string {
	var columns, files, types []string
	hive := len(t.Partition) > 0
	for _, f := range t.Fields {
		columns = append(columns, sqlName(f.Name))
	}
	for _, p := range v.Of(t.Table) {
		file := anywhere(store.Path(p))
		hive = hive && !strings.Contains(strings.TrimSuffix(filepath.ToSlash(file), p.Path), "=") // it would be taken for a partition
		files = append(files, sqlText(filepath.ToSlash(file)))
	}
	option := "hive_partitioning = false"
	if hive {
		for _, column := range t.Partition {
			types = append(types, sqlText(column)+": VARCHAR")
		}
		option = "hive_partitioning = true, hive_types = {" + strings.Join(types, ", ") + "}"
	}
	return fmt.Sprintf("SELECT %s FROM read_parquet([%s], %s)", strings.Join(columns, ", "), strings.Join(files, ", "), option)
}

// anywhere is a path that means the same in every directory; an address stays.
func anywhere(path string) string {
	if strings.Contains(path, "://") {
		return path
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// sqlName writes a name of a view or column.
func sqlName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// sqlText writes a text.
func sqlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// oneLine keeps a text from ending a comment.
func oneLine(s string) string { return strings.NewReplacer("\n", " ", "\r", " ").Replace(s) }
