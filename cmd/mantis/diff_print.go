package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"mantis/data"
)

// What fits on a screen: so many lines, so many rows of each list, and so much
// of each value.
const (
	screenLines = 40
	screenRows  = 6
	screenValue = 40
)

// diffPage writes a difference for people.
type diffPage struct {
	strings.Builder
	all bool
}

// printDiff writes a difference for people: what fits on a screen, or all.
func printDiff(w io.Writer, d *data.Diff, all bool) {
	p := &diffPage{all: all}
	p.why(d)
	if d.Same {
		p.WriteString("\nthe same: nothing differs in what is in them\n")
	}
	for _, t := range d.Tables {
		p.table(&t)
	}
	p.files(d.Files)
	lines := strings.SplitAfter(p.String(), "\n")
	if more := len(lines) - 1 - screenLines; !all && more > 0 {
		lines = append(lines[:screenLines], fmt.Sprintf("… %s more: --all shows everything\n", data.Counted(more, "line")))
	}
	io.WriteString(w, strings.Join(lines, ""))
}

func (p *diffPage) why(d *data.Diff) {
	fmt.Fprintf(p, "from %s\nto   %s\n", ref(d.A), ref(d.B))
	var rows []string
	for _, kind := range []struct {
		name    string
		changes []data.Change
		text    func(string) string
	}{{"", d.Why.Stage, p.short}, {"parameter ", d.Why.Params, p.param}, {"input ", d.Why.Inputs, eights}} {
		for _, c := range kind.changes {
			rows = append(rows, fmt.Sprintf("%s%s\t%s", kind.name, c.Name, arrow(kind.text(c.A), kind.text(c.B))))
		}
	}
	p.list("\nwhy", rows)
	rows = nil
	for _, n := range d.NotesRemoved {
		rows = append(rows, "- "+n)
	}
	for _, n := range d.NotesAdded {
		rows = append(rows, "+ "+n)
	}
	p.list("\nnotes", rows)
}

func (p *diffPage) table(t *data.TableDiff) {
	if t.Status == data.Same {
		fmt.Fprintf(p, "\ntable %s: the same, %s\n", t.Table, data.Counted(t.Unchanged, "part"))
		return
	}
	parts := map[data.Status]int{}
	for _, d := range t.Parts {
		parts[d.Status]++
	}
	added, removed, changed := t.Rows()
	fmt.Fprintf(p, "\ntable %s: %s\n", t.Table, t.Status)
	fmt.Fprintf(p, "  %d parts added, %d removed, %d changed, %d the same; %s rows added, %s removed, %s changed\n", parts[data.Added],
		parts[data.Removed], parts[data.Changed], t.Unchanged, data.Thousands(added), data.Thousands(removed), data.Thousands(changed))
	var rows []string
	for _, c := range t.Schema {
		rows = append(rows, fmt.Sprintf("%s\t%s", c.Name, arrow(p.short(c.A), p.short(c.B))))
	}
	p.list("  schema", rows)
	if rows = nil; len(t.Parts) > 1 || t.Parts != nil && t.Parts[0].Key != "" {
		for _, d := range t.Parts {
			rows = append(rows, fmt.Sprintf("%s\t%s\t%s rows\t%s added\t%s removed\t%s changed", d.Key, d.Status,
				arrow(data.Thousands(d.RowsA), data.Thousands(d.RowsB)), data.Thousands(d.Added), data.Thousands(d.Removed), data.Thousands(d.Changed)))
		}
	}
	p.list("  parts", rows)
	rows = nil
	for _, c := range t.Columns {
		rows = append(rows, p.column(t, c))
	}
	p.list("  columns, and where they differ first", rows)
}

