package feature

import (
	"fmt"

	"mantis/data/num"
)

// The volatility of Rogers and Satchell (Estimating Variance from High, Low and
// Closing Prices, Annals of Applied Probability 1, 1991): of prices that may drift.
// Per bar.
var _ = extra("realised_range", family([]int{7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("rogers_satchell_", k), Code: 1, LookBack: k,
		Doc:     fmt.Sprintf("square root of the mean of log(high/open) log(high/close) + log(low/open) log(low/close) over %d bars", k),
		Compute: func(b Bars, out []float64) { rootMean(b, k, out, driftless) }}
})...)

// driftless is a bar's variance by Rogers and Satchell.
func driftless(open, high, low, close float64) float64 {
	up, down := num.Log(high/open), num.Log(low/open)
	return float64(up*num.Log(high/close)) + float64(down*num.Log(low/close))
}
