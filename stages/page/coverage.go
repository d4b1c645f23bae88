package page

import (
	"fmt"

	"mantis/data"
)

// Coverage is which stretches of time the candles cover, and what is wrong with
// them.
type Coverage struct {
	Rows     []Covered // one a series of candles
	Findings []Finding // those that matter most first
}

// Covered is the coverage of one series. Time ascends strictly; an entry counts
// the candles from its instant to the next entry's, and the last to the end of
// Span. The counts are as long as Time or empty.
type Covered struct {
	Name                    string
	Interval                data.Interval // of the candles
	Span                    Span          // Last is the end of the last candle
	Time                    []int64
	Candles, Quiet, Missing []int64 // Quiet are some of Candles
	Outages                 []Span  // stretches without a trade, to be seen however short

	Total, TotalQuiet, Gaps, TotalMissing, Longest int64 // over the whole series
}

// Finding is something wrong with a series, in words.
type Finding struct {
	Name  string // of the series
	Kind  string
	Error bool // else a warning
	Text  string
}

// The measures of the picture, in units of its view box.
const (
	coverRow    = 22 // from row to row
	coverHeight = 15
	coverStep   = 2.0 // width of what is shaded at once
	leastOutage = 1.6
	mostNamed   = 40 // findings that are listed
)

// covers are the shades: a class, what it means, and the share of the candles of
// a stretch that are absent or quiet, from which it is taken.
var covers = [...]struct {
	class, name string
	from        float64
}{{"c0", "candles", 0}, {"c1", "some absent or quiet", 0.05}, {"c2", "most absent or quiet", 0.5}, {"c3", "none, or an outage", 1}}

// coverageSection draws the coverage, a row a series, and says in words what is
// wrong.
func (s *sheet) coverageSection(r Report) {
	s.section("candles", "Candles")
	defer s.endSection()
	rows := r.Coverage.Rows
	if len(rows) == 0 {
		s.missing("What the candles cover is not given.")
		return
	}
	var legend []swatch
	for _, c := range covers {
		legend = append(legend, swatch{class: "bar " + c.class, name: c.name})
	}
	s.raw("<figure>\n")
	s.legend(legend)
	s.raw(`<div class="scroll" tabindex="0">`, drawCoverage(r), "</div>\n")
	s.caption(r.Simulated, "What the candles cover, a row a symbol. Quiet candles say that nothing was traded. Outages are drawn at least so wide that they can be seen.")
	s.raw("</figure>\n")
	s.coverageTable(r)
	s.findings(r.Coverage.Findings)
}

// drawCoverage returns the picture.
func drawCoverage(r Report) string {
	rows := r.Coverage.Rows
	first, last := coverSpan(rows)
	bottom := float64(plotTop + coverRow*len(rows))
	g := newSVG(int(bottom)+26, "What the candles cover: "+coverWords(rows), r.Simulated)
	x := timeScale(first, last)
	for k, row := range rows {
		y := float64(plotTop + coverRow*k)
		g.text("tick", "end", plotLeft-8, y+coverHeight-3, clipped(row.Name, plotLeft-8))
		g.rect("empty", plotLeft, y, plotRight-plotLeft, coverHeight)
		for level, path := range row.paths(x, y) {
			g.path("band "+covers[level].class, path)
		}
	}
	g.timeAxis(first, last, bottom, bottom)
	return g.close()
}

// coverSpan is the time that all series together take. It is never empty.
func coverSpan(rows []Covered) (first, last int64) {
	first, last = rows[0].Span.First, rows[0].Span.Last
	for _, r := range rows {
		first, last = min(first, r.Span.First), max(last, r.Span.Last)
	}
	if last <= first {
		return first, first + int64(data.Day)
	}
	return first, last
}

