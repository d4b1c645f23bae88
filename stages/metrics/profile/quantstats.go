package profile

import (
	"mantis/data/num"
)

// quantstats has a Sortino ratio whose target is the risk-free rate, quantiles
// and tails of a normal distribution, an alpha that knows no risk-free rate and
// is 0 where it is not defined, and an information ratio that is not annual.
func (s *sample) quantstats() map[string]func() float64 {
	return map[string]func() float64{
		"cumulative_return":    func() float64 { return s.total() - 1 },
		"annual_return":        s.cagr,
		"annual_volatility":    s.volatility,
		"sharpe":               func() float64 { return s.ratio(s.r, s.riskFree) },
		"probabilistic_sharpe": s.rawCertainty,
		"sortino":              func() float64 { return s.sortino(s.riskFree) },
		"omega":                s.omega,
		"max_drawdown":         func() float64 { return s.maxDrawdown(true) },
		"skew":                 func() float64 { skew, _ := s.unbiased(); return skew },
		"excess_kurtosis":      func() float64 { _, kurtosis := s.unbiased(); return kurtosis },
		"var_95":               func() float64 { return s.normalQuantile(.05) },
		"cvar_95":              func() float64 { return s.normalTail(.05) },
		"var_99":               func() float64 { return s.normalQuantile(.01) },
		"cvar_99":              func() float64 { return s.normalTail(.01) },
		"tail_ratio":           s.tailRatio,
		"calmar":               func() float64 { return s.calmar(true) },
		"alpha":                func() float64 { return s.rawAlpha() },
		"beta":                 func() float64 { return orZero(s.covBeta()) },
		"information_ratio":    s.rawInformation,
	}
}

func (s *sample) rawCertainty() float64 {
	skew, kurtosis := s.unbiased()
	return s.certainty(s.ratio(s.r, s.riskFree)/s.root(), 0, skew, kurtosis)
}

func (s *sample) normalQuantile(alpha float64) float64 {
	return num.Mean(s.r) + float64(num.NormalQuantile(alpha)*num.Std(s.r, 1))
}

// normalTail is the mean of a normal distribution below its quantile.
func (s *sample) normalTail(alpha float64) float64 {
	density := num.NormalDensity(num.NormalQuantile(alpha)) / alpha
	return num.Mean(s.r) - float64(num.Std(s.r, 1)*density)
}

// covBeta is 0/0 for a benchmark without variance.
func (s *sample) covBeta() float64 {
	variance := num.Var(s.b, 1)
	if variance == 0 {
		return num.NaN()
	}
	return num.Cov(s.r, s.b, 1) / variance
}

func (s *sample) rawAlpha() float64 {
	return orZero(float64((num.Mean(s.r) - float64(s.covBeta()*num.Mean(s.b))) * s.year))
}

func (s *sample) rawInformation() float64 {
	x := s.active()
	std := num.Std(x, 1)
	if std == 0 {
		return 0
	}
	return num.Mean(x) / std
}

func orZero(x float64) float64 {
	if x != x {
		return 0
	}
	return x
}
