package feature

import (
	"fmt"

	"mantis/data/num"
)

// The relative strength index: what share of the way went up (J. Welles Wilder,
// New Concepts in Technical Trading Systems, 1978). 100 - 100/(1 + up/down) is
// 100 up/(up + down), where up and down are his averages of the rises and of the
// falls of the close. Null where the close never moved.
var _ = extra("rsi", family([]int{7, 14}, func(k int) *Feature {
	weights := decay(wilder(k))
	return &Feature{Name: fmt.Sprint("rsi_", k), Code: 1, LookBack: len(weights) + 1,
		Doc: fmt.Sprintf("relative strength, 0 to 100: 100 up/(up + down), Wilder's averages of %d rises and falls, weights (1-1/%[1]d)^i cut off after %d bars", k, len(weights)),
		Compute: func(b Bars, out []float64) {
			rises, falls := moves(b.Close)
			up, down := make([]float64, len(out)), make([]float64, len(out))
			decayed(rises, weights, up)
			decayed(falls, weights, down)
			for t := range out {
				out[t] = defined(float64(100 * (up[t] / (up[t] + down[t]))))
			}
		}}
})...)

// moves parts the changes of x into rises and falls, neither below 0.
func moves(x []float64) (rises, falls []float64) {
	rises, falls = make([]float64, len(x)), make([]float64, len(x))
	rises[0], falls[0] = num.NaN(), num.NaN()
	for t := 1; t < len(x); t++ {
		rises[t], falls[t] = max(x[t]-x[t-1], 0), max(x[t-1]-x[t], 0)
	}
	return rises, falls
}
