package page

import (
	"fmt"
	"math"
	"slices"

	"mantis/data/num"
)

// Search is trials in the order of their numbers, and what each cost more than
// the baseline does: below 0 is better.
type Search struct {
	Baseline   string // "the class prior"
	Measure    string // "log-loss"
	Difference []float64
	SE         []float64
	Full       []bool // whether the trial was judged on all rows, or dropped before
	Best       int    // index of the chosen trial, -1 for none
	Parameters []SearchParameter
}

// SearchParameter is the value of one parameter in every trial; NaN where it has
// none.
type SearchParameter struct {
	Name   string
	Values []float64
	Log    bool
}

func (x Search) check() error {
	n := len(x.Difference)
	if len(x.SE) != n || len(x.Full) != n || x.Best >= n {
		return fmt.Errorf("page: search: %d trials, %d errors, %d states, the best is %d", n, len(x.SE), len(x.Full), x.Best)
	}
	for _, p := range x.Parameters {
		if len(p.Values) != n {
			return fmt.Errorf("page: search: %d values of %s in %d trials", len(p.Values), p.Name, n)
		}
	}
	return nil
}

// search draws the trials one after the other, then by each parameter.
func (s *sheet) search(x Search, simulated bool) {
	s.raw("<figure>\n")
	s.legend([]swatch{{class: "bar s0", name: "judged on all rows"}, {class: "bar s3", name: "dropped before"}, {class: "s1", name: "the best so far"}, {class: "bar s1", name: "chosen"}})
	s.raw(`<div class="scroll" tabindex="0">`, x.draw(simulated), "</div>\n")
	s.caption(simulated, "Each dot is a trial, with one standard error to either side: its "+x.Measure+" less that of "+x.Baseline+", over the rows that its folds left out. Below zero is better.")
	s.raw("</figure>\n")
	if len(x.Parameters) == 0 {
		return
	}
	s.heading("By the value of the parameter")
	const across = 4
	s.raw("<figure>\n")
	for from := 0; from < len(x.Parameters); from += across {
		s.raw(`<div class="scroll" tabindex="0">`, x.drawParameters(x.Parameters[from:min(from+across, len(x.Parameters))], across, simulated), "</div>\n")
	}
	s.caption(simulated, "The same trials by the value of each parameter that was searched. A slope says that it matters; a best value at an edge, that the search might go on there.")
	s.raw("</figure>\n")
}

// reach is the differences that the scale spans: a trial that is far off does
// not hide what the others differ in.
func (x Search) reach() []float64 {
	lo, hi := 0.0, 0.0
	for _, d := range x.Difference {
		if finite(d) {
			lo = math.Min(lo, d)
		}
	}
	var all []float64
	for i, d := range x.Difference {
		if finite(d) && x.Full[i] {
			all = append(all, d)
		}
	}
	for _, d := range all {
		hi = math.Max(hi, d)
	}
	return []float64{lo, math.Min(hi, math.Max(float64(-4*lo), math.Max(float64(2*median(all)), 0.01)))}
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	return num.Quantile(slices.Sorted(slices.Values(values)), 0.5)
}

func (x Search) draw(simulated bool) string {
	const height = 300
	top, bottom := float64(plotTop), float64(height-26)
	reach := x.reach()
	up := valueScale([][]float64{reach}, bottom, top, true)
	g := newSVG(height, "Trials of the search", simulated)
	g.valueAxis(up, Loss)
	across := scale{lo: -0.5, hi: math.Max(float64(len(x.Difference))-0.5, 0.5), from: plotLeft, to: plotRight}
	g.acrossAxis(across, top, bottom, 10)
	place := func(d float64) float64 { return up.at(math.Min(math.Max(d, up.lo), up.hi)) }
	best, way := math.Inf(1), ""
	dots := map[bool]string{}
	for i, d := range x.Difference {
		if !finite(d) {
			continue
		}
		at := across.at(float64(i))
		if x.Full[i] && finite(x.SE[i]) {
			g.line("edge", at, place(d-x.SE[i]), at, place(d+x.SE[i]))
		}
		dots[x.Full[i]] += "M" + px(at) + "," + px(place(d)) + "h0"
		if x.Full[i] && d < best {
			if way == "" {
				way = "M" + px(at) + "," + px(place(d))
			} else {
				way += "H" + px(at) + "V" + px(place(d))
			}
			best = d
		}
	}
	if way != "" {
		g.path("line s1", way+"H"+px(across.to))
	}
	g.path("dots s3", dots[false])
	g.path("dots s0", dots[true])
	if x.Best >= 0 {
		g.path("dots s1", "M"+px(across.at(float64(x.Best)))+","+px(place(x.Difference[x.Best]))+"h0")
	}
	return g.close()
}

func (x Search) drawParameters(all []SearchParameter, columns int, simulated bool) string {
	const height, gap = 220, 34
	top, bottom := float64(plotTop)+14, float64(height-26)
	up := valueScale([][]float64{x.reach()}, bottom, top, true)
	g := newSVG(height, "Trials by the values of their parameters", simulated)
	g.valueAxis(up, Loss)
	width := float64(plotRight-plotLeft-gap*(columns-1)) / float64(columns)
	for i, p := range all {
		from := plotLeft + float64(float64(i)*(width+gap))
		g.text("name", "middle", from+float64(width/2), plotTop+4, clipped(p.Name, width))
		across := valueScale([][]float64{p.Values}, from, from+width, !p.Log)
		g.acrossAxis(across, top, bottom, 4)
		dots := map[string]string{}
		for j, v := range p.Values {
			if d := x.Difference[j]; finite(v) && finite(d) {
				class := "dots s3"
				switch {
				case j == x.Best:
					class = "dots s1"
				case x.Full[j]:
					class = "dots s0"
				}
				dots[class] += "M" + px(across.at(v)) + "," + px(up.at(math.Min(math.Max(d, up.lo), up.hi))) + "h0"
			}
		}
		for _, class := range []string{"dots s3", "dots s0", "dots s1"} {
			g.path(class, dots[class])
		}
	}
	return g.close()
}
