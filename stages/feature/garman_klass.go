package feature

import (
	"fmt"
	"math"

	"mantis/data/num"
)

// The volatility of Garman and Klass (On the Estimation of Security Price
// Volatilities from Historical Data, Journal of Business 53, 1980): range, open
// and close of a bar, of prices that drift nowhere. Per bar.
var _ = extra("realised_range", family([]int{7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("garman_klass_", k), Code: 1, LookBack: k,
		Doc: fmt.Sprintf("square root of the mean of log(high/low)²/2 - (2 log 2 - 1) log(close/open)² over %d bars", k),
		Compute: func(b Bars, out []float64) {
			rootMean(b, k, out, func(open, high, low, close float64) float64 {
				r, c := num.Log(high/low), num.Log(close/open)
				return float64(0.5*float64(r*r)) - float64((2*math.Ln2-1)*float64(c*c))
			})
		}}
})...)
