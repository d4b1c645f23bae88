package page

import (
	"math"
	"math/rand/v2"
	"time"

	"mantis/data"
)

// sample is a report on a random walk of n bars of one interval: the strategy
// holds by predicted class, with a predictor that is right a little too often.
func sample(n int, interval data.Interval) Report {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	start := time.Date(2021, 3, 9, 0, 0, 0, 0, time.UTC).UnixMicro()
	r := Report{
		Name: "Momentum of five classes", Market: "simulated market, seed 1", Simulated: true,
		Target: "BTC-USD", Alts: []data.Symbol{"ETH-USD", "SOL-USD"}, Interval: interval, Folds: 8,
		Train:       Span{start - int64(700*data.Day), start - int64(interval)},
		Test:        Span{start, start + int64(n)*int64(interval)},
		Assumptions: sampleAssumptions(),
		Tail:        []Mark{{"CVaR 99%", -0.041}, {"VaR 99%", -0.031}, {"CVaR 95%", -0.027}, {"VaR 95%", -0.018}},
		Bins:        [5]string{"below −2.1%", "−2.1% to −0.6%", "−0.6% to 0.7%", "0.7% to 2.3%", "above 2.3%"},
		Query:       "SELECT time, equity_usd\nFROM read_parquet('equity/3f2a/part-0.parquet')\nORDER BY time;",
	}
	walk(&r, random, start, n)
	sampleTables(&r)
	sampleCoverage(&r)
	sampleExplained(&r, random, n)
	return r
}

// sampleCoverage has one series with an outage and quiet weeks, and one that
// begins late.
func sampleCoverage(r *Report) {
	for k, name := range []string{"BTC-USD", "ETH-USD"} {
		c := Covered{Name: name, Interval: data.Hour, Span: Span{r.Train.First + int64(k)*int64(300*data.Day), r.Test.Last}}
		for at := data.Day.Floor(c.Span.First); at < c.Span.Last; at += int64(data.Day) {
			i := int64(len(c.Time))
			quiet, missing := int64(0), int64(0)
			switch {
			case i >= 100 && i < 130:
				quiet = 4
			case i >= 130 && i < 150:
				quiet, missing = 14, 2
			case k == 0 && i >= 220 && i < 228:
				missing = 24
			}
			c.Time, c.Candles = append(c.Time, at), append(c.Candles, 24-missing)
			c.Quiet, c.Missing = append(c.Quiet, quiet), append(c.Missing, missing)
			c.Total, c.TotalQuiet, c.TotalMissing = c.Total+24-missing, c.TotalQuiet+quiet, c.TotalMissing+missing
		}
		c.Gaps, c.Longest = 21, 192
		short := c.Span.First + int64(300*data.Day)
		c.Outages = []Span{{short, short + int64(9*data.Hour)}}
		r.Coverage.Rows = append(r.Coverage.Rows, c)
	}
	r.Coverage.Findings = []Finding{
		{Name: "BTC-USD", Kind: "bad-print", Error: true, Text: "1 candle with a price far from those around it: 2019-08-17 04:00 open and high 16199.91, 3.72 times the 4349.99 around it"},
		{Name: "ETH-USD", Kind: "outage", Text: "9 intervals lost to outages: 2020-05-12 00:00 to 2020-05-12 08:00, 9 candles absent"},
	}
}

// sampleExplained explains n bars by features of which one is missing at times
// and one is always the same.
func sampleExplained(r *Report, random *rand.Rand, n int) {
	if n == 0 {
		return
	}
	names := []string{"volatility_30", "returns", "a_feature_of_a_very_long_name_indeed_1440", "constant"}
	for _, class := range []string{"very bear", "very bull"} {
		w := Swarm{Class: class}
		for k, name := range names {
			f := SwarmFeature{Name: name}
			d := Dependence{Feature: name, Class: class}
			for i := range min(n, 1000) {
				level := float64(i*7%100) / 100
				switch {
				case k == 1 && i%9 == 0:
					level = math.NaN()
				case k == 3:
					level = 0.5
				}
				add := float64(random.NormFloat64()*0.02) + (level-0.5)/float64(k+1)
				if add != add {
					add = -0.1
				}
				f.Level, f.Contribution = append(f.Level, level), append(f.Contribution, add)
				d.Value, d.Contribution = append(d.Value, level/50), append(d.Contribution, add)
			}
			w.Features = append(w.Features, f)
			if class == "very bull" && k < 3 {
				r.Explained.Dependence = append(r.Explained.Dependence, d)
			}
		}
		r.Explained.Swarms = append(r.Explained.Swarms, w)
	}
	r.Explained.Note = "1,000 of them were explained."
	r.Explained.Importance = Table{Corner: "feature", Columns: Columns("contribution", "gain"), Rows: []Row{{Name: names[0], Cells: Values(0.12, 3)}}}
}

