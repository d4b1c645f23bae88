package trade

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

// walk is a seeded random market whose opens differ from the closes before.
func walk(symbol data.Symbol, n int, start float64, seed uint64) Series {
	rng := rand.New(rand.NewPCG(seed, 7))
	s := Series{Symbol: symbol, Filled: make([]bool, n)}
	price := start
	for range n {
		open := price * (1 + .002*rng.NormFloat64())
		price = open * (1 + .02*rng.NormFloat64())
		s.Open, s.Close = append(s.Open, open), append(s.Close, price)
	}
	return s
}

func TestAllUSDEarnsNothing(t *testing.T) {
	btc := walk("BTC-USD", 50, 20_000, 1)
	r := backtest(t, DefaultCapital, Costs{Fee: .001}, HoldUSD(), btc)
	if len(r.Fills) != 0 {
		t.Errorf("%d fills", len(r.Fills))
	}
	for i := 1; i < r.Len(); i++ {
		if r.ReturnUSD[i] != 0 {
			t.Errorf("return_usd[%d] = %v", i, r.ReturnUSD[i])
		}
		if want := 1/(1+r.BTCChange[i]) - 1; !near(r.ReturnBTC[i], want, 1e-14) {
			t.Errorf("return_btc[%d] = %v, want %v", i, r.ReturnBTC[i], want)
		}
	}
}

func TestAllBTCEarnsWhatBitcoinDoes(t *testing.T) {
	btc := walk("BTC-USD", 50, 20_000, 2)
	r := backtest(t, DefaultCapital, Costs{Fee: .001, Slippage: .0005}, HoldBTC(), btc)
	if len(r.Fills) != 1 {
		t.Fatalf("%d fills", len(r.Fills))
	}
	if want := DefaultCapital / (btc.Open[1] * 1.0005 * 1.001); !near(r.BTC[1], want, 1e-14) {
		t.Errorf("bought %v, want %v", r.BTC[1], want)
	}
	for i := 2; i < r.Len(); i++ {
		if !near(r.ReturnUSD[i], r.BTCChange[i], 1e-14) {
			t.Errorf("return_usd[%d] = %v, want %v", i, r.ReturnUSD[i], r.BTCChange[i])
		}
		if !near(r.ReturnBTC[i], 0, 1e-15) {
			t.Errorf("return_btc[%d] = %v", i, r.ReturnBTC[i])
		}
	}
}

func TestBitcoinIsTheOtherNumeraire(t *testing.T) {
	neutral, err := Neutral(4)
	if err != nil {
		t.Fatal(err)
	}
	r := backtest(t, DefaultCapital, Costs{Fee: .001}, neutral, walk("BTC-USD", 200, 20_000, 3), walk("ETH-BTC", 200, .07, 4))
	for i := range r.Time {
		if want := r.EquityUSD[i] / r.BTCPrice[i]; !near(r.EquityBTC[i]/want, 1, 1e-14) {
			t.Errorf("equity_btc[%d] = %v, want %v", i, r.EquityBTC[i], want)
		}
		if want := (1+r.ReturnUSD[i])/(1+r.BTCChange[i]) - 1; !near(r.ReturnBTC[i], want, 1e-13) {
			t.Errorf("return_btc[%d] = %v, want %v", i, r.ReturnBTC[i], want)
		}
	}
}

func TestCapitalScalesAway(t *testing.T) {
	market := []Series{walk("BTC-USD", 200, 20_000, 5), walk("ETH-BTC", 200, .07, 6), walk("LTC-BTC", 200, .004, 7)}
	run := func(capital float64) *Record {
		neutral, err := Neutral(1)
		if err != nil {
			t.Fatal(err)
		}
		return backtest(t, capital, Costs{Fee: .001, Slippage: .0002}, neutral, market...)
	}
	small, large := run(10_000), run(37_000_000)
	wantNear(t, "cum usd", large.CumUSD, small.CumUSD, 1e-12)
	wantNear(t, "cum btc", large.CumBTC, small.CumBTC, 1e-12)
	wantNear(t, "weight alt", large.WeightAlt, small.WeightAlt, 1e-12)
	wantNear(t, "turnover", large.Turnover, small.Turnover, 1e-12)
}

func TestTheSameRunTwiceIsTheSame(t *testing.T) {
	run := func() *Record {
		neutral, _ := Neutral(3)
		return backtest(t, DefaultCapital, Costs{Fee: .001}, neutral, walk("BTC-USD", 100, 20_000, 8), walk("ETH-BTC", 100, .07, 9))
	}
	equal := cmp.Comparer(func(a, b float64) bool { return a == b || (a != a && b != b) })
	if diff := cmp.Diff(run(), run(), equal); diff != "" {
		t.Error(diff)
	}
}
