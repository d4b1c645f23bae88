package page

import (
	"math"
	"strconv"
	"strings"

	"mantis/data"
)

// hoverPoints is about how many instants the hover read-out knows.
const hoverPoints = 470

// hover writes what the script reads: places, instants and the values of every
// series, at evenly chosen marks.
func (s *sheet) hover(c lineChart, xs []float64) {
	step := max(1, (len(xs)+hoverPoints-1)/hoverPoints)
	var places, stamps []string
	values := make([][]string, len(c.series))
	for i := 0; i < len(xs); i += step {
		places = append(places, px(xs[i]))
		stamps = append(stamps, data.Stamp(c.time[i]))
		for k, ys := range c.series {
			values[k] = append(values[k], format(ys[i], c.unit))
		}
	}
	s.raw(` data-x="`, strings.Join(places, " "), `" data-t="`, strings.Join(stamps, "|"), `"`)
	for k, v := range values {
		s.raw(` data-y`, strconv.Itoa(k), `="`, strings.Join(v, " "), `"`)
	}
}

// lastFinite is the last value that is a number, NaN where there is none.
func lastFinite(vs []float64) float64 {
	for i := len(vs) - 1; i >= 0; i-- {
		if finite(vs[i]) {
			return vs[i]
		}
	}
	return math.NaN()
}
