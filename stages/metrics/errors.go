package metrics

import (
	"math"

	"mantis/data/num"
)

// errors gives every measure that has one a standard error, and an interval
// where resamples are asked for.
func (s *sheet) errors() {
	if need(s.returns, 2) != nil {
		return
	}
	var drawn *[measuresOfAll]spread
	wiped := s.wipedOut()
	if p := s.curve.Resampling; p.Resamples > 0 && !wiped {
		x := p.spreads(s.returns, s.benchmark, s.perYear, s.curve.RiskFree, s.curve.MAR)
		drawn = &x
	}
	for i := range s.metrics {
		m := &s.metrics[i]
		measure, bring, ok := resampledAs(m.Name)
		if !ok || m.Reason != "" {
			continue
		}
		switch {
		case s.curve.Resampling.Resamples == 0:
		case drawn == nil:
			m.Reason = NoResampling.Error()
		case drawn[measure].undefined > 0:
			m.Reason = SomeResamples.Error()
		default:
			x := drawn[measure]
			m.SE, m.Low, m.High = x.std, bring(x.low), bring(x.high)
		}
		if psi := s.influence(m.Name, m.Value); psi != nil && !wiped {
			m.SE = longRun(psi)
		}
		m.SE, m.Low, m.High = orNone(m.SE), orNone(m.Low), orNone(m.High)
	}
}

// orNone is x where it is a number that a table takes.
func orNone(x float64) float64 {
	if !num.Finite(x) {
		return num.NaN()
	}
	return x
}

// resampledAs is the measure of a resample that a metric is, and what brings it
// to the metric's length of time.
func resampledAs(name string) (measure int, bring func(float64) float64, ok bool) {
	same := func(x float64) float64 { return x }
	month := func(x float64) float64 { return x / math.Sqrt(12) }
	switch name {
	case "annual_return":
		return ofGrowth, same, true
	case "annual_return_arithmetic":
		return ofMean, same, true
	case "monthly_return":
		return ofMonth, same, true
	case "annual_volatility":
		return ofVolatility, same, true
	case "monthly_volatility":
		return ofVolatility, month, true
	case "sharpe":
		return ofSharpe, same, true
	case "sharpe_monthly":
		return ofSharpe, month, true
	case "sortino":
		return ofSortino, same, true
	case "sortino_monthly":
		return ofSortino, month, true
	case "omega":
		return ofOmega, same, true
	case "max_drawdown":
		return ofDrawdown, same, true
	case "calmar":
		return ofCalmar, same, true
	case "alpha":
		return ofAlpha, same, true
	case "beta":
		return ofBeta, same, true
	case "information_ratio":
		return ofInformation, same, true
	}
	return 0, nil, false
}

// influence is the influence series of a metric; nil for one that has none here
// and takes the deviation of its resamples as its standard error.
func (s *sheet) influence(name string, value float64) []float64 {
	r, year := s.returns, s.perYear
	f, least := PerBar(s.curve.RiskFree, year), PerBar(s.curve.MAR, year)
	bars, root := year, math.Sqrt(year)
	switch name {
	case "monthly_return", "monthly_volatility", "sharpe_monthly", "sortino_monthly":
		bars, root = year/12, math.Sqrt(year/12)
	}
	switch name {
	case "annual_return", "monthly_return":
		return growthInfluence(r, value, bars)
	case "annual_return_arithmetic":
		return each(r, func(x float64) float64 { return float64(x * bars) })
	case "annual_volatility", "monthly_volatility":
		if value <= noise {
			return nil
		}
		return volatilityInfluence(r, root)
	case "sharpe", "sharpe_monthly":
		return sharpeInfluence(less(r, f), value/root, root)
	case "sortino", "sortino_monthly":
		x := less(r, least)
		return sortinoInfluence(x, value/root, downside(x), root)
	case "information_ratio":
		return sharpeInfluence(active(r, s.benchmark), value/root, root)
	case "alpha", "beta":
		beta, err := Beta(r, s.benchmark)
		if err != nil {
			return nil
		}
		intercept, slope := lineInfluence(less(r, f), less(s.benchmark, f), beta, year)
		if name == "alpha" {
			return intercept
		}
		return slope
	}
	return nil
}