func sampleAssumptions() []Assumption {
	return []Assumption{
		{"fill price", "open of the next bar"}, {"delay", "one bar after the decision"}, {"fee", "0.10% a side"},
		{"slippage", "5 basis points a side"}, {"rebalancing", "when a weight is off by more than 5%"},
		{"annualisation", "365 days; 1,460 bars of 6h"}, {"taxes", "none"}, {"initial capital", "10,000 USD"},
	}
}

// walk fills the curves, the decisions and the confusion matrix.
func walk(r *Report, random *rand.Rand, start int64, n int) {
	if n == 0 {
		return
	}
	weights := [6][3]float64{{}, {1, 0, 0}, {0.6, 0.4, 0}, {0.2, 0.6, 0.2}, {0, 0.7, 0.3}, {0, 0.3, 0.7}}
	names := []string{"strategy", "hold BTC", "constant 40/50/10", "hold USD"}
	r.Curves.Portfolios = make([]Portfolio, len(names))
	equity := [4]float64{10000, 10000, 10000, 10000}
	price := 30000.0
	mark := func(t int64) {
		r.Curves.Time = append(r.Curves.Time, t)
		for k := range names {
			p := &r.Curves.Portfolios[k]
			p.Name = names[k]
			p.EquityUSD = append(p.EquityUSD, equity[k])
			p.EquityBTC = append(p.EquityBTC, equity[k]/price)
		}
	}
	mark(start)
	d := &r.Decisions
	predicted := int64(3)
	for i := range n {
		btc := 0.0003 + 0.013*random.NormFloat64() + 0.004*math.Sin(float64(i)/90)
		alt := 1.2*btc + 0.012*random.NormFloat64()
		realised := classOf(btc)
		if random.Float64() < 0.25 {
			predicted = realised
		} else if random.Float64() < 0.3 {
			predicted = 1 + random.Int64N(5)
		}
		w := weights[predicted]
		at := start + int64(i)*int64(r.Interval)
		d.Time = append(d.Time, at)
		d.Predicted, d.Realised = append(d.Predicted, predicted), append(d.Realised, realised)
		d.USD, d.BTC, d.Alts = append(d.USD, w[0]), append(d.BTC, w[1]), append(d.Alts, w[2])
		r.Confusion[realised-1][predicted-1]++
		price *= 1 + btc
		equity[0] *= 1 + w[1]*btc + w[2]*alt - 0.0009
		equity[1] *= 1 + btc
		equity[2] *= 1 + 0.5*btc + 0.1*alt
		mark(at + int64(r.Interval))
	}
}

func classOf(r float64) int64 {
	class := int64(1)
	for _, edge := range []float64{-0.021, -0.006, 0.007, 0.023} {
		if r > edge {
			class++
		}
	}
	return class
}