// column tells of a column in one line.
func (p *diffPage) column(t *data.TableDiff, c data.ColumnDiff) string {
	how := data.Counted(c.Rows, "row")
	if c.MaxAbs > 0 {
		how += fmt.Sprintf(", by up to %.3g, relative %.3g", c.MaxAbs, c.MaxRel)
	}
	if c.BecameNull > 0 {
		how += fmt.Sprintf(", %s became null", data.Thousands(c.BecameNull))
	}
	if c.BecameValue > 0 {
		how += fmt.Sprintf(", %s were null", data.Thousands(c.BecameValue))
	}
	at := []string{c.First.Part}
	for i, k := range c.First.Key {
		switch k.(type) {
		case time.Time:
			at = append(at, p.cell(k))
		default:
			if pair := t.Key[i] + "=" + p.cell(k); !strings.Contains(c.First.Part, pair) {
				at = append(at, pair)
			}
		}
	}
	if len(t.Key) == 0 {
		at = append(at, fmt.Sprintf("row %d", c.First.Row))
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s", c.Column, how, strings.TrimSpace(strings.Join(at, " ")), arrow(p.cell(c.First.A), p.cell(c.First.B)))
}

func (p *diffPage) files(files []data.FileDiff) {
	same := 0
	var rows []string
	for _, f := range files {
		switch f.Status {
		case data.Same:
			same++
		case data.Added:
			rows = append(rows, fmt.Sprintf("%s\tadded\t%s bytes", f.Name, data.Thousands(int(f.BytesB))))
		case data.Removed:
			rows = append(rows, fmt.Sprintf("%s\tremoved\t%s bytes", f.Name, data.Thousands(int(f.BytesA))))
		default:
			rows = append(rows, fmt.Sprintf("%s\tchanged\t%s bytes", f.Name, arrow(data.Thousands(int(f.BytesA)), data.Thousands(int(f.BytesB)))))
		}
	}
	if len(files) > 0 {
		fmt.Fprintf(p, "\nfiles: %d of %d the same\n", same, len(files))
		p.list("", rows)
	}
}

// list writes rows of cells under a head, or nothing if there are none.
func (p *diffPage) list(head string, rows []string) {
	if len(rows) == 0 {
		return
	}
	if head != "" {
		fmt.Fprintln(p, head)
	}
	indent := strings.Repeat(" ", 2+len(head)-len(strings.TrimLeft(head, " ")))
	t := tabwriter.NewWriter(p, 0, 0, 2, ' ', 0)
	for i, row := range rows {
		if i == screenRows && !p.all && len(rows) > screenRows+1 {
			t.Flush()
			fmt.Fprintf(p, "%s… %d more\n", indent, len(rows)-i)
			return
		}
		fmt.Fprintf(t, "%s%s\n", indent, row)
	}
	t.Flush()
}

// param is a parameter's value; a text and a number that JSON quotes lose their
// quotes.
func (p *diffPage) param(raw string) string {
	if s, err := strconv.Unquote(raw); err == nil && s != "" {
		raw = s
	}
	return p.short(raw)
}

// short cuts a value that fills the line.
func (p *diffPage) short(s string) string {
	if runes := []rune(s); !p.all && len(runes) > screenValue {
		return string(runes[:screenValue-1]) + "…"
	}
	return s
}

// cell is a value with all its digits: two that differ must not look the same.
func (p *diffPage) cell(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case float64:
		return fmt.Sprint(x)
	case string:
		if x == "" || strings.ContainsFunc(x, func(r rune) bool { return !unicode.IsPrint(r) }) {
			x = strconv.Quote(x)
		}
		return p.short(x)
	}
	return cellText(v)
}

// arrow tells a value and the one that came after it.
func arrow(a, b string) string { return cmp.Or(a, "(none)") + " → " + cmp.Or(b, "(none)") }

// eight are the digits of an id that people read.
func eight(id string) string { return id[:min(8, len(id))] }

// eights is eight for each of several ids.
func eights(ids string) string {
	list := strings.Fields(ids)
	for i := range list {
		list[i] = eight(list[i])
	}
	return strings.Join(list, " ")
}

// ref is the short form of dataset@id.
func ref(full string) string {
	dataset, id, _ := strings.Cut(full, "@")
	return dataset + "@" + eight(id)
}
