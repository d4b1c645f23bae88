package evidence

import (
	"math"

	"mantis/data/num"
)

// Independent is how many independent trials the given ones are worth: K²
// over the sum of all K² squared correlations, which is the participation ratio
// of the correlation matrix's eigenvalues. It is K for trials that have nothing
// to do with each other and 1 for copies of one. A trial that does not vary
// correlates with nothing.
func Independent(trials [][]float64) (float64, error) {
	if err := checkSeries(trials); err != nil {
		return num.NaN(), err
	}
	k := len(trials)
	unit := make([][]float64, k)
	for i, r := range trials {
		unit[i] = standardised(r)
	}
	sum := float64(k)
	for i := range unit {
		for j := range i {
			c := 0.0
			for t, x := range unit[i] {
				c += float64(x * unit[j][t])
			}
			sum += float64(2 * float64(c*c))
		}
	}
	return float64(k*k) / sum, nil
}

// standardised is r less its mean, of length 1 as a vector; all 0 for a series
// that does not vary.
func standardised(r []float64) []float64 {
	out := make([]float64, len(r))
	mean, length := num.Mean(r), 0.0
	for t, x := range r {
		out[t] = x - mean
		length += float64(out[t] * out[t])
	}
	length = math.Sqrt(length)
	if length <= float64(noise*math.Sqrt(float64(len(r)))) {
		clear(out)
		return out
	}
	for t := range out {
		out[t] /= length
	}
	return out
}

// Spread is the standard deviation, over K-1, of the Sharpe ratios of trials,
// annual for perYear bars a year: what the deflated Sharpe ratio asks for.
func Spread(trials [][]float64, perYear float64) (float64, error) {
	if err := checkSeries(trials); err != nil {
		return num.NaN(), err
	}
	all := make([]float64, len(trials))
	for i, r := range trials {
		if std := num.Std(r, 1); std > noise {
			all[i] = num.Mean(r) / std
		}
	}
	return float64(num.Std(all, 1) * math.Sqrt(perYear)), nil
}
