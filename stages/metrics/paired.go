package metrics

import (
	"math"

	"mantis/data/num"
)

// Paired is the mean of differences between two losses on the same bars, and
// how sure it is: the test of Diebold and Mariano (1995). What is not defined is
// NaN.
type Paired struct {
	Difference float64 // mean: below 0 where the first loses less
	SE         float64 // its standard error
	Lags       int     // autocovariances that SE counts
	P          float64 // chance of a difference as far from 0 where there is none, on either side
	PLess      float64 // chance of a difference as low where there is none
}

// NewPaired tests differences, in time. The standard error is that of Newey and
// West (1987) with the weights 1 - k/(L+1): L = floor(4 (n/100)^(2/9)), or twice
// overlap where that is more, the number of bars after a bar whose outcomes share
// time with its own; twice, for the weights make little of the last ones. The
// chances are those of the normal distribution. Of fewer
// than two bars, or of differences that are all the same, there are none.
func NewPaired(differences []float64, overlap int) Paired {
	n := len(differences)
	p := Paired{Difference: num.Mean(differences), SE: num.NaN(), P: num.NaN(), PLess: num.NaN(), Lags: min(max(lagsOf(n), 2*overlap), max(0, n-1))}
	p.SE = longRunOf(differences, p.Lags)
	if !(p.SE > float64(1e-12*math.Abs(p.Difference))) || p.SE == 0 {
		return p
	}
	z := p.Difference / p.SE
	p.P, p.PLess = float64(2*num.NormalCDF(-math.Abs(z))), num.NormalCDF(z)
	return p
}

// Holm are chances that count their own number: the smallest times n, the next
// times n-1 and so on, none less than one before it and none above 1 (Holm 1979).
// With them, the chance that any of n true nulls is refused is at most what one
// chance says. NaN is not counted and stays.
func Holm(p []float64) []float64 {
	out, n := make([]float64, len(p)), 0
	for i, v := range p {
		out[i] = v
		if v == v {
			n++
		}
	}
	least := 0.0
	taken := make([]bool, len(p))
	for left := n; left > 0; left-- {
		at := -1
		for i, v := range p {
			if v == v && !taken[i] && (at < 0 || v < p[at]) {
				at = i
			}
		}
		taken[at] = true
		least = math.Max(least, math.Min(1, float64(float64(left)*p[at])))
		out[at] = least
	}
	return out
}

// Bonferroni is a chance that counts the trials that it is the best of.
func Bonferroni(p float64, trials int) float64 {
	return num.Canonical(math.Min(1, float64(p*float64(max(trials, 1)))))
}
