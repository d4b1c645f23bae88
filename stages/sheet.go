package stages

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/metrics"
	"mantis/stages/page"
	"mantis/stages/trade"
)

// drawReport gathers what the page shows.
func drawReport(t *pipeline.Task, b *book, measured []measurement) (*page.Report, error) {
	r := &page.Report{Interval: b.interval}
	for _, fill := range []func(*pipeline.Task, *page.Report) error{fillMarket, fillCoverage, fillFolds, fillScores, fillExplained, fillDecisions, fillDatasets, fillAssumptions} {
		if err := fill(t, r); err != nil {
			return nil, err
		}
	}
	fillCurves(r, b)
	fillPerformance(r, b, measured)
	r.Decisions.USD, r.Decisions.BTC, r.Decisions.Alts = b.weights[0], b.weights[1], b.weights[2]
	r.Query = Query("", "predictions")
	return r, nil
}

// Query is a line of DuckDB over the latest view of a table, below a store's
// root.
func Query(root, table string) string {
	view := filepath.ToSlash(filepath.Join(root, data.View(table)))
	return fmt.Sprintf("SELECT * FROM read_parquet('%s/**/*.parquet', hive_partitioning = true) LIMIT 5", strings.ReplaceAll(view, "'", "''"))
}

// fillMarket names the market by what the candles say, never by where they
// came from: that is provenance, and may differ for the same candles.
func fillMarket(t *pipeline.Task, r *page.Report) error {
	series, err := t.ReadOne(Candles, "series")
	if err != nil {
		return err
	}
	c := series.Columns()
	symbol, source, candles := c.Strings("symbol"), c.Strings("source"), c.Ints("candles")
	if c.Err != nil {
		return c.Err
	}
	r.Market = "candles of " + strings.Join(symbol, ", ")
	if r.Simulated = source[0] == "sim"; r.Simulated {
		r.Market = "simulated market"
	}
	for i := range symbol {
		r.Sources = append(r.Sources, page.Source{Name: symbol[i], Kind: source[i], Rows: candles[i]})
	}
	for _, s := range reported() {
		in, err := t.Input(s)
		if err != nil {
			return err
		}
		for _, n := range in.Notes {
			if warning, ok := strings.CutPrefix(n, "LEAK: "); ok {
				r.Warnings = append(r.Warnings, "Leak: "+warning)
			}
		}
	}
	return nil
}

// reported are the datasets that the page lists, in the order of the pipeline.
func reported() []*pipeline.Stage {
	return []*pipeline.Stage{Candles, Coverage, Bars, Features, Labels, Model, Predictions, Explanations, Backtest}
}

func fillFolds(t *pipeline.Task, r *page.Report) error {
	folds, err := t.ReadOne(Model, "folds")
	if err != nil {
		return err
	}
	c := folds.Columns()
	symbol, from, end, testEnd := c.Strings("symbol"), c.Ints("train_from"), c.Ints("train_end"), c.Ints("test_end")
	if c.Err != nil {
		return c.Err
	}
	bars, err := t.Input(Bars)
	if err != nil {
		return err
	}
	for _, s := range symbolsOf(bars, "bars") {
		if data.Symbol(s).Quote() == data.Symbol(symbol[0]).Base() {
			r.Alts = append(r.Alts, data.Symbol(s))
		}
	}
	n := len(from)
	r.Target, r.Folds = data.Symbol(symbol[0]), n
	r.Train = page.Span{First: from[0], Last: end[0]}
	r.Test = page.Span{First: end[0], Last: testEnd[n-1]}
	return nil
}

func fillAssumptions(t *pipeline.Task, r *page.Report) error {
	b, err := t.ReadOne(Backtest, "assumptions")
	if err != nil {
		return err
	}
	rules, err := Assumptions(b)
	for _, a := range rules {
		r.Assumptions = append(r.Assumptions, page.Assumption{Name: a[0], Value: a[1]})
	}
	return err
}

func fillCurves(r *page.Report, b *book) {
	r.Curves.Time = b.known
	for _, x := range b.portfolios {
		r.Curves.Portfolios = append(r.Curves.Portfolios, page.Portfolio{Name: x.name, EquityUSD: x.usd, EquityBTC: x.btc})
	}
}

