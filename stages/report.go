package stages

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
	"mantis/stages/metrics"
	"mantis/stages/metrics/profile"
	"mantis/stages/page"
)

// ReportParams are what curves are measured against, and how sure to be.
type ReportParams struct {
	RiskFree    float64 `json:"risk_free"`    // annual, compounded
	MAR         float64 `json:"mar"`          // minimum acceptable return, annual, compounded
	Profile     string  `json:"profile"`      // whose conventions: mantis, empyrical, quantstats or vectorbt
	Resamples   int     `json:"resamples"`    // of the bootstrap; 0: no intervals
	Confidence  float64 `json:"confidence"`   // share of the resamples within an interval
	Seed        uint64  `json:"seed"`         // of the bootstrap
	Trials      int     `json:"trials"`       // configurations tried before this one was chosen; 0: not known
	TrialSpread float64 `json:"trial_spread"` // standard deviation of their annual Sharpe ratios
}

// Report measures every portfolio in USD and in BTC, and draws the page.
var Report = add(&pipeline.Stage{
	Name: "report", Doc: "performance in USD and in BTC, as tables and as a page", Code: 4,
	Inputs: reported(),
	Params: &ReportParams{Profile: profile.Mantis, Resamples: 2000, Confidence: 0.95, Seed: 1},
	Check:  checkReport,
	Run:    report,
})

func checkReport(params any) error {
	p := params.(*ReportParams)
	for _, rate := range []float64{p.RiskFree, p.MAR} {
		if !(rate > -1 && rate <= 10) {
			return fmt.Errorf("risk_free, mar: %v: want an annual rate as a fraction, above -1 and up to 10", rate)
		}
	}
	switch {
	case p.Resamples < 0 || p.Resamples == 1 || p.Resamples > 1_000_000:
		return fmt.Errorf("resamples %d: want 0 for no intervals, or 2 to 1,000,000", p.Resamples)
	case !(p.Confidence > 0 && p.Confidence < 1):
		return fmt.Errorf("confidence %v: want a share between 0 and 1", p.Confidence)
	case p.Trials < 0 || p.Trials > 1_000_000_000:
		return fmt.Errorf("trials %d: want 0 where they are not known, or their number", p.Trials)
	case !(p.TrialSpread >= 0 && p.TrialSpread <= 100):
		return fmt.Errorf("trial_spread %v: want the standard deviation of annual Sharpe ratios", p.TrialSpread)
	case p.Trials > 1 && p.TrialSpread == 0:
		return fmt.Errorf("trials %d, trial_spread 0: want the standard deviation of the trials' annual Sharpe ratios, too", p.Trials)
	}
	return profile.Check(p.Profile)
}

// The files of a report.
const (
	ReportPage        = "report.html"
	ReportPerformance = "performance.json"
)

var performanceSchema = data.Schema{
	Table: "performance", Doc: "every measure of every portfolio, in USD and in BTC, over the test span",
	Fields: []data.Field{
		{Name: "portfolio", Type: data.String}, {Name: "currency", Type: data.String, Doc: "USD or BTC"},
		{Name: "metric", Type: data.String}, {Name: "unit", Type: data.String, Doc: "fraction, ratio, bars, days or currency"},
		{Name: "value", Type: data.Float, Nullable: true, Doc: "null: not defined, for the reason given"},
		{Name: "se", Type: data.Float, Nullable: true, Doc: "standard error; null: the measure has none"},
		{Name: "low", Type: data.Float, Nullable: true, Doc: "lower end of the bootstrap's interval; null: the measure has none, or a reason is given"},
		{Name: "high", Type: data.Float, Nullable: true, Doc: "upper end"},
		{Name: "reason", Type: data.String, Doc: "why there is no value, or where there is one no interval"},
	},
}

// portfolio is one equity curve of the backtest and what was paid for it.
type portfolio struct {
	name                     string
	usd, btc, turnover, fees []float64
}

// book is what the report reads of the backtest.
type book struct {
	time, known, class []int64
	price              []float64
	weights            [3][]float64
	portfolios         []portfolio
	interval           data.Interval
}

func report(t *pipeline.Task) error {
	p := t.Params.(*ReportParams)
	b, err := readBook(t)
	if err != nil {
		return err
	}
	curves := b.curves(p)
	measured, err := measure(t, curves, p.Profile)
	if err != nil {
		return err
	}
	if err := putPerformance(t, measured); err != nil {
		return err
	}
	if err := putRolling(t, b, curves); err != nil {
		return err
	}
	if err := putBoxes(t, b, curves); err != nil {
		return err
	}
	r, err := drawReport(t, b, measured)
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := page.Render(&html, *r); err != nil {
		return err
	}
	return t.PutFile(ReportPage, html.Bytes())
}

