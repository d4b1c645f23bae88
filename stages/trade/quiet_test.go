package trade

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

// flat is a market at one price, quiet in the bars named.
func flat(symbol data.Symbol, n int, price float64, quiet ...int) Series {
	s := Series{Symbol: symbol, Filled: make([]bool, n)}
	for range n {
		s.Open, s.Close = append(s.Open, price), append(s.Close, price)
	}
	for _, i := range quiet {
		s.Filled[i] = true
	}
	return s
}

func hub(n int, quiet ...int) Series { return flat("BTC-USD", n, 100, quiet...) }
func eth(n int, quiet ...int) Series { return flat("ETH-BTC", n, .1, quiet...) }

// Free trades at constant prices: BTC-USD 100, ETH-BTC .1 (10 USD), capital 1000 USD.
func TestQuietMarkets(t *testing.T) {
	for _, c := range []struct {
		name      string
		decisions []Decision
		series    []Series
		usd, btc  []float64
		alt       []float64
		pending   []bool
	}{{
		name:      "a quiet alt is bought later with BTC that waited",
		decisions: []Decision{to(.4, .4, .2)},
		series:    []Series{hub(4), eth(4, 1, 2)},
		usd:       []float64{1000, 400, 400, 400},
		btc:       []float64{0, 6, 6, 4},
		alt:       []float64{0, 0, 0, 20},
		pending:   []bool{false, true, true, false},
	}, {
		name:      "a quiet hub holds all up when there is no BTC",
		decisions: []Decision{to(.4, .4, .2)},
		series:    []Series{hub(3, 1), eth(3)},
		usd:       []float64{1000, 1000, 400},
		btc:       []float64{0, 0, 4},
		alt:       []float64{0, 0, 20},
		pending:   []bool{false, true, false},
	}, {
		name:      "a quiet hub does not hold up an alt that BTC pays for",
		decisions: []Decision{to(.8, .2, 0), to(.4, .5, .1)},
		series:    []Series{hub(4, 2), eth(4)},
		usd:       []float64{1000, 800, 800, 400},
		btc:       []float64{0, 2, 1, 5},
		alt:       []float64{0, 0, 10, 10},
		pending:   []bool{false, false, true, false},
	}, {
		name:      "a quiet hub holds up an alt that BTC does not pay for",
		decisions: []Decision{to(.8, .2, 0), to(0, .4, .6)},
		series:    []Series{hub(4, 2), eth(4)},
		usd:       []float64{1000, 800, 800, 0},
		btc:       []float64{0, 2, 2, 4},
		alt:       []float64{0, 0, 0, 60},
		pending:   []bool{false, false, true, false},
	}, {
		name:      "an alt is sold though the hub is quiet",
		decisions: []Decision{to(0, .4, .6), to(.8, .2, 0)},
		series:    []Series{hub(4, 2), eth(4)},
		usd:       []float64{1000, 0, 0, 800},
		btc:       []float64{0, 4, 10, 2},
		alt:       []float64{0, 60, 0, 0},
		pending:   []bool{false, false, true, false},
	}, {
		name:      "the hub sells what BTC there is while an alt to sell is quiet",
		decisions: []Decision{to(0, .4, .6), to(.8, .2, 0)},
		series:    []Series{hub(4), eth(4, 2)},
		usd:       []float64{1000, 0, 400, 800},
		btc:       []float64{0, 4, 0, 2},
		alt:       []float64{0, 60, 60, 0},
		pending:   []bool{false, false, true, false},
	}, {
		name:      "a newer decision replaces what waits",
		decisions: []Decision{to(.4, .4, .2), to(1, 0, 0)},
		series:    []Series{hub(4), eth(4, 1)},
		usd:       []float64{1000, 400, 1000, 1000},
		btc:       []float64{0, 6, 0, 0},
		alt:       []float64{0, 0, 0, 0},
		pending:   []bool{false, true, false, false},
	}, {
		name:      "what is decided at the last close stays undone",
		decisions: []Decision{{}, to(0, 1, 0)},
		series:    []Series{hub(2), eth(2)},
		usd:       []float64{1000, 1000},
		btc:       []float64{0, 0},
		alt:       []float64{0, 0},
		pending:   []bool{false, false},
	}} {
		t.Run(c.name, func(t *testing.T) {
			r := backtest(t, 1000, Costs{}, &script{decisions: c.decisions}, c.series...)
			wantNear(t, "usd", r.USD, c.usd, 1e-12)
			wantNear(t, "btc", r.BTC, c.btc, 1e-12)
			wantNear(t, "alt", r.Alts[0], c.alt, 1e-12)
			if diff := cmp.Diff(c.pending, r.Pending); diff != "" {
				t.Errorf("pending: %s", diff)
			}
		})
	}
}

// Two alts, one listed in bar 2: it has no part of the bucket before.
func TestUnlistedAltHasNoPart(t *testing.T) {
	late := eth(4)
	late.Symbol = "LTC-BTC"
	for i := range 2 {
		late.Open[i], late.Close[i], late.Filled[i] = nan(), nan(), true
	}
	target := to(0, 0, 1)
	r := backtest(t, 1000, Costs{}, &script{decisions: []Decision{target, target}}, hub(4), eth(4), late)
	wantNear(t, "eth", r.Alts[0], []float64{0, 100, 50, 50}, 1e-12)
	wantNear(t, "ltc", r.Alts[1], []float64{0, 0, 50, 50}, 1e-12)
	wantNear(t, "alt change", r.AltChange, []float64{nan(), 0, 0, 0}, 0)
}

func TestBucketWithoutAltsIsHeldInBTC(t *testing.T) {
	r := backtest(t, 1000, Costs{}, HoldAlt(), hub(2))
	wantNear(t, "btc", r.BTC, []float64{0, 10}, 1e-12)
	wantNear(t, "alt change", r.AltChange, []float64{nan(), nan()}, 0)
}
