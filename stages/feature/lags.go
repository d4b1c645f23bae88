package feature

import (
	"fmt"

	"mantis/data/num"
)

// Lags are the returns of the bars before.
var _ = extra("lags", family(oneTo(30), func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("return_lag_", k), Doc: fmt.Sprintf("returns(t-%d)", k), Code: 1, LookBack: k + 2,
		Compute: func(b Bars, out []float64) {
			r := change(b.Close, 1)
			for t := range out {
				out[t] = num.NaN()
				if t >= k {
					out[t] = r[t-k]
				}
			}
		}}
})...)

func oneTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}