func fillPerformance(r *page.Report, b *book, measured []measurement) {
	for _, currency := range []string{"USD", "BTC"} {
		table := page.Table{Corner: "metric", Note: "Alpha, beta and what is called active or excess are against the price of BTC."}
		for _, m := range measured {
			if m.currency != currency {
				continue
			}
			table.Columns = append(table.Columns, page.Column{Name: m.portfolio})
			for i, x := range m.metrics {
				if len(table.Rows) == i {
					table.Rows = append(table.Rows, page.Row{Name: words(x.Name), Unit: unitOf(x, currency)})
				}
				table.Rows[i].Cells = append(table.Rows[i].Cells, page.Cell{Value: x.Value, Why: x.Reason})
			}
		}
		if currency == "USD" {
			r.PerformanceUSD = table
			continue
		}
		r.PerformanceBTC = table
	}
	mine, hold := measured[0], measured[2]
	for _, h := range []struct {
		name string
		unit page.Unit
	}{{"cumulative_return", page.Fraction}, {"annual_return", page.Fraction}, {"sharpe", page.Ratio}, {"max_drawdown", page.Fraction}, {"turnover_annual", page.Fraction}, {"fees_usd", page.USD}} {
		r.Headline = append(r.Headline, page.Figure{Name: words(h.name), Unit: h.unit,
			Cell: page.Cell{Value: mine.of(h.name)}, Note: "hold BTC " + page.Format(hold.of(h.name), h.unit)})
	}
	for _, x := range []string{"cvar_99", "var_99", "cvar_95", "var_95"} {
		if v := mine.of(x); v == v {
			r.Tail = append(r.Tail, page.Mark{Name: words(x) + "%", Value: v})
		}
	}
}

// words writes the name of a metric or score for people.
func words(name string) string {
	for _, short := range [][2]string{{"fees_usd", "fees"}, {"cvar", "CVaR"}, {"var", "VaR"}, {"mcc", "MCC"}, {"roc_auc", "ROC AUC"}, {"f1", "F1"}, {"mar", "MAR"}} {
		if rest, ok := strings.CutPrefix(name, short[0]); ok && (rest == "" || rest[0] == '_') {
			name = short[1] + rest
		}
	}
	return strings.ReplaceAll(name, "_", " ")
}

func unitOf(m metrics.Metric, currency string) page.Unit {
	switch {
	case m.Unit == metrics.Currency && m.Name == "fees_usd":
		return page.USD
	case m.Unit == metrics.Currency:
		return page.Unit(currency)
	}
	return page.Unit(m.Unit)
}

func fillDecisions(t *pipeline.Task, r *page.Report) error {
	backtest, err := t.ReadOne(Backtest, "backtest")
	if err != nil {
		return err
	}
	predictions, err := t.ReadOne(Predictions, "predictions")
	if err != nil {
		return err
	}
	c, d := backtest.Columns(), predictions.Columns()
	time, known, class := c.Ints("time"), c.Ints("known_at"), c.Ints("class")
	predTime, realised := d.Ints("time"), d.Ints("realised_class")
	if err := cmp.Or(c.Err, d.Err); err != nil {
		return err
	}
	lo, hi := cut(predTime, time[0], time[len(time)-1]+1)
	r.Decisions = page.Decisions{Time: known, Predicted: class, Realised: realised[lo:hi]}
	return nil
}

func fillDatasets(t *pipeline.Task, r *page.Report) error {
	for _, s := range reported() {
		v, err := t.Input(s)
		if err != nil {
			return err
		}
		table := MainTable(v)
		rows, first, last := v.Span(table)
		d := page.Dataset{Name: s.Name, ID: v.ID[:16], Rows: int64(rows), First: first, Last: last, Path: data.View(s.Name)}
		for _, in := range s.Inputs {
			d.From = append(d.From, in.Name)
		}
		d.Notes = v.Notes
		r.Datasets = append(r.Datasets, d)
	}
	return nil
}

// MainTable is the table that bears the dataset's name, or else its first.
func MainTable(v *data.Version) string {
	if _, err := v.Table(v.Dataset); err == nil || len(v.Tables) == 0 {
		return v.Dataset
	}
	return v.Tables[0].Table
}

func fillScores(t *pipeline.Task, r *page.Report) error {
	classes, err := readClasses(t, Labels, "classes")
	if err != nil {
		return err
	}
	scores, err := ReadScores(t)
	if err != nil {
		return err
	}
	r.Scores, r.ByClass = scoreTables(scores, classes)
	if len(classes) != trade.Classes {
		return nil
	}
	for i, c := range classes {
		r.Bins[i] = c.bounds()
	}
	b, err := t.ReadOne(Predictions, "confusion")
	if err != nil {
		return err
	}
	c := b.Columns()
	real, guess, rows := c.Ints("realised"), c.Ints("predicted"), c.Ints("rows")
	if c.Err != nil {
		return c.Err
	}
	for i := range rows {
		r.Confusion[real[i]-1][guess[i]-1] = int(rows[i])
	}
	return nil
}

// bounds writes a class's bin in words.
func (c class) bounds() string {
	switch pct := func(x float64) string { return fmt.Sprintf("%.4g%%", 100*x) }; {
	case c.above != c.above && c.upTo != c.upTo:
		return "any return"
	case c.above != c.above:
		return "up to " + pct(c.upTo)
	case c.upTo != c.upTo:
		return "above " + pct(c.above)
	default:
		return pct(c.above) + " to " + pct(c.upTo)
	}
}