// sampleTables fills the headline and the tables with figures of the right
// kind, whatever their values.
func sampleTables(r *Report) {
	r.Headline = []Figure{
		{"total return", Cell{Value: 0.823}, Fraction, "hold BTC 61.24%"},
		{"in BTC", Cell{Value: 0.1312}, Fraction, "hold BTC 0.00%"},
		{"worst drawdown", Cell{Value: -0.312}, Fraction, "hold BTC −54.03%"},
		{"Sharpe ratio", Cell{Value: 1.043}, Ratio, "hold BTC 0.712"},
		{"trades", Cell{Value: 1532}, Count, "fees 2.1% of turnover"},
	}
	none := Cell{Value: math.NaN(), Why: "no losing bar"}
	r.PerformanceUSD = Table{
		Corner: "metric", Columns: Columns("strategy", "hold BTC", "constant 40/50/10", "hold USD"),
		Rows: []Row{
			{Name: "final equity", Unit: USD, Cells: Values(18230.4, 16124, 13012.2, 10000)},
			{Name: "total return", Unit: Fraction, Cells: Values(0.823, 0.6124, 0.301, 0)},
			{Name: "worst drawdown", Unit: Fraction, Doc: "largest fall from a high", Cells: Values(-0.312, -0.5403, -0.26, 0)},
			{Name: "Sharpe ratio", Unit: Ratio, Cells: append(Values(1.0432, 0.712, 0.701), none)},
			{Name: "longest drawdown", Unit: Days, Cells: Values(212.25, 401.5, 320, 0)},
			{Name: "bars held", Unit: Bars, Cells: Values(1820, 2000, 2000, 0)},
			{Name: "fees paid", Unit: USD, Cells: Values(812.334, 10, 40.2, 0)},
		},
	}
	r.PerformanceBTC = Table{
		Corner: "metric", Columns: r.PerformanceUSD.Columns,
		Rows: []Row{
			{Name: "final equity", Unit: BTC, Cells: Values(0.3812, 0.3333, 0.2711, 0.2067)},
			{Name: "total return", Unit: Fraction, Cells: Values(0.1437, 0, -0.1867, -0.3799)},
		},
	}
	r.Scores = Table{
		Corner:  "model",
		Columns: []Column{{"log-loss", Loss, "mean negative log-probability of the realised class, in nats"}, {"accuracy", Fraction, ""}, {"balanced accuracy", Fraction, ""}, {"MCC", Ratio, "Matthews correlation"}},
		Rows: []Row{
			{Name: "XGBoost", Cells: Values(1.4921, 0.3312, 0.3104, 0.142)},
			{Name: "class prior", Cells: append(Values(1.5417), Values(0.271, 0.2)...)},
			{Name: "majority class", Cells: append([]Cell{{Value: math.NaN(), Why: "gives no probabilities"}}, Values(0.271, 0.2, 0)...)},
			{Name: "last class", Cells: append([]Cell{{Value: math.NaN(), Why: "gives no probabilities"}}, Values(0.2431, 0.211, 0.02)...)},
			{Name: "best attainable (p_true)", Cells: Values(1.4703, 0.3481, 0.331, 0.165), Reference: true},
		},
		Note: "Lower is better for log-loss, higher for the rest.",
	}
	r.ByClass = Table{Corner: "class", Columns: []Column{{"precision", Fraction, ""}, {"recall", Fraction, ""}, {"F1", Ratio, ""}, {"AUC", Ratio, "one class against the rest"}, {"bars", Count, ""}}}
	for k, name := range classNames {
		r.ByClass.Rows = append(r.ByClass.Rows, Row{Name: name, Cells: Values(0.3+0.01*float64(k), 0.28, 0.29, 0.61, 400)})
	}
	at := r.Test
	r.Sources = []Source{{"BTC-USD", "sim", 131400}, {"ETH-BTC", "sim", 131400}}
	r.Datasets = []Dataset{
		{Name: "candles", ID: "8c1f20aa", Rows: 262800, First: at.First, Last: at.Last, Path: "candles/8c1f20aa", Notes: []string{"hourly, 3 symbols"}},
		{Name: "bars", ID: "02be77d1", Rows: 43800, First: at.First, Last: at.Last, From: []string{"candles"}, Path: "bars/02be77d1", Notes: []string{"12 quiet intervals filled forward"}},
		{Name: "features", ID: "e7a9b310", Rows: 43800, First: at.First, Last: at.Last, From: []string{"bars"}, Path: "features/e7a9b310", Notes: []string{"24 features"}},
		{Name: "model", ID: "5d00c4be", Rows: 8, First: data.Null, Last: data.Null, From: []string{"features", "labels"}, Path: "model/5d00c4be"},
	}
}
