package page

import "math"

// CalibrationClass is how often one class came, by the probability that it was
// given, a curve a trainer.
type CalibrationClass struct {
	Class  string
	Curves []CalibrationCurve
}

// CalibrationCurve has a point a bin of probabilities: their mean and the share
// of the bars that were of the class.
type CalibrationCurve struct {
	Name                string
	Predicted, Observed []float64
}

// calibration draws the classes side by side, five in a row.
func (s *sheet) calibration(all []CalibrationClass, simulated bool) {
	const across = 5
	s.raw("<figure>\n")
	var names []swatch
	for k, c := range all[0].Curves {
		names = append(names, swatch{class: style(k), name: c.Name})
	}
	s.legend(names)
	for from := 0; from < len(all); from += across {
		s.raw(`<div class="scroll" tabindex="0">`, drawCalibration(all[from:min(from+across, len(all))], simulated), "</div>\n")
	}
	s.caption(simulated, "Each point is a bin of probabilities: their mean across, the share of the bars whose class came upwards. On the line from corner to corner a probability means what it says.")
	s.raw("</figure>\n")
}

func drawCalibration(all []CalibrationClass, simulated bool) string {
	const height, gap = 250, 34
	top, bottom := float64(plotTop)+14, float64(height-26)
	reach := 0.01
	for _, c := range all {
		for _, x := range c.Curves {
			for i := range x.Predicted {
				reach = math.Max(reach, math.Max(x.Predicted[i], x.Observed[i]))
			}
		}
	}
	up := scale{lo: 0, hi: reach, from: bottom, to: top}
	g := newSVG(height, "Observed shares by predicted probability", simulated)
	g.valueAxis(up, Ratio)
	width := float64(plotRight-plotLeft-gap*(len(all)-1)) / float64(len(all))
	for i, c := range all {
		from := plotLeft + float64(float64(i)*(width+gap))
		g.text("name", "middle", from+float64(width/2), plotTop+4, clipped(c.Class, width))
		across := scale{lo: 0, hi: reach, from: from, to: from + width}
		g.acrossAxis(across, top, bottom, 4)
		g.line("mark", across.at(0), up.at(0), across.at(reach), up.at(reach))
		for k, x := range c.Curves {
			xs, ys, kept := make([]float64, len(x.Predicted)), make([]float64, len(x.Predicted)), make([]int, len(x.Predicted))
			dots := ""
			for j := range xs {
				xs[j], ys[j], kept[j] = across.at(x.Predicted[j]), up.at(x.Observed[j]), j
				dots += "M" + px(xs[j]) + "," + px(ys[j]) + "h0"
			}
			g.path("line "+style(k), linePath(xs, ys, kept))
			g.path("dots "+style(k), dots)
		}
	}
	return g.close()
}
