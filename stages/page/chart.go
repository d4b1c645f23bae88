package page

import "strconv"

// lineChart is one or more series over the time axis, with a legend above and
// a caption below. The styles are those of the portfolios, by position.
type lineChart struct {
	label     string // for a screen reader
	text      string // the caption
	unit      Unit
	height    int
	simulated bool
	even      bool      // never logarithmic
	fill      bool      // fills the first series down from zero
	covers    []float64 // values the axis shows whatever the series are
	first     int64
	last      int64
	time      []int64
	names     []string
	series    [][]float64
}

// styles is the number of line styles in the style sheet; more series than
// that begin again.
const styles = 6

// figure writes the chart with its legend and caption.
func (s *sheet) figure(c lineChart) {
	xs := timeScale(c.first, c.last).places(c.time)
	ends := make([]swatch, len(c.series))
	for k, name := range c.names {
		ends[k] = swatch{class: style(k), name: name, value: format(lastFinite(c.series[k]), c.unit)}
	}
	s.raw(`<figure class="lines"`)
	s.hover(c, xs)
	s.raw(">\n")
	s.legend(ends)
	picture, scale := c.draw(xs)
	s.raw(`<div class="scroll" tabindex="0">`, picture, "</div>\n")
	text := c.text
	if scale.log {
		text += " The scale is logarithmic."
	}
	s.caption(c.simulated, text)
	s.raw("</figure>\n")
}

func style(k int) string { return "s" + strconv.Itoa(k%styles) }

// draw returns the picture and the scale of its values.
func (c lineChart) draw(xs []float64) (string, scale) {
	top, bottom := float64(plotTop), float64(c.height-26)
	scale := valueScale(append([][]float64{c.covers}, c.series...), bottom, top, c.even)
	g := newSVG(c.height, c.label, c.simulated)
	g.valueAxis(scale, c.unit)
	g.timeAxis(c.first, c.last, top, bottom)
	for k := len(c.series) - 1; k >= 0; k-- {
		ys := make([]float64, len(c.series[k]))
		for i, v := range c.series[k] {
			ys[i] = v
			if finite(v) {
				ys[i] = scale.at(v)
			}
		}
		kept := thin(xs, ys)
		if c.fill && k == 0 {
			g.path("fill "+style(k), areaPath(xs, ys, kept, scale.at(0)))
		}
		g.path("line "+style(k), linePath(xs, ys, kept))
	}
	g.line("cross", -99, top, -99, bottom)
	return g.close(), scale
}
