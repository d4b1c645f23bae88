package feature

import "mantis/data/num"

// Bollinger's bands (John Bollinger, Bollinger on Bollinger Bands, 2001): two
// standard deviations of the last 20 closes, over all 20 of them, on either side
// of their mean.
var _ = extra("bollinger",
	&Feature{Name: "bollinger_position_20", Doc: "where the close stands between the bands, 0 at the lower, 1 at the upper: (close - mean + 2 sd) / (4 sd) of 20 closes; null where they are all one", Code: 1, LookBack: bands,
		Compute: func(b Bars, out []float64) {
			rolling(b.Close, bands, out, func(w []float64) float64 {
				if level(w) {
					return num.NaN()
				}
				sd := num.Std(w, 0)
				return (w[bands-1] - num.Mean(w) + float64(2*sd)) / (4 * sd)
			})
		}},
	&Feature{Name: "bollinger_width_20", Doc: "how far the bands are apart: 4 sd / mean of 20 closes", Code: 1, LookBack: bands,
		Compute: func(b Bars, out []float64) {
			rolling(b.Close, bands, out, func(w []float64) float64 {
				if level(w) {
					return 0
				}
				return 4 * num.Std(w, 0) / num.Mean(w)
			})
		}},
)

const bands = 20

// level tells whether all values are one; the rounding of their mean may hide it.
func level(w []float64) bool { return highest(w) == lowest(w) }

func lowest(w []float64) float64 {
	low := w[0]
	for _, v := range w[1:] {
		low = min(low, v)
	}
	return low
}
