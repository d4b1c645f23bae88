package metrics

import (
	"math"

	"mantis/data/num"
)

// Returns are the simple returns of an equity curve: r_t = V_t/V_(t-1) - 1. The
// first is NaN, as is every one that starts from no equity.
func Returns(equity []float64) []float64 {
	r := make([]float64, len(equity))
	for t := range equity {
		if t == 0 || !(equity[t-1] > 0) {
			r[t] = num.NaN()
			continue
		}
		r[t] = num.Canonical(equity[t]/equity[t-1] - 1)
	}
	return r
}

// Equity chains returns, none of them null, from the capital v0. It is one
// longer than r.
func Equity(v0 float64, r []float64) []float64 {
	v := make([]float64, len(r)+1)
	v[0] = v0
	for t, x := range r {
		v[t+1] = float64(v[t] * (1 + x))
	}
	return v
}

// TotalReturn is V_n/V_0 - 1, which is the product of all 1+r less 1.
func TotalReturn(equity []float64) (float64, error) {
	ratio, err := growth(equity)
	return ratio - 1, err
}

// CAGR is the compound annual growth rate, (V_n/V_0)^(N/n) - 1. Equity that
// fell to zero has -1.
func CAGR(equity []float64, perYear float64) (float64, error) {
	ratio, err := growth(equity)
	if err != nil {
		return none(err)
	}
	return num.Pow(ratio, perYear/float64(len(equity)-1)) - 1, nil
}

// MonthlyReturn is the compound growth in a month, (V_n/V_0)^(N/(12 n)) - 1.
func MonthlyReturn(equity []float64, perYear float64) (float64, error) {
	return CAGR(equity, perYear/12)
}

// MeanReturn is the arithmetic return of a year, mean(r) x N.
func MeanReturn(r []float64, perYear float64) (float64, error) {
	if err := need(r, 1); err != nil {
		return none(err)
	}
	return float64(num.Mean(r) * perYear), nil
}

// PerBar is the return a bar that compounds to the annual rate:
// (1+rate)^(1/N) - 1.
func PerBar(rate, perYear float64) float64 { return num.Pow(1+rate, 1/perYear) - 1 }

// growth is V_n/V_0. Neither may be null, nor V_0 zero.
func growth(equity []float64) (float64, error) {
	if len(equity) < 2 {
		return none(TooFew)
	}
	first, last := equity[0], equity[len(equity)-1]
	if !(first > 0) || !(last >= 0) || math.IsInf(last/first, 0) {
		return none(Null)
	}
	return last / first, nil
}
