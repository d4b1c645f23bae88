package metrics

import (
	"math"

	"mantis/data/num"
)

// Beta is cov(r, b)/var(b), for returns r beside those of a benchmark b.
func Beta(r, b []float64) (float64, error) {
	if err := needPair(r, b, 2); err != nil {
		return none(err)
	}
	variance := num.Var(b, 1)
	if variance <= noise*noise {
		return none(FlatBenchmark)
	}
	return num.Cov(r, b, 1) / variance, nil
}

// Alpha is (mean(r) - f - Beta (mean(b) - f)) x N, with f the risk-free rate
// a bar (Jensen 1968): arithmetic and annual.
func Alpha(r, b []float64, perYear, riskFree float64) (float64, error) {
	beta, err := Beta(r, b)
	if err != nil {
		return beta, err
	}
	f := PerBar(riskFree, perYear)
	return float64((num.Mean(r) - f - float64(beta*(num.Mean(b)-f))) * perYear), nil
}

// InformationRatio is mean(r - b)/std(r - b) x sqrt(N).
func InformationRatio(r, b []float64, perYear float64) (float64, error) {
	if err := needPair(r, b, 2); err != nil {
		return none(err)
	}
	x := active(r, b)
	std := num.Std(x, 1)
	if std <= noise {
		return none(NoSpread)
	}
	return float64(num.Mean(x) / std * math.Sqrt(perYear)), nil
}

// TrackingError is std(r - b) x sqrt(N).
func TrackingError(r, b []float64, perYear float64) (float64, error) {
	if err := needPair(r, b, 2); err != nil {
		return none(err)
	}
	return Volatility(active(r, b), perYear)
}

// active is r - b, bar by bar.
func active(r, b []float64) []float64 {
	out := make([]float64, len(r))
	for t := range r {
		out[t] = r[t] - b[t]
	}
	return out
}

// ActiveReturn is log(V_n/V_0) - log(B_n/B_0) for the levels V and B of the
// equity and of the benchmark: it adds up over time and is the same in every
// currency.
func ActiveReturn(equity, benchmark []float64) (float64, error) {
	v, b, err := growths(equity, benchmark)
	if err != nil {
		return none(err)
	}
	if v == 0 || b == 0 {
		return none(WipedOut)
	}
	return num.Log(v) - num.Log(b), nil
}

// ExcessReturn is the difference of the total returns. It depends on where the
// curve starts and is not adjusted for risk.
func ExcessReturn(equity, benchmark []float64) (float64, error) {
	v, b, err := growths(equity, benchmark)
	return v - b, err
}

func growths(equity, benchmark []float64) (v, b float64, err error) {
	if len(benchmark) != len(equity) {
		return num.NaN(), num.NaN(), NoBenchmark
	}
	if v, err = growth(equity); err == nil {
		b, err = growth(benchmark)
	}
	return v, b, err
}
