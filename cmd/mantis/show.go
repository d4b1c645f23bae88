package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newShowCommand(g *global) *cobra.Command {
	table, head := "", 0
	c := &cobra.Command{
		Use: "show DATASET", Short: "Show one version: what it holds and what it was made from",
		Long:    "Show prints the manifest of a version for people, or as it is with --json. DATASET is bars, bars:latest, or bars@ and the first digits of an id.",
		Example: "  mantis show predictions\n  mantis show bars@9f3c1a7e --json\n  mantis show predictions --table scores --head 20",
		Args:    exactly(cobra.ExactArgs(1)),
		RunE:    func(_ *cobra.Command, args []string) error { return runShow(g, args[0], table, head) },
	}
	c.Flags().StringVar(&table, "table", "", "the table to show rows of, with --head")
	c.Flags().IntVar(&head, "head", 0, "show that many first rows")
	addJSONFlag(c, g)
	return c
}

func runShow(g *global, name, table string, head int) error {
	store, err := g.open()
	if err != nil {
		return err
	}
	v, err := store.Resolve(name)
	if err != nil {
		return err
	}
	if table != "" || head > 0 {
		return showRows(g, store, v, table, head)
	}
	if g.json {
		return g.writeJSON(v)
	}
	fmt.Fprintf(g.out, "%s@%s\nstage   %s, code %d\nparams  %s\n", v.Dataset, v.ID, v.Stage.Name, v.Stage.Code, v.Stage.Params)
	for _, in := range v.Inputs {
		fmt.Fprintf(g.out, "input   %s@%s\n", in.Name, in.ID[:min(8, len(in.ID))])
	}
	for _, n := range v.Notes {
		fmt.Fprintf(g.out, "note    %s\n", n)
	}
	for _, t := range v.Tables {
		rows, first, last := v.Span(t.Table)
		fmt.Fprintf(g.out, "\ntable %s: %s, %s rows", t.Table, t.Doc, thousands(rows))
		if first != data.Null {
			fmt.Fprintf(g.out, ", %s to %s", data.Stamp(first), data.Stamp(last))
		}
		fmt.Fprintln(g.out)
		for _, f := range t.Fields {
			null := ""
			if f.Nullable {
				null = "?"
			}
			fmt.Fprintf(g.out, "  %-28s %-8s %s\n", f.Name, string(f.Type)+null, f.Doc)
		}
	}
	fmt.Fprintln(g.out, "\nparts")
	for _, p := range v.Parts {
		fmt.Fprintf(g.out, "  %-14s %-22s %9s rows  %s\n", p.Table, p.Key, thousands(p.Rows), p.Path)
	}
	return nil
}

// showRows prints the first rows of a table, part after part.
func showRows(g *global, store *data.Store, v *data.Version, table string, head int) error {
	if table == "" {
		table = summarise(v).Table
	}
	if head == 0 {
		head = 10
	}
	schema, err := v.Table(table)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	var names []string
	for _, f := range schema.Fields {
		names = append(names, f.Name)
	}
	var rows [][]string
	for _, p := range v.Of(table) {
		if len(rows) >= head {
			break
		}
		b, err := store.Read(v, p)
		if err != nil {
			return err
		}
		rows = append(rows, firstRows(b, head-len(rows))...)
	}
	if g.json {
		out := []map[string]string{}
		for _, row := range rows {
			cells := map[string]string{}
			for i, name := range names {
				cells[name] = row[i]
			}
			out = append(out, cells)
		}
		return g.writeJSON(out)
	}
	printTable(g.out, strings.Join(names, "\t")+"\t", func(t io.Writer) {
		for _, row := range rows {
			fmt.Fprintln(t, strings.Join(row, "\t")+"\t")
		}
	})
	return nil
}

// firstRows writes the first n rows of a batch as text, a missing value as
// nothing.
func firstRows(b *data.Batch, n int) [][]string {
	n = min(n, b.Rows())
	rows := make([][]string, n)
	c := b.Columns()
	for _, f := range b.Schema().Fields {
		var text func(r int) string
		switch f.Type {
		case data.Float:
			x := c.Floats(f.Name)
			text = func(r int) string { return strings.ReplaceAll(strconv.FormatFloat(x[r], 'g', 8, 64), "NaN", "") }
		case data.Time:
			x := c.Ints(f.Name)
			text = func(r int) string { return data.Stamp(x[r]) }
		case data.Int:
			x := c.Ints(f.Name)
			text = func(r int) string {
				return strings.ReplaceAll(strconv.FormatInt(x[r], 10), strconv.FormatInt(data.Null, 10), "")
			}
		case data.Bool:
			x := c.Bools(f.Name)
			text = func(r int) string { return strconv.FormatBool(x[r]) }
		default:
			x := c.Strings(f.Name)
			text = func(r int) string { return x[r] }
		}
		for r := range rows {
			rows[r] = append(rows[r], text(r))
		}
	}
	return slices.Clip(rows)
}