// paths are the shaded stretches of a row, by level: columns of a fixed width
// that go together where they have one level, and the outages on top.
func (c Covered) paths(x instants, y float64) (paths [len(covers)]string) {
	begin, end := x.at(c.Span.First), x.at(c.Span.Last)
	n := int((end-begin)/coverStep) + 1
	have, silent := make([]int64, n), make([]int64, n)
	column := func(t int64) int { return max(0, min(n-1, int((x.at(t)-begin)/coverStep))) }
	for i, t := range c.Time {
		from, to := column(t), n-1
		if i+1 < len(c.Time) {
			to = max(from, column(c.Time[i+1])-1)
		}
		for k := from; k <= to; k++ {
			have[k] += at(c.Candles, i) - at(c.Quiet, i)
			silent[k] += at(c.Quiet, i) + at(c.Missing, i)
		}
	}
	stretch := func(level int, from, to float64) {
		paths[level] += "M" + px(from) + " " + px(y) + "H" + px(to) + "V" + px(y+coverHeight) + "H" + px(from) + "Z"
	}
	for from := 0; from < n; {
		to, level := from, coverLevel(have[from], silent[from])
		for to < n && coverLevel(have[to], silent[to]) == level {
			to++
		}
		left, right := begin+float64(float64(from)*coverStep), min(end, begin+float64(float64(to)*coverStep))
		if right > left {
			stretch(level, left, right)
		}
		from = to
	}
	for _, o := range c.Outages {
		left := max(begin, min(x.at(o.First), end-leastOutage))
		stretch(len(covers)-1, left, max(x.at(o.Last), left+leastOutage))
	}
	return paths
}

// coverLevel is the level of a stretch with so many candles, and so many that are
// absent or quiet.
func coverLevel(have, silent int64) int {
	level := 0
	share := 1.0
	if have+silent > 0 {
		share = float64(silent) / float64(have+silent)
	}
	for i, c := range covers {
		if share >= c.from {
			level = i
		}
	}
	return level
}

func at(x []int64, i int) int64 {
	if i < len(x) {
		return x[i]
	}
	return 0
}

// coverWords tells the picture in words.
func coverWords(rows []Covered) string {
	text := ""
	for i, r := range rows {
		if i > 0 {
			text += "; "
		}
		text += fmt.Sprintf("%s from %s to %s, %s missing", r.Name, stamp(r.Span.First), stamp(r.Span.Last), plural(int(r.TotalMissing), "candle"))
	}
	return text
}

// coverageTable writes the figures of every series.
func (s *sheet) coverageTable(r Report) {
	t := Table{Corner: "symbol", Columns: []Column{{"interval", "", ""}, {"first (UTC)", "", ""}, {"end (UTC)", "", ""}, {"candles", Count, ""},
		{"quiet", Count, "candles that say that nothing was traded"}, {"gaps", Count, ""}, {"missing", Count, "candles in the gaps"}, {"longest", Count, "candles in the longest gap"}}}
	for _, c := range r.Coverage.Rows {
		cells := []Cell{{Text: c.Interval.String()}, {Text: stamp(c.Span.First)}, {Text: stamp(c.Span.Last)}}
		cells = append(cells, Values(float64(c.Total), float64(c.TotalQuiet), float64(c.Gaps), float64(c.TotalMissing), float64(c.Longest))...)
		t.Rows = append(t.Rows, Row{Name: c.Name, Cells: cells})
	}
	s.table(t, "plain")
}

// findings says in words what is wrong.
func (s *sheet) findings(all []Finding) {
	s.heading("What is wrong with them")
	if len(all) == 0 {
		s.missing("Nothing that would have to be known was found.")
		return
	}
	s.raw(`<ul class="findings">`, "\n")
	for _, f := range all[:min(mostNamed, len(all))] {
		class, word := "warning", "warning"
		if f.Error {
			class, word = "error", "error"
		}
		s.raw(`<li class="`, class, `"><b>`, word, `</b> `, esc(f.Name), ` · `, esc(f.Text), "</li>\n")
	}
	s.raw("</ul>\n")
	if more := len(all) - mostNamed; more > 0 {
		s.raw(`<p class="caption">And `, plural(more, "finding"), " more: see the table findings of the dataset coverage.</p>\n")
	}
}
