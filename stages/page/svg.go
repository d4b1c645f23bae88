package page

import (
	"math"
	"strconv"
	"strings"
)

// The plot area of every chart, in units of its view box: all charts share one
// horizontal extent, so that instants line up down the page.
const (
	chartWidth = 1040
	plotLeft   = 76
	plotRight  = 1004
	plotTop    = 20
)

// svg collects one picture.
type svg struct{ b strings.Builder }

// newSVG opens a picture with what a screen reader says in its place. A
// picture of a simulated market says so itself, in both, above its plot, so
// that a cropped copy still does.
func newSVG(height int, label string, simulated bool) *svg {
	g := &svg{}
	if simulated {
		label = "SIMULATED: " + label
	}
	g.raw(`<svg viewBox="0 0 `, strconv.Itoa(chartWidth), ` `, strconv.Itoa(height),
		`" role="img" aria-label="`, esc(label), "\">\n")
	if simulated {
		g.text("stamp", "start", plotLeft, 11, "SIMULATED")
	}
	return g
}

func (g *svg) raw(parts ...string) {
	for _, p := range parts {
		g.b.WriteString(p)
	}
}

// close ends the picture and returns it.
func (g *svg) close() string {
	g.raw("</svg>\n")
	return g.b.String()
}

func (g *svg) line(class string, x1, y1, x2, y2 float64) {
	g.raw(`<line class="`, class, `" x1="`, px(x1), `" y1="`, px(y1), `" x2="`, px(x2), `" y2="`, px(y2), "\"/>\n")
}

func (g *svg) rect(class string, x, y, width, height float64) {
	g.raw(`<rect class="`, class, `" x="`, px(x), `" y="`, px(y), `" width="`, px(width), `" height="`, px(height), "\"/>\n")
}

// text writes t at a point; anchor is start, middle or end.
func (g *svg) text(class, anchor string, x, y float64, t string) {
	g.raw(`<text class="`, class, `" text-anchor="`, anchor, `" x="`, px(x), `" y="`, px(y), `">`, esc(t), "</text>\n")
}

// path writes a path, and nothing for one without a point.
func (g *svg) path(class, d string) {
	if d != "" {
		g.raw(`<path class="`, class, `" d="`, d, "\"/>\n")
	}
}

// px writes a coordinate with at most one decimal. It never writes NaN or an
// infinity: what has no place is put far outside the picture.
func px(v float64) string {
	if !(v > -9999) {
		v = -9999
	}
	v = math.Min(v, 99999)
	t := strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	if t == "-0" {
		return "0"
	}
	return t
}
