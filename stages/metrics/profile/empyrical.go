package profile

import "mantis/data/num"

// empyrical is empyrical-reloaded: biased moments, an alpha that is compounded,
// an information ratio that is not annual, a CVaR of whole returns.
func (s *sample) empyrical() map[string]func() float64 {
	return map[string]func() float64{
		"cumulative_return":  func() float64 { return s.total() - 1 },
		"annual_return":      s.cagr,
		"annual_volatility":  s.volatility,
		"downside_deviation": func() float64 { return float64(downside(less(s.r, s.mar)) * s.root()) },
		"sharpe":             func() float64 { return s.ratio(s.r, s.riskFree) },
		"sortino":            func() float64 { return s.sortino(s.mar) },
		"omega":              s.omega,
		"max_drawdown":       func() float64 { return s.maxDrawdown(true) },
		"skew":               func() float64 { g1, _ := s.moments(); return g1 },
		"excess_kurtosis":    func() float64 { _, g2 := s.moments(); return g2 },
		"var_95":             func() float64 { return s.quantile(.05) },
		"cvar_95":            func() float64 { return s.lowestMean(.05) },
		"var_99":             func() float64 { return s.quantile(.01) },
		"cvar_99":            func() float64 { return s.lowestMean(.01) },
		"tail_ratio":         s.tailRatio,
		"calmar":             func() float64 { return s.calmar(true) },
		"alpha":              s.compoundedAlpha,
		"beta":               s.beta,
		"information_ratio":  func() float64 { return float64(s.ratio(s.active(), 0) / s.root()) },
	}
}

// sortino is mean(x)/downside(x) x sqrt(N) of returns less a rate a bar.
func (s *sample) sortino(rate float64) float64 {
	x := less(s.r, rate)
	return float64(num.Mean(x) / downside(x) * s.root())
}

func (s *sample) calmar(before bool) float64 { return s.cagr() / -s.maxDrawdown(before) }
