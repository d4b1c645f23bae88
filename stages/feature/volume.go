package feature

import (
	"fmt"

	"mantis/data/num"
)

// Volume against what is usual of late; null where nothing was traded in the
// whole window.
var _ = add(family([]int{7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("volume_ratio_", k), Group: "volume", Doc: fmt.Sprintf("volume / mean volume of the last %d bars", k), Code: 1, LookBack: k,
		Compute: func(b Bars, out []float64) {
			rolling(b.Volume, k, out, func(w []float64) float64 { return w[k-1] / num.Mean(w) })
		}}
})...)

var _ = add(&Feature{Name: "stale_bars", Group: "volume", Doc: "bars since the last trade; 0 for a bar that traded", Code: 1, LookBack: 1,
	Compute: func(b Bars, out []float64) {
		for t, n := range b.Stale {
			out[t] = float64(n)
		}
	}})
