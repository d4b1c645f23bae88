package metrics

import (
	"math"

	"mantis/data"
	"mantis/data/num"
)

// The units of a metric.
const (
	Fraction = "fraction"
	Ratio    = "ratio"
	Bars     = "bars"
	Days     = "days"
	Currency = "currency"
)

// Metric is one measure of a curve.
type Metric struct {
	Name   string
	Unit   string  // fraction, ratio, bars, days or currency
	Value  float64 // NaN where undefined
	Reason string  // why it is undefined, else ""
}

// Curve is equity over time in one currency, and what goes with it. The
// columns have one value a bar, the first being the capital at the start.
type Curve struct {
	Equity    []float64
	Benchmark []float64 // level of what it is compared to, in the same currency; nil: none
	Turnover  []float64 // share of equity traded in each bar; nil: not recorded
	FeesUSD   []float64 // paid in each bar; nil: not recorded

	Interval data.Interval
	RiskFree float64 // annual, compounded
	MAR      float64 // minimum acceptable return, annual, compounded
}

// Performance is the whole list of measures, in a fixed order.
func Performance(c Curve) []Metric {
	s := &sheet{curve: &c, perYear: c.Interval.PerYear()}
	if r := Returns(c.Equity); len(r) > 0 {
		s.returns = r[1:]
	}
	if b := Returns(c.Benchmark); len(b) > 0 {
		s.benchmark = b[1:]
	}
	s.growth()
	s.ratios()
	s.drawdowns()
	s.tails()
	s.compared()
	s.trading()
	return s.metrics
}

// sheet collects the metrics of a curve.
type sheet struct {
	curve              *Curve
	perYear            float64
	returns, benchmark []float64 // without the first, null ones
	metrics            []Metric
}

// add appends a metric with what its function returns.
func (s *sheet) add(name, unit string) func(float64, error) {
	return func(value float64, err error) {
		m := Metric{Name: name, Unit: unit, Value: value}
		if err == nil && !num.Finite(value) {
			err = OutOfRange
		}
		if err == Null && s.wipedOut() {
			err = WipedOut
		}
		if err != nil {
			m.Value, m.Reason = num.NaN(), err.Error()
		}
		s.metrics = append(s.metrics, m)
	}
}

// wipedOut says whether equity that was there fell to zero.
func (s *sheet) wipedOut() bool {
	v := s.curve.Equity
	for t := 1; t < len(v); t++ {
		if v[t] == 0 && v[0] > 0 {
			return true
		}
	}
	return false
}

func (s *sheet) growth() {
	v, r, year := s.curve.Equity, s.returns, s.perYear
	s.add("initial_capital", Currency)(level(v, 0))
	s.add("final_value", Currency)(level(v, len(v)-1))
	s.add("cumulative_return", Fraction)(TotalReturn(v))
	s.add("annual_return", Fraction)(CAGR(v, year))
	s.add("annual_return_arithmetic", Fraction)(MeanReturn(r, year))
	s.add("monthly_return", Fraction)(MonthlyReturn(v, year))
	s.add("annual_volatility", Fraction)(Volatility(r, year))
	s.add("monthly_volatility", Fraction)(Volatility(r, year/12))
}

func (s *sheet) ratios() {
	r, year, rf, mar := s.returns, s.perYear, s.curve.RiskFree, s.curve.MAR
	s.add("sharpe", Ratio)(Sharpe(r, year, rf))
	s.add("sharpe_monthly", Ratio)(monthly(Sharpe(r, year, rf)))
	s.add("sharpe_standard_error", Ratio)(SharpeError(r, year, rf))
	s.add("sortino", Ratio)(Sortino(r, year, mar))
	s.add("sortino_monthly", Ratio)(monthly(Sortino(r, year, mar)))
}

func (s *sheet) drawdowns() {
	v := s.curve.Equity
	s.add("max_drawdown", Fraction)(MaxDrawdown(v))
	bars, err := LongestDrawdown(v)
	s.add("longest_drawdown_bars", Bars)(bars, err)
	s.add("longest_drawdown_days", Days)(bars*float64(s.curve.Interval)/float64(data.Day), err)
	s.add("time_under_water", Fraction)(TimeUnderWater(v))
}

func (s *sheet) tails() {
	r := s.returns
	s.add("skew", Ratio)(Skew(r))
	s.add("excess_kurtosis", Ratio)(ExcessKurtosis(r))
	s.add("var_95", Fraction)(ValueAtRisk(r, .05))
	s.add("cvar_95", Fraction)(ExpectedShortfall(r, .05))
	s.add("var_99", Fraction)(ValueAtRisk(r, .01))
	s.add("cvar_99", Fraction)(ExpectedShortfall(r, .01))
	s.add("calmar", Ratio)(Calmar(s.curve.Equity, s.perYear))
}

func (s *sheet) compared() {
	v, r, year := s.curve.Equity, s.returns, s.perYear
	s.add("alpha", Fraction)(Alpha(r, s.benchmark, year, s.curve.RiskFree))
	s.add("beta", Ratio)(Beta(r, s.benchmark))
	s.add("active_return", Fraction)(ActiveReturn(v, s.curve.Benchmark))
	s.add("information_ratio", Ratio)(InformationRatio(r, s.benchmark, year))
	s.add("excess_cum_return", Fraction)(ExcessReturn(v, s.curve.Benchmark))
}

func (s *sheet) trading() {
	s.add("turnover_annual", Fraction)(AnnualTurnover(s.curve.Turnover, s.perYear))
	if s.curve.FeesUSD == nil {
		s.add("fees_usd", Currency)(none(NotRecorded))
		return
	}
	s.add("fees_usd", Currency)(num.Sum(s.curve.FeesUSD), nil)
}

// AnnualTurnover is sum(turnover)/n x N, n being the bars after the first: the
// times a year that the whole equity changes hands.
func AnnualTurnover(turnover []float64, perYear float64) (float64, error) {
	if turnover == nil {
		return none(NotRecorded)
	}
	if err := need(turnover, 2); err != nil {
		return none(err)
	}
	return float64(num.Sum(turnover) / float64(len(turnover)-1) * perYear), nil
}

// monthly brings an annual ratio to a month.
func monthly(ratio float64, err error) (float64, error) { return ratio / math.Sqrt(12), err }

// level is one value of a curve.
func level(v []float64, t int) (float64, error) {
	if t < 0 || t >= len(v) {
		return none(TooFew)
	}
	return v[t], nil
}
