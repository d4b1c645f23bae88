package feature

import (
	"fmt"
	"math"

	"mantis/data/num"
)

// Parkinson's volatility (The Extreme Value Method for Estimating the Variance of
// the Rate of Return, Journal of Business 53, 1980): a bar's range tells more of
// its variance than its return does. Per bar, not annualised.
var _ = extra("realised_range", family([]int{7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("parkinson_", k), Code: 1, LookBack: k,
		Doc: fmt.Sprintf("square root of the mean of log(high/low)² / (4 log 2) over %d bars", k),
		Compute: func(b Bars, out []float64) {
			rootMean(b, k, out, func(open, high, low, close float64) float64 {
				r := num.Log(high / low)
				return float64(r*r) / float64(4*math.Ln2)
			})
		}}
})...)

// rootMean fills out with the square root of the mean, over k bars, of the
// variance that the prices of one bar tell of.
func rootMean(b Bars, k int, out []float64, variance func(open, high, low, close float64) float64) {
	each := make([]float64, len(out))
	for t := range each {
		each[t] = variance(b.Open[t], b.High[t], b.Low[t], b.Close[t])
	}
	rolling(each, k, out, func(w []float64) float64 { return math.Sqrt(num.Mean(w)) })
}
