package page

import "math"

// Unit says how a number is written.
type Unit string

// The units. Fraction is written as a percentage; the others name themselves
// beside the row or column they belong to.
const (
	Ratio    Unit = "ratio"    // three decimals, two from 10 up
	Fraction Unit = "fraction" // 0.123 is 12.30%
	Loss     Unit = "loss"     // four decimals, for scores that differ little
	Count    Unit = "count"
	Bars     Unit = "bars"
	Days     Unit = "days"
	USD      Unit = "USD"
	BTC      Unit = "BTC"
)

// suffix names the unit beside a label, where the number does not show it.
func (u Unit) suffix() string {
	switch u {
	case Bars, Days, USD, BTC:
		return string(u)
	}
	return ""
}

// Table is a grid of numbers. The unit of a cell is its row's, or else its
// column's, or else Ratio. Rows may be shorter than Columns; what is missing is
// shown as a dash.
type Table struct {
	Title   string // used by Report.More only: the other tables have their own
	Corner  string // what the row names are: "metric", "model"
	Columns []Column
	Rows    []Row
	Note    string // the caption
}

// Column heads a column; Doc is shown on pointing at the head.
type Column struct {
	Name string
	Unit Unit
	Doc  string
}

// Row is a named row. A Reference row is set apart: nothing that was tried, but
// a bound to compare with, such as the best attainable log-loss.
type Row struct {
	Name      string
	Unit      Unit
	Doc       string
	Cells     []Cell
	Reference bool
}

// Cell is a number, or a text where Text is not empty. A number that is NaN or
// infinite is shown as a dash, with Why as its explanation.
type Cell struct {
	Value float64
	Text  string
	Why   string
}

// Values makes cells of plain numbers.
func Values(vs ...float64) []Cell {
	cells := make([]Cell, len(vs))
	for i, v := range vs {
		cells[i].Value = v
	}
	return cells
}

// Columns makes columns of plain names.
func Columns(names ...string) []Column {
	columns := make([]Column, len(names))
	for i, n := range names {
		columns[i].Name = n
	}
	return columns
}

// table writes t. The class lead-row or lead-column sets the first row or
// column in bold, where the strategy or the model stands.
func (s *sheet) table(t Table, lead string) {
	s.raw(`<div class="scroll" tabindex="0"><table class="`, lead, `"><thead><tr><th scope="col">`, esc(t.Corner), `</th>`)
	for _, c := range t.Columns {
		s.raw(`<th scope="col"`, titleAttr(c.Doc), `>`, label(c.Name, c.Unit), `</th>`)
	}
	s.raw("</tr></thead><tbody>\n")
	for _, row := range t.Rows {
		class := ""
		if row.Reference {
			class = ` class="reference"`
		}
		s.raw(`<tr`, class, `><th scope="row"`, titleAttr(row.Doc), `>`, label(row.Name, row.Unit), `</th>`)
		for i := range t.Columns {
			cell := Cell{Value: math.NaN(), Why: "not given"}
			if i < len(row.Cells) {
				cell = row.Cells[i]
			}
			unit := row.Unit
			if unit == "" {
				unit = t.Columns[i].Unit
			}
			s.cell(cell, unit)
		}
		s.raw("</tr>\n")
	}
	s.raw("</tbody></table></div>\n")
	if t.Note != "" {
		s.raw(`<p class="caption">`, esc(t.Note), "</p>\n")
	}
}

// cell writes one cell of a table.
func (s *sheet) cell(c Cell, unit Unit) {
	class := ""
	if c.Text == "" && !finite(c.Value) {
		class = ` class="none"`
		if c.Why == "" {
			c.Why = "not defined"
		}
	}
	s.raw(`<td`, class, titleAttr(c.Why), `>`, c.text(unit), `</td>`)
}

// text is what the cell shows, safe to write.
func (c Cell) text(unit Unit) string {
	if c.Text != "" {
		return esc(c.Text)
	}
	return format(c.Value, unit)
}

// label is a name with its unit beside it.
func label(name string, unit Unit) string {
	if suffix := unit.suffix(); suffix != "" {
		return esc(name) + ` <small>` + esc(suffix) + `</small>`
	}
	return esc(name)
}
