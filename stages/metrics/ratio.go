package metrics

import (
	"math"

	"mantis/data/num"
)

// Sharpe is mean(r - f)/std(r - f) x sqrt(N), with f the risk-free rate a bar
// (Sharpe 1994). That of a month is Sharpe/sqrt(12).
func Sharpe(r []float64, perYear, riskFree float64) (float64, error) {
	s, err := sharpePerBar(r, perYear, riskFree)
	return float64(s * math.Sqrt(perYear)), err
}

// SharpeError is the standard error of Sharpe for independent returns of any
// distribution: sqrt((1 - G1 s + (K-1)/4 s²)/(n-1)) x sqrt(N), with s the
// Sharpe ratio a bar and K = ExcessKurtosis + 3 (Mertens 2002; the root in
// Bailey and López de Prado 2012).
func SharpeError(r []float64, perYear, riskFree float64) (float64, error) {
	_, square, err := sharpeSpread(r, perYear, riskFree)
	if err != nil {
		return none(err)
	}
	return float64(math.Sqrt(square/float64(len(r)-1)) * math.Sqrt(perYear)), nil
}

// SharpeErrorNormal is the standard error of Sharpe for independent normal
// returns: sqrt((1 + s²/2)/n) x sqrt(N) (Lo 2002).
func SharpeErrorNormal(r []float64, perYear, riskFree float64) (float64, error) {
	s, err := sharpePerBar(r, perYear, riskFree)
	if err != nil {
		return none(err)
	}
	return float64(math.Sqrt((1+float64(float64(s*s)/2))/float64(len(r))) * math.Sqrt(perYear)), nil
}

// SharpeErrorDependent is the standard error of Sharpe for returns that depend
// on those before them and have any distribution: Lo's (2002) estimator, with
// the weights of Newey and West.
func SharpeErrorDependent(r []float64, perYear, riskFree float64) (float64, error) {
	s, err := sharpePerBar(r, perYear, riskFree)
	if err != nil {
		return none(err)
	}
	return longRun(sharpeInfluence(less(r, PerBar(riskFree, perYear)), s, math.Sqrt(perYear))), nil
}

// sharpePerBar is the Sharpe ratio before it is made annual. The risk-free
// rate is constant, so that the deviation is that of r.
func sharpePerBar(r []float64, perYear, riskFree float64) (float64, error) {
	if err := need(r, 2); err != nil {
		return none(err)
	}
	std := num.Std(r, 1)
	if std <= noise {
		return none(NoSpread)
	}
	return (num.Mean(r) - PerBar(riskFree, perYear)) / std, nil
}

// Sortino is mean(r - m)/DownsideDeviation x sqrt(N), with m the minimum
// acceptable return a bar (Sortino and Price 1994).
func Sortino(r []float64, perYear, mar float64) (float64, error) {
	if err := need(r, 2); err != nil {
		return none(err)
	}
	down, err := DownsideDeviation(r, perYear, mar)
	if err != nil {
		return down, err
	}
	if down <= noise {
		return none(NoLoss)
	}
	return float64((num.Mean(r) - PerBar(mar, perYear)) / down * math.Sqrt(perYear)), nil
}

// Omega is the sum of what returns are above the minimum acceptable one over the
// sum of what they are below it (Keating and Shadwick 2002). mar is annual.
func Omega(r []float64, perYear, mar float64) (float64, error) {
	if err := need(r, 1); err != nil {
		return none(err)
	}
	least, above, below := PerBar(mar, perYear), 0.0, 0.0
	for _, x := range r {
		above += math.Max(x-least, 0)
		below += math.Max(least-x, 0)
	}
	if below <= float64(noise*float64(len(r))) {
		return none(NoLoss)
	}
	return above / below, nil
}

// Calmar is CAGR/|MaxDrawdown| (Young 1991), over the whole curve.
func Calmar(equity []float64, perYear float64) (float64, error) {
	growth, err := CAGR(equity, perYear)
	if err != nil {
		return growth, err
	}
	deepest, err := MaxDrawdown(equity)
	if err != nil {
		return deepest, err
	}
	if deepest >= -noise {
		return none(NoDrawdown)
	}
	return growth / -deepest, nil
}
