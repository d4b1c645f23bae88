package stages

import (
	"math"
	"strings"
	"testing"

	"mantis/data"
)

// trades decides every five hours, from hour 34 on, at prices whose costs are
// plain to see. The weights never ask for more ALT than BTC pays for, so that no
// order waits for anything but a quiet bar.
var trades = append([]string{"backtest.rebalance_every=5", "backtest.fee=0.002", "backtest.slippage=0.01", "backtest.capital=5000",
	"backtest.weights=[[0.4,0.4,0.2],[0.35,0.4,0.25],[0.3,0.4,0.3],[0.25,0.4,0.35],[0.2,0.4,0.4]]"}, learns...)

// TestFillsByHand follows every fill of the hand-made markets. What is decided
// at the close of an hour fills at the open of the next, with slippage, unless
// that bar is quiet: then at that of the first one that is not. The balances are
// the fills, added up, and the equity is the balances at the closes.
func TestFillsByHand(t *testing.T) {
	v, store := runByHand(t, t.TempDir(), Backtest, trades...)
	type event struct {
		symbol        string
		bar, decision int // hours
	}
	// ETH-BTC is quiet in 40 and 41, BTC-USD in 45, both in 50.
	want := []event{{"BTC-USD", 35, 34}, {"ETH-BTC", 35, 34}, {"BTC-USD", 40, 39}, {"ETH-BTC", 42, 39},
		{"ETH-BTC", 45, 44}, {"BTC-USD", 46, 44}, {"BTC-USD", 51, 49}, {"ETH-BTC", 51, 49}}
	c := table(t, store, v["backtest"], "fills", 0)
	time, decided, symbol, side := c.Ints("time"), c.Ints("decided_at"), c.Strings("symbol"), c.Strings("side")
	quantity, price, notional, fee := c.Floats("quantity"), c.Floats("price"), c.Floats("notional"), c.Floats("fee")
	if c.Err != nil {
		t.Fatal(c.Err)
	}
	found := map[event]bool{}
	held := [3]float64{5000, 0, 0} // USD, BTC, ETH
	rows := table(t, store, v["backtest"], "backtest", 0)
	var wantHeld, wantEquity [3][]float64
	next := 0
	for h := 34; h < 52; h++ {
		for ; next < len(time) && time[next] == at(h); next++ {
			k := strings.Index("BE", symbol[next][:1])
			m, sign := byHand()[k], 1.0
			if side[next] == "sell" {
				sign = -1
			}
			e := event{symbol[next], h, int(decided[next]-midnight)/int(hour) - 1}
			found[e] = true
			if m.quiet(h) || !near(price[next], m.open[h-m.first]*(1+0.01*sign)) {
				t.Errorf("%v: %s at %v; the bar opens at %v, quiet: %v", e, side[next], price[next], m.open[h-m.first], m.quiet(h))
			}
			if !near(notional[next], quantity[next]*price[next]) || !near(fee[next], 0.002*notional[next]) {
				t.Errorf("%v: %v at %v for %v and a fee of %v", e, quantity[next], price[next], notional[next], fee[next])
			}
			held[k] -= sign*notional[next] + fee[next]
			held[k+1] += sign * quantity[next]
		}
		btc, eth := byHand()[0].close[h-4], byHand()[1].close[h]
		equity := held[0] + held[1]*btc + held[2]*eth*btc
		for i, x := range held {
			wantHeld[i] = append(wantHeld[i], x)
		}
		for i, x := range []float64{equity, equity / btc, held[2] * eth * btc / equity} {
			wantEquity[i] = append(wantEquity[i], x)
		}
	}
	for _, e := range want {
		if !found[e] {
			t.Errorf("no fill of %v", e)
		}
	}
	if len(time) != len(want) || len(found) != len(want) {
		t.Errorf("%d fills, want %v; found %v", len(time), want, found)
	}
	for i, name := range []string{"held_usd", "held_btc", "held_eth_units"} {
		alike(t, name, rows.Floats(name), wantHeld[i])
	}
	for i, name := range []string{"equity_usd", "equity_btc", "weight_alt"} {
		alike(t, name, rows.Floats(name), wantEquity[i])
	}
}

// alike is same for floats that were added up in another order.
func alike(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-9*(1+math.Abs(want[i]))) {
			t.Errorf("%s: row %d is %v, want %v", what, i, got[i], want[i])
			return
		}
	}
}

// TestDecisionsByHand checks that each decision aims at the weights of the class
// predicted from its bar, and that none is made between.
func TestDecisionsByHand(t *testing.T) {
	v, store := runByHand(t, t.TempDir(), Backtest, trades...)
	predicted := table(t, store, v["predictions"], "predictions", 0).Ints("class")
	rows := table(t, store, v["backtest"], "backtest", 0)
	var usd, btc, alt []float64
	var class, time []int64
	kinds := map[int64]bool{}
	for i := range 18 {
		time = append(time, at(34+i))
		w, k := [3]float64{math.NaN(), math.NaN(), math.NaN()}, int64(data.Null)
		if i%5 == 0 {
			k = predicted[i]
			kinds[k] = true
			w = [3]float64{0.45 - 0.05*float64(k), 0.4, 0.15 + 0.05*float64(k)}
		}
		usd, btc, alt, class = append(usd, w[0]), append(btc, w[1]), append(alt, w[2]), append(class, k)
	}
	if len(kinds) < 2 {
		t.Errorf("the classes %v of four decisions tell nothing apart", kinds)
	}
	same(t, "time", rows.Ints("time"), time)
	same(t, "class", rows.Ints("class"), class)
	same(t, "target_usd", rows.Floats("target_usd"), usd)
	same(t, "target_btc", rows.Floats("target_btc"), btc)
	same(t, "target_alt", rows.Floats("target_alt"), alt)
}
