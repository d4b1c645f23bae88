package feature

import (
	"fmt"

	"mantis/data/num"
)

// Rolling volatility: the standard deviation of returns, one degree of freedom
// taken, per bar (not annualised).
var _ = add(family([]int{7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("volatility_", k), Group: "volatility", Doc: fmt.Sprintf("standard deviation of the last %d returns", k), Code: 1, LookBack: k + 1,
		Compute: func(b Bars, out []float64) {
			rolling(change(b.Close, 1), k, out, func(w []float64) float64 { return num.Std(w, 1) })
		}}
})...)

// The range of a bar says how far prices went within it; a quiet bar has none.
var _ = add(
	&Feature{Name: "range", Group: "volatility", Doc: "(high - low) / close", Code: 1, LookBack: 1,
		Compute: func(b Bars, out []float64) { copy(out, ranges(b)) }},
	&Feature{Name: "range_mean_7", Group: "volatility", Doc: "mean of the last 7 ranges", Code: 1, LookBack: 7,
		Compute: func(b Bars, out []float64) { rolling(ranges(b), 7, out, num.Mean) }},
	&Feature{Name: "close_in_range", Group: "volatility", Doc: "(close - low) / (high - low); one half where high = low", Code: 1, LookBack: 1,
		Compute: func(b Bars, out []float64) {
			for t := range b.Close {
				out[t] = 0.5
				if b.High[t] > b.Low[t] {
					out[t] = (b.Close[t] - b.Low[t]) / (b.High[t] - b.Low[t])
				}
			}
		}},
)

func ranges(b Bars) []float64 {
	out := make([]float64, b.Len())
	for t := range out {
		out[t] = defined((b.High[t] - b.Low[t]) / b.Close[t])
	}
	return out
}
