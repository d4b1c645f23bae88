package page

import (
	"cmp"
	"slices"
	"strings"
)

// returnsSection writes the distribution of the strategy's returns by bar over
// the outline of those it is compared with.
func (s *sheet) returnsSection(r Report) {
	s.section("returns", "Returns by bar")
	defer s.endSection()
	strategy, _ := r.strategy()
	rs, zero := barReturns(strategy.EquityUSD)
	if len(rs) < 2 {
		s.missing("Fewer than two bars moved the equity in USD: no distribution to show.")
		return
	}
	legend := []swatch{{class: "bar s0", name: strategy.Name}}
	text := "Return of each bar in USD, as a fraction of the equity before it: " + strategy.Name
	var others []float64
	still := 0
	if len(r.Curves.Portfolios) > 1 {
		other := r.Curves.Portfolios[1]
		if others, still = barReturns(other.EquityUSD); len(others) > 0 {
			legend = append(legend, swatch{class: style(1), name: other.Name + " (outline)"})
			text += " as bars, " + other.Name + " as an outline"
		}
	}
	h := newHistogram(rs, others, r.Tail)
	filled, outline := h.shares(rs, len(rs)+zero), h.shares(others, len(others)+still)
	text += ". The height is the share of all bars; a bin is " + binWidth(h.step) + " wide."
	if zero > 0 {
		text += " " + plural(zero, "bar") + " of exactly zero return (" + format(float64(zero)/float64(len(rs)+zero), Fraction) + ") are not drawn."
	}
	if h.beyond > 0 {
		text += " The outermost bins also hold " + plural(h.beyond, "return") + " beyond them."
	}
	s.raw("<figure>\n")
	s.legend(legend)
	s.raw(`<div class="scroll" tabindex="0">`, h.draw(filled, outline, r), "</div>\n")
	s.caption(r.Simulated, text)
	s.raw("</figure>\n")
}

// binWidth writes the width of a bin.
func binWidth(step float64) string {
	return number(float64(step*100), tickDecimals([]float64{step}, Fraction)) + " percentage points"
}

// draw returns the picture: bars, outline and the marks of the tail.
func (h histogram) draw(filled, outline []float64, r Report) string {
	const height = 300
	top, bottom := float64(plotTop), float64(height-26)
	values := valueScale([][]float64{{0}, filled, outline}, bottom, top, true)
	values.lo = 0
	across := scale{lo: h.edge(0), hi: h.edge(h.bins), from: plotLeft, to: plotRight}
	g := newSVG(height, "Distribution of returns by bar of "+r.Curves.Portfolios[0].Name, r.Simulated)
	g.valueAxis(values, Fraction)
	g.line("axis", plotLeft, bottom, plotRight, bottom)
	ticks := across.ticks(10)
	decimals := tickDecimals(ticks, Fraction)
	for _, v := range ticks {
		g.line("grid", across.at(v), top, across.at(v), bottom+4)
		g.text("tick", "middle", across.at(v), bottom+18, tickLabel(v, decimals, Fraction))
	}
	for k, share := range filled {
		if share > 0 {
			x := across.at(h.edge(k))
			g.rect("bar s0", x, values.at(share), across.at(h.edge(k+1))-x, bottom-values.at(share))
		}
	}
	g.path("line "+style(1), steps(h, outline, across, values))
	g.tail(r.Tail, across, top, bottom)
	return g.close()
}

// steps is the outline of a histogram.
func steps(h histogram, shares []float64, across, values scale) string {
	if len(shares) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("M" + px(across.from) + "," + px(values.from))
	for k, share := range shares {
		b.WriteString("V" + px(values.at(share)) + "H" + px(across.at(h.edge(k+1))))
	}
	b.WriteString("V" + px(values.from))
	return b.String()
}

// tail draws the marks, each label on a line of its own: labels point to the
// middle, and the outermost marks come first, so that none crosses a mark.
func (g *svg) tail(marks []Mark, across scale, top, bottom float64) {
	var left, right []Mark
	for _, m := range marks {
		switch x := across.at(m.Value); {
		case !finite(m.Value) || x < across.from || x > across.to:
		case x < (across.from+across.to)/2:
			left = append(left, m)
		default:
			right = append(right, m)
		}
	}
	slices.SortStableFunc(left, func(a, b Mark) int { return cmp.Compare(a.Value, b.Value) })
	slices.SortStableFunc(right, func(a, b Mark) int { return cmp.Compare(b.Value, a.Value) })
	for _, side := range []struct {
		marks  []Mark
		anchor string
		gap    float64
	}{{left, "start", 5}, {right, "end", -5}} {
		for row, m := range side.marks {
			x, y := across.at(m.Value), top+12+float64(16*row)
			g.line("mark", x, y-10, x, bottom)
			g.text("tag", side.anchor, x+side.gap, y, m.Name+" "+format(m.Value, Fraction))
		}
	}
}
