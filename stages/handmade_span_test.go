package stages

import (
	"fmt"
	"math"
	"testing"
)

// TestSpanByHand trades from an hour up to another and checks all rows are in
// between, of the strategy and of holding BTC, which is bought at the open of
// the second bar.
func TestSpanByHand(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		from, to    string
		first, past int
	}{
		{"", "", 34, 52}, // the predictions of BTC-USD go on to 59, the bars of ETH-BTC to 51
		{"2021-01-02T14:00", "", 38, 52},
		{"", "2021-01-02T23:00", 34, 47},
		{"2021-01-02T14:00", "2021-01-02T23:00", 38, 47},
	} {
		v, store := runByHand(t, dir, Backtest, append([]string{"backtest.from=" + c.from, "backtest.to=" + c.to}, trades...)...)
		m := byHand()[0]
		var time, known []int64
		var usd, price []float64
		held := 5000 / (m.open[c.first+1-m.first] * 1.01 * 1.002)
		for h := c.first; h < c.past; h++ {
			time, known, price = append(time, at(h)), append(known, at(h+1)), append(price, m.close[h-m.first])
			if usd = append(usd, held*m.close[h-m.first]); h == c.first {
				usd[0] = 5000
			}
		}
		what := fmt.Sprintf("from %q to %q: ", c.from, c.to)
		rows := table(t, store, v["backtest"], "backtest", 0)
		same(t, what+"time", rows.Ints("time"), time)
		same(t, what+"known_at", rows.Ints("known_at"), known)
		same(t, what+"btc_price", rows.Floats("btc_price"), price)
		others := table(t, store, v["backtest"], "baselines", 0)
		n, name := len(time), others.Strings("name")
		if len(name) != 3*n || name[0] != holdBTC || name[n-1] != holdBTC {
			t.Fatalf("%s%d rows of baselines that begin with %s", what, len(name), name[0])
		}
		same(t, what+"time of the baselines", others.Ints("time")[:n], time)
		alike(t, what+holdBTC, others.Floats("equity_usd")[:n], usd)
	}
}

// TestBetaByHand works alpha and beta out anew: in USD against the closes of
// BTC, by the formulas of Jensen's article. In BTC, the price of BTC is 1 at all
// times, and there is nothing to compare with.
func TestBetaByHand(t *testing.T) {
	v, store := runByHand(t, t.TempDir(), Report, append([]string{"report.risk_free=0.05"}, trades...)...)
	price := table(t, store, v["backtest"], "backtest", 0).Floats("btc_price")
	others := table(t, store, v["backtest"], "baselines", 0)
	equity := map[string][]float64{strategyName: table(t, store, v["backtest"], "backtest", 0).Floats("equity_usd")}
	for i, name := range others.Strings("name") {
		equity[name] = append(equity[name], others.Floats("equity_usd")[i])
	}
	c := table(t, store, v["report"], "performance", 0)
	who, currency, metric, reason, value := c.Strings("portfolio"), c.Strings("currency"), c.Strings("metric"), c.Strings("reason"), c.Floats("value")
	const perYear = 365 * 24
	free := math.Pow(1.05, 1.0/perYear) - 1
	checked := 0
	for i := range who {
		if metric[i] != "alpha" && metric[i] != "beta" {
			continue
		}
		checked++
		if currency[i] == "BTC" {
			if value[i] == value[i] || reason[i] == "" {
				t.Errorf("%s in BTC: %s is %v, for the reason %q", who[i], metric[i], value[i], reason[i])
			}
			continue
		}
		r, b := changes(equity[who[i]]), changes(price)
		want := covariance(r, b) / covariance(b, b)
		if metric[i] == "alpha" {
			want = (mean(r) - free - want*(mean(b)-free)) * perYear
		}
		alike(t, who[i]+" "+metric[i], value[i:i+1], []float64{want})
	}
	if checked != 2*2*4 {
		t.Errorf("%d alphas and betas of 4 portfolios in 2 currencies", checked)
	}
}

func changes(x []float64) (r []float64) {
	for i := 1; i < len(x); i++ {
		r = append(r, x[i]/x[i-1]-1)
	}
	return r
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}

func covariance(x, y []float64) (c float64) {
	for i := range x {
		c += (x[i] - mean(x)) * (y[i] - mean(y))
	}
	return c
}
