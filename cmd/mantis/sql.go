package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
)

// duckFormats are what --format may be, and how DuckDB is told.
var duckFormats = map[string][]string{"table": nil, "csv": {"-csv"}, "json": {"-json"}}

func newSQLCommand(g *global) *cobra.Command {
	format := "table"
	c := &cobra.Command{
		Use: "sql [QUERY] [-- OPTION…]", Short: "Query all datasets with DuckDB, or print the views to do so",
		Long: `Without a query, sql prints statements for DuckDB that make a view of every table
of every dataset: "bars" for the latest version, "bars:TAG" for a tagged one; and
views of the store itself: datasets, versions, inputs, tags and runs. The views
name exact files, which never change: print them again to see a later version.

With a query, the program duckdb runs it on these views, in memory. What follows
-- are options for duckdb.`,
		Example: `  mantis sql "SELECT symbol, count(*) FROM bars GROUP BY ALL"
  mantis sql "SELECT * FROM runs ORDER BY began DESC LIMIT 5" --format csv
  mantis sql "SELECT max(close) FROM bars" -- -markdown
  mantis sql > views.sql && duckdb -init views.sql`,
		RunE: func(c *cobra.Command, args []string) error {
			shape, ok := duckFormats[format]
			if !ok {
				return usage(c, fmt.Errorf("--format %q: want table, csv or json", format))
			}
			query, options := args, []string(nil)
			if at := c.ArgsLenAtDash(); at >= 0 {
				query, options = args[:at], args[at:]
			}
			switch {
			case len(query) > 1:
				return usage(c, fmt.Errorf("%d queries: want one, in quotes", len(query)))
			case len(query) == 0 && (len(options) > 0 || c.Flags().Changed("format")):
				return usage(c, errors.New("options without a query"))
			case len(query) == 0:
				return printViews(g)
			}
			return runQuery(c.Context(), g, query[0], append(slices.Clone(shape), options...))
		},
	}
	c.Flags().StringVar(&format, "format", format, "what duckdb prints: table, csv or json")
	return c
}

func printViews(g *global) error {
	store, err := g.open()
	if err != nil {
		return err
	}
	return writeViews(g.out, store)
}

// runQuery runs a query in DuckDB, on the views of the store.
func runQuery(ctx context.Context, g *global, query string, options []string) error {
	store, err := g.open()
	if err != nil {
		return err
	}
	duckdb, err := exec.LookPath("duckdb")
	if err != nil {
		return data.WithHint(errors.New("sql: the program duckdb is not on PATH"),
			"get it from https://duckdb.org/install or with `pip install duckdb-cli`; `mantis sql` without a query prints the views for a DuckDB elsewhere")
	}
	dir, err := os.MkdirTemp("", "mantis-sql-")
	if err != nil {
		return fmt.Errorf("sql: %w", err)
	}
	defer os.RemoveAll(dir)
	views := filepath.Join(dir, "views.sql") // too long for an argument
	var b strings.Builder
	if err := writeViews(&b, store); err != nil {
		return err
	}
	if err := os.WriteFile(views, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("sql: %w", err)
	}
	run := exec.CommandContext(ctx, duckdb, append(append([]string{"-no-init", "-cmd", `.read "` + views + `"`}, options...), "-c", query)...)
	run.Stdout, run.Stderr = g.out, g.err
	if err := run.Run(); err != nil {
		return errors.Join(ctx.Err(), fmt.Errorf("sql: duckdb: %w", err))
	}
	return nil
}
