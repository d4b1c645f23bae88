package feature

import (
	"fmt"

	"mantis/data/num"
)

// Distances to where the price has been: a level made stationary.

var _ = add(family([]int{7, 30, 120}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("distance_to_mean_", k), Group: "distance", Doc: fmt.Sprintf("close / mean close of the last %d bars - 1", k), Code: 1, LookBack: k,
		Compute: func(b Bars, out []float64) {
			rolling(b.Close, k, out, func(w []float64) float64 { return w[k-1]/num.Mean(w) - 1 })
		}}
})...)

var _ = add(family([]int{30, 120}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("distance_to_high_", k), Group: "distance", Doc: fmt.Sprintf("close / highest high of the last %d bars - 1", k), Code: 1, LookBack: k,
		Compute: func(b Bars, out []float64) {
			rolling(b.High, k, out, highest)
			for t, high := range out {
				out[t] = defined(b.Close[t]/high - 1)
			}
		}}
})...)

func highest(w []float64) float64 {
	high := w[0]
	for _, v := range w[1:] {
		high = max(high, v)
	}
	return high
}
