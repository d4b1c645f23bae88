package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newFilesCommand(g *global) *cobra.Command {
	format, table := "txt", ""
	c := &cobra.Command{
		Use: "files DATASET", Short: "Print the exact files of a version, for other programs",
		Long:    "Files prints the immutable files of a version: as lines, as JSON, or as a SQL query for DuckDB. Unlike a view, this list never changes.",
		Example: "  mantis files bars --table bars --format sql | duckdb\n  mantis files bars@9f3c1a7e --format json",
		Args:    exactly(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if format != "txt" && format != "json" && format != "sql" {
				return usage(c, fmt.Errorf("--format %q: want txt, json or sql", format))
			}
			return runFiles(g, args[0], table, format)
		},
	}
	c.Flags().StringVar(&format, "format", format, "txt, json or sql")
	c.Flags().StringVar(&table, "table", "", "one table only; sql: the table of the dataset's name where left out")
	return c
}

func runFiles(g *global, name, table, format string) error {
	store, v, err := g.version(name)
	if err != nil {
		return err
	}
	if table == "" && format == "sql" {
		table = summarise(v).Table
	}
	if table != "" {
		if _, err := v.Table(table); err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
	}
	type file struct {
		Path string `json:"path"`
		data.Part
	}
	files := []file{}
	for _, p := range v.Parts {
		if table == "" || p.Table == table {
			files = append(files, file{filepath.ToSlash(store.Path(p)), p})
		}
	}
	switch format {
	case "json":
		return g.writeJSON(files)
	case "sql":
		schema, err := v.Table(table)
		if err != nil {
			return err
		}
		fmt.Fprintf(g.out, "%s;\n", selectTable(store, v, schema))
	default:
		for _, f := range files {
			fmt.Fprintln(g.out, f.Path)
		}
	}
	return nil
}
