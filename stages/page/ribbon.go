package page

import "strconv"

// decisionsSection writes the ribbons of predicted and realised classes and
// the weights held, over the axis of the equity charts.
func (s *sheet) decisionsSection(r Report) {
	s.section("decisions", "Classes and weights")
	defer s.endSection()
	d := r.Decisions
	if len(d.Time) == 0 {
		s.missing("No bar was decided on: there are no classes and weights to show.")
		return
	}
	var legend []swatch
	for k, name := range classNames {
		legend = append(legend, swatch{class: "bar k" + strconv.Itoa(k+1), name: name})
	}
	first, last := r.span()
	width := int64(r.Interval)
	if width <= 0 {
		width = last - first
	}
	all := columns(d.Time, width, timeScale(first, last))
	assets := []string{"USD", "BTC"}
	if len(d.Alts) > 0 {
		assets = append(assets, "ALT")
	}
	s.raw("<figure>\n")
	s.legend(legend)
	s.raw(`<div class="scroll" tabindex="0">`, ribbons(r, all, first, last), "</div>\n")
	var weights []swatch
	for k, name := range assets {
		weights = append(weights, swatch{class: "bar w" + strconv.Itoa(k), name: name})
	}
	s.legend(weights)
	s.caption(r.Simulated, "Class predicted for each bar, class realised below it, and the share of equity held in "+listed(assets)+
		" from bottom to top. "+perColumn(len(d.Time), all))
	s.raw("</figure>\n")
}

// ribbons returns the picture.
func ribbons(r Report, all []column, first, last int64) string {
	const height, ribbon, weightsTop = 276, 36, plotTop + 94
	bottom := float64(height - 26)
	d := r.Decisions
	g := newSVG(height, "Predicted and realised classes, and weights held, over the test span", r.Simulated)
	for k, row := range []struct {
		name    string
		classes []int64
	}{{"predicted", d.Predicted}, {"realised", d.Realised}} {
		y := plotTop + float64(k*(ribbon+6))
		g.text("tick", "end", plotLeft-8, y+ribbon/2+4, row.name)
		g.rect("empty", plotLeft, y, plotRight-plotLeft, ribbon)
		if len(row.classes) == 0 {
			g.text("tick", "start", plotLeft+8, y+ribbon/2+4, "not given")
			continue
		}
		for class := int64(1); class <= 5; class++ {
			g.path("band k"+strconv.FormatInt(class, 10), classPath(row.classes, class, all, y, ribbon))
		}
	}
	g.rect("empty", plotLeft, weightsTop, plotRight-plotLeft, bottom-weightsTop)
	weights := scale{lo: 0, hi: 1, from: bottom, to: weightsTop}
	lower := make([]float64, len(all))
	for k, held := range [][]float64{d.USD, d.BTC, d.Alts} {
		upper := stacked(lower, held, all)
		g.path("band w"+strconv.Itoa(k), bandPath(all, lower, upper, weights))
		lower = upper
	}
	for _, v := range []float64{0, 0.5, 1} {
		g.text("tick", "end", plotLeft-8, weights.at(v)+4, tickLabel(v, 0, Fraction))
	}
	g.timeAxis(first, last, bottom, bottom)
	return g.close()
}