func readBook(t *pipeline.Task) (*book, error) {
	strategy, err := t.ReadOne(Backtest, "backtest")
	if err != nil {
		return nil, err
	}
	baselines, err := t.ReadOne(Backtest, "baselines")
	if err != nil {
		return nil, err
	}
	c, d := strategy.Columns(), baselines.Columns()
	b := &book{time: c.Ints("time"), known: c.Ints("known_at"), class: c.Ints("class"), price: c.Floats("btc_price"),
		weights: [3][]float64{c.Floats("weight_usd"), c.Floats("weight_btc"), c.Floats("weight_alt")}}
	b.portfolios = []portfolio{{strategyName, c.Floats("equity_usd"), c.Floats("equity_btc"), c.Floats("turnover"), c.Floats("fees_usd")}}
	name, usd, btc, turnover, fees := d.Strings("name"), d.Floats("equity_usd"), d.Floats("equity_btc"), d.Floats("turnover"), d.Floats("fees_usd")
	if c.Err != nil || d.Err != nil {
		return nil, cmp.Or(c.Err, d.Err)
	}
	n := len(b.time)
	for lo := 0; lo+n <= len(name); lo += n {
		hi := lo + n
		b.portfolios = append(b.portfolios, portfolio{name[lo], usd[lo:hi], btc[lo:hi], turnover[lo:hi], fees[lo:hi]})
	}
	b.interval = data.Interval(b.known[0] - b.time[0])
	return b, nil
}

// curve is one portfolio in one currency.
type curve struct {
	portfolio, currency string
	metrics.Curve
}

// curves are all portfolios, each in USD and in BTC, beside holding BTC: its
// level is its price in USD and 1 in BTC.
func (b *book) curves(p *ReportParams) []curve {
	one := make([]float64, len(b.price))
	for i := range one {
		one[i] = 1
	}
	resampling := metrics.Resampling{Seed: p.Seed, Resamples: p.Resamples, Confidence: p.Confidence}
	var out []curve
	for _, x := range b.portfolios {
		for _, in := range []struct {
			currency          string
			equity, benchmark []float64
		}{{"USD", x.usd, b.price}, {"BTC", x.btc, one}} {
			out = append(out, curve{x.name, in.currency, metrics.Curve{
				Equity: in.equity, Benchmark: in.benchmark, Turnover: x.turnover, FeesUSD: x.fees,
				Interval: b.interval, RiskFree: p.RiskFree, MAR: p.MAR,
				Trials: metrics.Trials{Count: p.Trials, Spread: p.TrialSpread}, Resampling: resampling}})
		}
	}
	return out
}

// measurement is every metric of one portfolio in one currency.
type measurement struct {
	portfolio, currency string
	metrics             []metrics.Metric
}

// PerformanceRow is one row of the file performance.json; its Value is nil where
// the measure is not defined, and SE, Low and High are where it has none.
type PerformanceRow struct {
	Portfolio string   `json:"portfolio"`
	Currency  string   `json:"currency"`
	Metric    string   `json:"metric"`
	Unit      string   `json:"unit"`
	Value     *float64 `json:"value"`
	SE        *float64 `json:"se,omitempty"`
	Low       *float64 `json:"low,omitempty"`
	High      *float64 `json:"high,omitempty"`
	Reason    string   `json:"reason,omitempty"`
}

func putPerformance(t *pipeline.Task, measured []measurement) error {
	var who, currency, metric, unit, reason []string
	var value, se, low, high []float64
	var rows []PerformanceRow
	for _, m := range measured {
		for _, x := range m.metrics {
			who, currency, metric = append(who, m.portfolio), append(currency, m.currency), append(metric, x.Name)
			unit, value, reason = append(unit, x.Unit), append(value, x.Value), append(reason, x.Reason)
			se, low, high = append(se, x.SE), append(low, x.Low), append(high, x.High)
			rows = append(rows, PerformanceRow{m.portfolio, m.currency, x.Name, x.Unit, orNil(x.Value), orNil(x.SE), orNil(x.Low), orNil(x.High), x.Reason})
		}
	}
	file, err := json.MarshalIndent(rows, "", " ")
	if err != nil {
		return err
	}
	if err := t.PutFile(ReportPerformance, append(file, '\n')); err != nil {
		return err
	}
	b, err := data.NewBatch(performanceSchema, who, currency, metric, unit, value, se, low, high, reason)
	if err != nil {
		return err
	}
	return t.Put(b)
}

// orNil is where x is, nil for NaN.
func orNil(x float64) *float64 {
	if x != x {
		return nil
	}
	return &x
}

// of finds a metric of the strategy, NaN where it is not defined.
func (m measurement) of(name string) float64 {
	for _, x := range m.metrics {
		if x.Name == name {
			return x.Value
		}
	}
	return num.NaN()
}
