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
	"mantis/stages/page"
)

// ReportParams are the rates that ratios are measured against.
type ReportParams struct {
	RiskFree float64 `json:"risk_free"` // annual, compounded
	MAR      float64 `json:"mar"`       // minimum acceptable return, annual, compounded
}

// Report measures every portfolio in USD and in BTC, and draws the page.
var Report = add(&pipeline.Stage{
	Name: "report", Doc: "performance in USD and in BTC, as tables and as a page", Code: 4,
	Inputs: reported(),
	Params: &ReportParams{},
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
	return nil
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
		{Name: "reason", Type: data.String},
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
	measured := measure(b, p)
	if err := putPerformance(t, measured); err != nil {
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

// measurement is every metric of one portfolio in one currency.
type measurement struct {
	portfolio, currency string
	metrics             []metrics.Metric
}

// measure measures each portfolio against holding BTC, whose level is its price
// in USD and 1 in BTC.
func measure(b *book, p *ReportParams) []measurement {
	one := make([]float64, len(b.price))
	for i := range one {
		one[i] = 1
	}
	var out []measurement
	for _, x := range b.portfolios {
		for _, in := range []struct {
			currency          string
			equity, benchmark []float64
		}{{"USD", x.usd, b.price}, {"BTC", x.btc, one}} {
			out = append(out, measurement{x.name, in.currency, metrics.Performance(metrics.Curve{
				Equity: in.equity, Benchmark: in.benchmark, Turnover: x.turnover, FeesUSD: x.fees,
				Interval: b.interval, RiskFree: p.RiskFree, MAR: p.MAR})})
		}
	}
	return out
}

// PerformanceRow is one row of the file performance.json; its Value is nil where
// the measure is not defined.
type PerformanceRow struct {
	Portfolio string   `json:"portfolio"`
	Currency  string   `json:"currency"`
	Metric    string   `json:"metric"`
	Unit      string   `json:"unit"`
	Value     *float64 `json:"value"`
	Reason    string   `json:"reason,omitempty"`
}

func putPerformance(t *pipeline.Task, measured []measurement) error {
	var who, currency, metric, unit, reason []string
	var value []float64
	var rows []PerformanceRow
	for _, m := range measured {
		for _, x := range m.metrics {
			who, currency, metric = append(who, m.portfolio), append(currency, m.currency), append(metric, x.Name)
			unit, value, reason = append(unit, x.Unit), append(value, x.Value), append(reason, x.Reason)
			r := PerformanceRow{m.portfolio, m.currency, x.Name, x.Unit, nil, x.Reason}
			if x.Value == x.Value {
				r.Value = &x.Value
			}
			rows = append(rows, r)
		}
	}
	file, err := json.MarshalIndent(rows, "", " ")
	if err != nil {
		return err
	}
	if err := t.PutFile(ReportPerformance, append(file, '\n')); err != nil {
		return err
	}
	b, err := data.NewBatch(performanceSchema, who, currency, metric, unit, value, reason)
	if err != nil {
		return err
	}
	return t.Put(b)
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
