package feature

import (
	"fmt"

	"mantis/data/num"
)

// The average true range (Wilder, 1978): how far the price went in a bar, the way
// from the close before it included. Wilder's is in units of the price; here it is
// divided by the close.
var _ = extra("atr", family([]int{7, 14}, func(k int) *Feature {
	weights := decay(wilder(k))
	return &Feature{Name: fmt.Sprint("atr_", k), Code: 1, LookBack: len(weights) + 1,
		Doc: fmt.Sprintf("Wilder's average of %d true ranges / close, weights (1-1/%[1]d)^i cut off after %d bars; a true range is max(high, close before) - min(low, close before)", k, len(weights)),
		Compute: func(b Bars, out []float64) {
			decayed(trueRanges(b), weights, out)
			for t, c := range b.Close {
				out[t] = defined(out[t] / c)
			}
		}}
})...)

func trueRanges(b Bars) []float64 {
	out := make([]float64, b.Len())
	out[0] = num.NaN()
	for t := 1; t < len(out); t++ {
		out[t] = max(b.High[t], b.Close[t-1]) - min(b.Low[t], b.Close[t-1])
	}
	return out
}
