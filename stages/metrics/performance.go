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
	SE     float64 // standard error; NaN for a metric without one
	Low    float64 // the interval from Low to High; NaN for a metric without one
	High   float64
	Reason string // why the value, or where there is one the interval, is undefined; else ""
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

	Trials     Trials
	Resampling Resampling // the zero value draws no intervals
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
	s.errors()
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
		m := Metric{Name: name, Unit: unit, Value: value, SE: num.NaN(), Low: num.NaN(), High: num.NaN()}
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
	s.add("downside_deviation", Fraction)(scaled(math.Sqrt(year))(DownsideDeviation(r, year, s.curve.MAR)))
}

func (s *sheet) ratios() {
	r, year, rf, mar := s.returns, s.perYear, s.curve.RiskFree, s.curve.MAR
	s.add("sharpe", Ratio)(Sharpe(r, year, rf))
	s.add("sharpe_monthly", Ratio)(monthly(Sharpe(r, year, rf)))
	s.add("sharpe_standard_error", Ratio)(SharpeError(r, year, rf))
	s.add("sharpe_error_normal", Ratio)(SharpeErrorNormal(r, year, rf))
	s.add("sharpe_error_dependent", Ratio)(SharpeErrorDependent(r, year, rf))
	s.add("probabilistic_sharpe", Fraction)(ProbabilisticSharpe(r, year, rf, 0))
	s.add("deflated_sharpe", Fraction)(DeflatedSharpe(r, year, rf, s.curve.Trials))
	s.add("min_track_record_bars", Bars)(MinTrackRecord(r, year, rf, 0, .95))
	s.add("sortino", Ratio)(Sortino(r, year, mar))
	s.add("sortino_monthly", Ratio)(monthly(Sortino(r, year, mar)))
	s.add("omega", Ratio)(Omega(r, year, mar))
}

func (s *sheet) drawdowns() {
	v := s.curve.Equity
	s.add("max_drawdown", Fraction)(MaxDrawdown(v))
	bars, err := LongestDrawdown(v)
	s.add("longest_drawdown_bars", Bars)(bars, err)
	s.add("longest_drawdown_days", Days)(bars*float64(s.curve.Interval)/float64(data.Day), err)
	s.add("time_under_water", Fraction)(TimeUnderWater(v))
	s.add("longest_under_water_bars", Bars)(LongestUnderWater(v))
}

func (s *sheet) tails() {
	r := s.returns
	s.add("skew", Ratio)(Skew(r))
	s.add("excess_kurtosis", Ratio)(ExcessKurtosis(r))
	for _, tail := range []struct {
		name  string
		alpha float64
	}{{"95", .05}, {"99", .01}} {
		loss, err := ValueAtRisk(r, tail.alpha)
		s.add("var_"+tail.name, Fraction)(loss, err)
		s.add("cvar_"+tail.name, Fraction)(ExpectedShortfall(r, tail.alpha))
		s.add("var_"+tail.name+"_of_equity", Currency)(s.ofEquity(loss, err))
		s.add("var_"+tail.name+"_normal", Fraction)(NormalValueAtRisk(r, tail.alpha))
		s.add("var_"+tail.name+"_cornish_fisher", Fraction)(CornishFisherValueAtRisk(r, tail.alpha))
	}
	s.add("tail_ratio", Ratio)(TailRatio(r))
	s.add("calmar", Ratio)(Calmar(s.curve.Equity, s.perYear))
}

// ofEquity is a return as an amount of the equity there is at the end.
func (s *sheet) ofEquity(loss float64, err error) (float64, error) {
	if err != nil {
		return none(err)
	}
	last, err := level(s.curve.Equity, len(s.curve.Equity)-1)
	return float64(loss * last), err
}

func (s *sheet) compared() {
	v, r, year := s.curve.Equity, s.returns, s.perYear
	s.add("alpha", Fraction)(Alpha(r, s.benchmark, year, s.curve.RiskFree))
	s.add("beta", Ratio)(Beta(r, s.benchmark))
	s.add("active_return", Fraction)(ActiveReturn(v, s.curve.Benchmark))
	s.add("tracking_error", Fraction)(TrackingError(r, s.benchmark, year))
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

// scaled multiplies what a measure returns.
func scaled(by float64) func(float64, error) (float64, error) {
	return func(x float64, err error) (float64, error) { return float64(x * by), err }
}

// level is one value of a curve.
func level(v []float64, t int) (float64, error) {
	if t < 0 || t >= len(v) {
		return none(TooFew)
	}
	return v[t], nil
}
