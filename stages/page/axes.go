package page

import (
	"strconv"
	"strings"
)

// valueAxis draws the grid and labels of the values.
func (g *svg) valueAxis(s scale, unit Unit) {
	want := max(3, min(8, int(s.from-s.to)/30))
	ticks := s.ticks(want)
	decimals := tickDecimals(ticks, unit)
	for _, v := range ticks {
		y := s.at(v)
		class := "grid"
		if v == 0 {
			class = "zero"
		}
		g.line(class, plotLeft, y, plotRight, y)
		g.text("tick", "end", plotLeft-8, y+4, tickLabel(v, decimals, unit))
	}
}

// tickDecimals is how many decimals set the ticks apart.
func tickDecimals(ticks []float64, unit Unit) int {
	most := 0
	for _, v := range ticks {
		if unit == Fraction {
			v = float64(v * 100)
		}
		digits := strconv.FormatFloat(v, 'g', 10, 64)
		if strings.Contains(digits, "e") {
			digits = strings.TrimRight(strconv.FormatFloat(v, 'f', 12, 64), "0")
		}
		if _, fraction, ok := strings.Cut(digits, "."); ok {
			most = max(most, len(fraction))
		}
	}
	return most
}

// tickLabel writes a tick; large numbers are in thousands, millions, billions.
func tickLabel(v float64, decimals int, unit Unit) string {
	if unit == Fraction {
		return number(float64(v*100), decimals) + "%"
	}
	for _, large := range []struct {
		size float64
		name string
	}{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}} {
		if v >= large.size || v <= -large.size {
			digits := strconv.FormatFloat(v/large.size, 'g', 10, 64)
			return strings.Replace(digits, "-", "−", 1) + large.name
		}
	}
	return number(v, decimals)
}

// timeAxis draws the grid and labels of the instants below a plot.
func (g *svg) timeAxis(first, last int64, top, bottom float64) {
	s := timeScale(first, last)
	g.line("axis", plotLeft, bottom, plotRight, bottom)
	for _, t := range timeTicks(first, last, 10) {
		x := s.at(t.at)
		g.line("grid", x, top, x, bottom+4)
		g.text("tick", "middle", x, bottom+18, t.label)
	}
}

// instants maps an instant to its place across the plot.
type instants struct{ first, last int64 }

func timeScale(first, last int64) instants { return instants{first, last} }

func (s instants) at(t int64) float64 {
	share := float64(t-s.first) / float64(s.last-s.first)
	return plotLeft + float64(share*(plotRight-plotLeft))
}

func (s instants) places(ts []int64) []float64 {
	xs := make([]float64, len(ts))
	for i, t := range ts {
		xs[i] = s.at(t)
	}
	return xs
}
