package trade_test

import (
	"context"
	"math"
	"testing"

	"mantis/data"
	"mantis/stages/metrics"
	"mantis/stages/trade"
)

// held runs a strategy over 300 bars that rise and fall, with fees.
func held(t *testing.T, s trade.Strategy, capital float64, taxes trade.Taxes) *trade.Record {
	t.Helper()
	var times, known []int64
	btc, eth := trade.Series{Symbol: "BTC-USD"}, trade.Series{Symbol: "ETH-BTC"}
	for i := range 300 {
		times, known = append(times, int64(i)*int64(2*data.Day)), append(known, int64(i+1)*int64(2*data.Day))
		price, alt := 20_000*(1.5+math.Sin(float64(i)/9)), .07*(1.2+math.Cos(float64(i)/5))
		btc.Open, btc.Close = append(btc.Open, price), append(btc.Close, price*1.01)
		eth.Open, eth.Close = append(eth.Open, alt), append(eth.Close, alt*.99)
	}
	feed, err := trade.NewHistory(times, known, btc, eth)
	if err != nil {
		t.Fatal(err)
	}
	broker, err := trade.NewBacktest(trade.Costs{Fee: .0025, Slippage: .0005})
	if err != nil {
		t.Fatal(err)
	}
	ledger, err := trade.NewLedger(capital, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.KeepLots(taxes); err != nil {
		t.Fatal(err)
	}
	record := trade.NewRecord(feed.Len(), 1)
	if err := trade.Run(context.Background(), feed, s, broker, ledger, record); err != nil {
		t.Fatal(err)
	}
	return record
}

// measured are the ratios of a curve, from a bar on.
func measured(r *trade.Record, equity []float64, from int) map[string]metrics.Metric {
	out := map[string]metrics.Metric{}
	for _, m := range metrics.Performance(metrics.Curve{Equity: equity[from:], Benchmark: r.BTCPrice[from:],
		Turnover: r.Turnover[from:], FeesUSD: r.FeesUSD[from:], Interval: 2 * data.Day}) {
		out[m.Name] = m
	}
	return out
}

// All in bitcoin is nothing gained in bitcoin, and all in dollars nothing in
// dollars: the ratios there are undefined, and say why, though the money that
// bought the bitcoin was rounded.
func TestAllInTheNumeraireHasNoRatio(t *testing.T) {
	btc := held(t, trade.HoldBTC(), 9999.99, trade.Taxes{Method: trade.FIFO})
	usd := held(t, trade.HoldUSD(), 9999.99, trade.Taxes{Method: trade.FIFO})
	for name, m := range map[string]map[string]metrics.Metric{"BTC": measured(btc, btc.EquityBTC, 1), "USD": measured(usd, usd.EquityUSD, 0)} {
		if s := m["sharpe"]; s.Value == s.Value || s.Reason == "" {
			t.Errorf("all in %s: Sharpe %v, for the reason %q", name, s.Value, s.Reason)
		}
		if r := m["cumulative_return"]; math.Abs(r.Value) > 1e-15 {
			t.Errorf("all in %s: return %v", name, r.Value)
		}
	}
	own := measured(btc, btc.EquityUSD, 1)
	if b := own["beta"].Value; math.Abs(b-1) > 1e-12 {
		t.Errorf("all in BTC: beta %v", b)
	}
}

// Every row has one ledger behind both numeraires, taxes owed included; and a
// hundred times the capital has the same ratios.
func TestNumerairesOfOneLedger(t *testing.T) {
	taxes := trade.Taxes{Method: trade.HIFO, Short: .3, Long: .1, LongDays: 30, Carry: true}
	run := func(capital float64) *trade.Record {
		neutral, err := trade.Neutral(3)
		if err != nil {
			t.Fatal(err)
		}
		return held(t, neutral, capital, taxes)
	}
	r, large := run(10_000), run(1_000_000)
	paid := 0.0
	for i := range r.Time {
		if off := r.EquityBTC[i]*r.BTCPrice[i]/r.EquityUSD[i] - 1; math.Abs(off) > 1e-14 {
			t.Errorf("bar %d: equity in BTC at its price is off by %v", i, off)
		}
		if i > 0 {
			if want := (1+r.ReturnUSD[i])/(1+r.BTCChange[i]) - 1; math.Abs(r.ReturnBTC[i]-want) > 1e-13 {
				t.Errorf("bar %d: return %v in BTC, want %v", i, r.ReturnBTC[i], want)
			}
		}
		paid += r.TaxUSD[i]
	}
	if paid == 0 {
		t.Error("no tax was paid")
	}
	all, part := measured(r, r.EquityUSD, 0)["cumulative_return"].Value, 1.0
	for _, span := range [][2]int{{0, 100}, {100, 299}} {
		part *= r.EquityUSD[span[1]] / r.EquityUSD[span[0]]
	}
	if math.Abs(part-1-all) > 1e-12 {
		t.Errorf("two parts make %v, the whole %v", part-1, all)
	}
	for _, equity := range []func(*trade.Record) []float64{func(r *trade.Record) []float64 { return r.EquityUSD }, func(r *trade.Record) []float64 { return r.EquityBTC }} {
		small, big := measured(r, equity(r), 0), measured(large, equity(large), 0)
		for _, name := range []string{"sharpe", "sortino", "max_drawdown", "annual_return", "turnover_annual"} {
			if a, b := small[name].Value, big[name].Value; !(math.Abs(a-b) <= 1e-9*(1+math.Abs(a))) {
				t.Errorf("%s: %v, of a hundred times the capital %v", name, a, b)
			}
		}
	}
}
