package page

import (
	"math"
	"time"

	"mantis/data"
)

// testCase is a report that every test of the whole page runs over.
type testCase struct {
	name   string
	report Report
}

// cases are ordinary reports and those at the edges.
func cases() []testCase {
	all := []testCase{
		{"zero", Report{}},
		{"walk-2000", sample(2000, 6*data.Hour)},
		{"walk-10000", sample(10000, data.Hour)},
		{"no-bars", sample(0, 6*data.Hour)},
		{"one-bar", sample(1, 6*data.Hour)},
		{"two-bars", sample(2, 6*data.Hour)},
		{"three-days", sample(72, data.Hour)},
		{"twenty-years", sample(7305, data.Day)},
	}
	edge := func(name string, n int, change func(*Report)) {
		r := sample(n, 6*data.Hour)
		change(&r)
		all = append(all, testCase{name, r})
	}
	edge("all-usd", 500, func(r *Report) { r.Curves.Portfolios[0] = r.Curves.Portfolios[3] })
	edge("not-simulated-no-alts", 500, func(r *Report) {
		r.Simulated, r.Market, r.Alts, r.Decisions.Alts = false, "btc.csv", nil, nil
	})
	edge("only-losses", 300, func(r *Report) {
		for i := range r.Curves.Portfolios[0].EquityUSD {
			r.Curves.Portfolios[0].EquityUSD[i] = 1e4 * math.Pow(0.99, float64(i))
		}
	})
	edge("gaps", 400, func(r *Report) {
		for _, p := range r.Curves.Portfolios {
			for i := range p.EquityUSD {
				if i%37 < 5 || i%37 == 7 {
					p.EquityUSD[i] = math.NaN()
				}
			}
			p.EquityBTC[3], p.EquityBTC[90] = math.Inf(1), math.Inf(-1)
		}
		r.Decisions.USD[3], r.Decisions.Predicted[4] = math.NaN(), 0
		r.Tail[0].Value = math.NaN()
	})
	edge("all-nan", 50, func(r *Report) {
		for _, p := range r.Curves.Portfolios {
			for i := range p.EquityUSD {
				p.EquityUSD[i], p.EquityBTC[i] = math.NaN(), math.NaN()
			}
		}
	})
	edge("bust", 300, func(r *Report) {
		for i := 150; i < 301; i++ {
			r.Curves.Portfolios[0].EquityUSD[i] = 0
			r.Curves.Portfolios[0].EquityBTC[i] = -0.01
		}
	})
	edge("wild", 200, func(r *Report) {
		for i := range r.Curves.Portfolios[0].EquityUSD {
			r.Curves.Portfolios[0].EquityUSD[i] = math.Pow(10, float64(i-100)*3)
			r.Curves.Portfolios[1].EquityUSD[i] = math.Pow(10, float64(i)/16)
		}
	})
	edge("strategy-alone", 300, func(r *Report) {
		r.Curves.Portfolios = r.Curves.Portfolios[:1]
		r.Curves.Portfolios[0].EquityBTC = nil
		r.Decisions.Realised, r.Decisions.USD = nil, nil
	})
	edge("many", 300, func(r *Report) {
		for i := range 8 {
			p := r.Curves.Portfolios[i%4]
			p.Name = "another " + p.Name
			r.Curves.Portfolios = append(r.Curves.Portfolios, p)
		}
		r.Warnings = []string{"fold 3: the model knows the label: log-loss 0.012 on shuffled labels", "2 bars of ETH-USD are missing"}
		r.More = []Table{{Title: "Importance of features", Corner: "feature", Columns: Columns("gain"), Rows: []Row{{Name: "ret_4", Cells: Values(0.4)}}}}
	})
	edge("candles", 300, func(r *Report) {
		some, one := r.Coverage.Rows[0], r.Coverage.Rows[1]
		one.Time, one.Candles, one.Quiet, one.Missing = one.Time[:1], nil, nil, nil
		one.Span.Last = one.Span.First + int64(data.Hour)
		r.Coverage.Rows = []Covered{{Name: "A-B", Interval: data.Minute, Span: one.Span, Outages: []Span{one.Span}}, one}
		for i := range 60 { // no two days alike
			c := some
			c.Name, c.Missing = "A-B"+c.Name, append([]int64{}, c.Missing...)
			for k := range c.Missing {
				c.Missing[k] = int64((k*7 + i) % 5 * 12)
			}
			r.Coverage.Rows = append(r.Coverage.Rows, c)
		}
		for range 100 {
			r.Coverage.Findings = append(r.Coverage.Findings, r.Coverage.Findings[0])
		}
	})
	edge("explained-badly", 100, func(r *Report) {
		nan := Swarm{Class: "bull", Features: []SwarmFeature{{Name: "lost", Contribution: []float64{math.NaN(), math.Inf(1)}, Level: []float64{math.NaN(), 7}}, {Name: "none"}}}
		r.Explained.Swarms = append(r.Explained.Swarms, nan, Swarm{Class: "empty"})
		r.Explained.Dependence = []Dependence{{Feature: "lost", Class: "bull", Value: []float64{math.NaN()}, Contribution: []float64{1}}}
	})
	edge("missing-bars", 1200, func(r *Report) {
		late := int64(200 * data.Day)
		for i := 600; i <= 1200; i++ {
			r.Curves.Time[i] += late
		}
		for i := 600; i < 1200; i++ {
			r.Decisions.Time[i] += late
		}
	})
	edge("old-and-long", 2, func(r *Report) {
		r.Curves.Time[0] = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
		r.Curves.Time[2] = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	})
	return append(all, testCase{"hostile", hostile()})
}

// hostile has markup in every string.
func hostile() Report {
	const evil = "<script>alert('x')</script>\"&\x00\xff"
	r := sample(30, 6*data.Hour)
	r.Name, r.Market, r.Target, r.Alts = evil, evil, evil, []data.Symbol{evil}
	r.Headline = []Figure{{evil, Cell{Text: evil, Why: evil}, evil, evil}}
	r.Assumptions = []Assumption{{evil, evil}}
	r.Warnings = []string{evil}
	for k := range r.Curves.Portfolios {
		r.Curves.Portfolios[k].Name = evil
	}
	r.Tail = []Mark{{evil, -0.01}}
	for k := range r.Explained.Swarms {
		r.Explained.Swarms[k].Class, r.Explained.Swarms[k].Features[0].Name = evil, evil
	}
	r.Explained.Dependence[0].Class, r.Explained.Dependence[0].Feature, r.Explained.Note = evil, evil, evil
	r.Bins = [5]string{evil, evil, evil, evil, evil}
	r.Scores = Table{Title: evil, Corner: evil, Columns: []Column{{evil, evil, evil}}, Rows: []Row{{Name: evil, Unit: evil, Doc: evil, Cells: []Cell{{Text: evil, Why: evil}}}}, Note: evil}
	r.ByClass, r.PerformanceUSD, r.PerformanceBTC, r.More = r.Scores, r.Scores, r.Scores, []Table{r.Scores}
	r.Sources = []Source{{evil, evil, 1}}
	r.Datasets = []Dataset{{Name: evil, ID: evil, From: []string{evil}, Path: evil, Notes: []string{evil}}}
	r.Query = evil
	r.Coverage.Rows[0].Name = evil
	r.Coverage.Findings = []Finding{{evil, evil, true, evil}}
	return r
}
