package feature

import (
	"fmt"
	"math"

	"mantis/data/num"
)

// The volatility of Yang and Zhang (Drift Independent Volatility Estimation Based
// on High, Low, Open, and Close Prices, Journal of Business 73, 2000): the way from
// each close to the next open counts too. Per bar.
var _ = extra("realised_range", family([]int{7, 30}, func(n int) *Feature {
	k := 0.34 / (1.34 + float64(n+1)/float64(n-1)) // their choice of least variance
	return &Feature{Name: fmt.Sprint("yang_zhang_", n), Code: 1, LookBack: n + 1,
		Doc: fmt.Sprintf("square root of var(log(open/close before)) + k var(log(close/open)) + (1-k) rogers_satchell_%d² over %[1]d bars, k = 0.34/(1.34 + %d/%d), variances of one degree of freedom less", n, n+1, n-1),
		Compute: func(b Bars, out []float64) {
			gaps, ways, mixed := make([]float64, len(out)), make([]float64, len(out)), make([]float64, len(out))
			gaps[0] = num.NaN()
			for t := range gaps {
				if t > 0 {
					gaps[t] = num.Log(b.Open[t] / b.Close[t-1])
				}
				ways[t] = num.Log(b.Close[t] / b.Open[t])
				mixed[t] = driftless(b.Open[t], b.High[t], b.Low[t], b.Close[t])
			}
			between, within := make([]float64, len(out)), make([]float64, len(out))
			variance := func(w []float64) float64 { return num.Var(w, 1) }
			rolling(gaps, n, between, variance)
			rolling(ways, n, within, variance)
			rolling(mixed, n, out, num.Mean)
			for t := range out {
				out[t] = defined(math.Sqrt(between[t] + float64(k*within[t]) + float64((1-k)*out[t])))
			}
		}}
})...)
