package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newShowCommand(g *global) *cobra.Command {
	table, head := "", 0
	c := &cobra.Command{
		Use: "show DATASET", Short: "Show one version: what it holds and what it was made from",
		Long:    "Show prints the manifest of a version for people, or as it is with --json. DATASET is bars or bars:latest, bars:TAG, or bars@ and the first digits of an id; ~1 behind it is the version that was latest before.",
		Example: "  mantis show predictions\n  mantis show bars@9f3c1a7e --json\n  mantis show bars~1\n  mantis show predictions --table scores --head 20",
		Args:    exactly(cobra.ExactArgs(1)),
		RunE:    func(_ *cobra.Command, args []string) error { return runShow(g, args[0], table, head) },
	}
	c.Flags().StringVar(&table, "table", "", "the table to show rows of, with --head")
	c.Flags().IntVar(&head, "head", 0, "show that many first rows")
	addJSONFlag(c, g)
	return c
}

func runShow(g *global, name, table string, head int) error {
	store, v, err := g.version(name)
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
	if v.Unportable() {
		fmt.Fprintln(g.out, "portable no: another kind of processor may make another id of the same inputs")
	}
	for _, in := range v.Inputs {
		fmt.Fprintf(g.out, "input   %s@%s\n", in.Name, in.ID[:min(8, len(in.ID))])
	}
	for _, n := range v.Notes {
		fmt.Fprintf(g.out, "note    %s\n", n)
	}
	for _, t := range v.Tables {
		rows, first, last := v.Span(t.Table)
		fmt.Fprintf(g.out, "\ntable %s: %s, %s rows", t.Table, t.Doc, data.Thousands(rows))
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
		fmt.Fprintf(g.out, "  %-14s %-22s %9s rows  %s\n", p.Table, p.Key, data.Thousands(p.Rows), p.Path)
	}
	return nil
}

// showRows prints the first rows of a table, part after part.
func showRows(g *global, store *data.Store, v *data.Version, table string, head int) error {
	if table == "" {
		table = summarise(v).Table
	}
	if head <= 0 {
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
	var rows [][]any
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
		out := []map[string]any{}
		for _, row := range rows {
			cells := map[string]any{}
			for i, name := range names {
				cells[name] = row[i]
			}
			out = append(out, cells)
		}
		return g.writeJSON(out)
	}
	printTable(g.out, strings.Join(names, "\t")+"\t", func(t io.Writer) {
		for _, row := range rows {
			for _, cell := range row {
				fmt.Fprint(t, cellText(cell), "\t")
			}
			fmt.Fprintln(t)
		}
	})
	return nil
}

// firstRows is the first n rows of a batch, cell by cell: nil where there is no
// value, an instant as RFC 3339.
func firstRows(b *data.Batch, n int) [][]any {
	rows := make([][]any, min(n, b.Rows()))
	c := b.Columns()
	for _, f := range b.Schema().Fields {
		var cell func(r int) any
		switch f.Type {
		case data.Float:
			x := c.Floats(f.Name)
			cell = func(r int) any { return orNil(x[r], x[r] == x[r]) }
		case data.Time:
			x := c.Ints(f.Name)
			cell = func(r int) any { return orNil(time.UnixMicro(x[r]).UTC(), x[r] != data.Null) }
		case data.Int:
			x := c.Ints(f.Name)
			cell = func(r int) any { return orNil(x[r], x[r] != data.Null) }
		case data.Bool:
			x := c.Bools(f.Name)
			cell = func(r int) any { return x[r] }
		default:
			x := c.Strings(f.Name)
			cell = func(r int) any { return x[r] }
		}
		for r := range rows {
			rows[r] = append(rows[r], cell(r))
		}
	}
	return rows
}

func orNil(x any, there bool) any {
	if !there {
		return nil
	}
	return x
}

// cellText writes a cell for people.
func cellText(cell any) string {
	switch x := cell.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(x, 'g', 8, 64)
	case time.Time:
		return data.Stamp(x.UnixMicro())
	}
	return fmt.Sprint(cell)
}
