package stages

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mantis/data"
	"mantis/pipeline"
)

// TestOtherMarkets reckons features that look at other markets from the stored
// bars, by their instants: of a market that begins before BTC in dollars, and of
// one that ends after it.
func TestOtherMarkets(t *testing.T) {
	l := newLake(t, 5, []string{"BTC-USD", "A00-BTC", "A01-BTC"}, time.Date(2020, 12, 10, 0, 0, 0, 0, time.UTC), 100)
	l.files["BTC-USD"] = l.files["BTC-USD"][100:]
	l.append("A01-BTC", 24*20)
	v, store, _ := l.runFeatures(filepath.Join(l.dir, "lake"), "features.add=cross")
	closes := map[string]map[int64]float64{}
	for i, s := range l.symbols() {
		c := table(t, store, v["bars"], "bars", i)
		closes[s] = map[int64]float64{}
		for r, at := range c.Ints("time") {
			closes[s][at] = c.Floats("close")[r]
		}
	}
	step := 6 * int64(data.Hour)
	back := func(symbol string, at int64, k int) float64 {
		now, ok := closes[symbol][at]
		then, before := closes[symbol][at-int64(k)*step]
		if !ok || !before {
			return math.NaN()
		}
		return now/then - 1
	}
	for i, s := range l.symbols() {
		f := table(t, store, v["features"], "features", i)
		nulls := 0
		first := f.Ints("time")[0]
		for r, at := range f.Ints("time") {
			hub, breadth, n := math.NaN(), 0.0, 0.0
			if s != "BTC-USD" && at-7*step >= first {
				hub = back("BTC-USD", at, 7)
			}
			for _, alt := range []string{"A00-BTC", "A01-BTC"} {
				if x := back(alt, at, 7); s == "BTC-USD" && x == x && at-7*step >= first {
					n++
					if x > 0 {
						breadth++
					}
				}
			}
			if got := f.Floats("hub_return_7")[r]; math.Float64bits(got) != math.Float64bits(hub) && (got == got || hub == hub) {
				t.Fatalf("%s %s: hub_return_7 is %v, want %v", s, data.Stamp(at), got, hub)
			}
			if got := f.Floats("alts_breadth_7")[r]; got != breadth/n && (got == got || n > 0) {
				t.Fatalf("%s %s: alts_breadth_7 is %v, want %v of %v", s, data.Stamp(at), got, breadth, n)
			}
			if hub != hub {
				nulls++
			}
		}
		if s == "A01-BTC" && nulls < 80 {
			t.Errorf("%s: BTC in dollars is there nearly always, %d nulls", s, nulls)
		}
	}
}

// TestOtherMarketsGrow appends to markets, corrects them and demands each time
// what a store from nothing has, and no more work than is needed.
func TestOtherMarketsGrow(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	const set = "features.add=cross,macd,rsi_14"
	l := newLake(t, 6, []string{"BTC-USD", "A00-BTC", "A01-BTC", "A02-BTC"}, time.Date(2020, 11, 1, 0, 0, 0, 0, time.UTC), 150)
	l.runFeatures(filepath.Join(l.dir, "lake"), set)
	grown := func(what string, features int) {
		t.Helper()
		v, _, made := l.runFeatures(filepath.Join(l.dir, "lake"), set)
		if made != features {
			t.Errorf("%s: made %d parts of features; want %d", what, made, features)
		}
		if fresh, _, _ := l.runFeatures(t.TempDir(), set); fresh["features"].ID != v["features"].ID {
			t.Errorf("%s: other features than from nothing", what)
		}
	}
	l.append("A01-BTC", 24)
	grown("a day of one, which nobody has yet", 1)
	l.append("BTC-USD", 24)
	grown("a day of BTC in dollars, which one has already", 2)
	c := l.files["BTC-USD"]
	i := slices.IndexFunc(c, func(c candle) bool { return c.time == time.Date(2021, 1, 20, 11, 0, 0, 0, time.UTC).Unix()/3600 })
	c[i].prices[3] = (c[i].prices[1]*2 + c[i].prices[2]) / 3
	grown("a close of BTC in dollars in the middle of a year", 4)
	l.files["BTC-USD"] = c[24*70+5:]
	grown("BTC in dollars begins in the next year", 7)
}

// runFeatures brings a store up to date as far as the features, and counts the
// parts of them that were made.
func (l *lake) runFeatures(root string, set ...string) (map[string]*data.Version, *data.Store, int) {
	l.t.Helper()
	settings := slices.DeleteFunc(l.settings(), func(s string) bool { return strings.HasPrefix(s, "model.") })
	steps, store, err := runTargets(l.t, root, []*pipeline.Stage{Features}, append(settings, set...))
	if err != nil {
		l.t.Fatal(err)
	}
	return versions(steps), store, steps[len(steps)-1].Made
}

// TestHubSetting names BTC in dollars where there are two of it.
func TestHubSetting(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	set := []string{`candles.sim.symbols=["BTC-USDT","BTC-DAI","ETH-BTC"]`, "model.target=BTC-DAI", "features.add=cross"}
	if _, _, _, err := runModel(t, t.TempDir(), set...); err == nil || !strings.Contains(err.Error(), "features: which market is BTC in dollars? BTC-DAI or BTC-USDT") || !strings.Contains(data.Hint(err), "features.hub") {
		t.Errorf("%v; hint: %s", err, data.Hint(err))
	}
	v, store, _, err := runModel(t, t.TempDir(), append(set, "features.hub=BTC-DAI")...)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{false, true, true} { // BTC-DAI, BTC-USDT, ETH-BTC
		f := table(t, store, v["features"], "features", i)
		hub, alts := f.Floats("hub_return_1"), f.Floats("alts_return_1")
		if got := hub[len(hub)-1] == hub[len(hub)-1]; got != want || got == (alts[len(alts)-1] == alts[len(alts)-1]) {
			t.Errorf("symbol %d: BTC in dollars is there: %t, want %t", i, got, want)
		}
	}
	if _, _, _, err := runModel(t, t.TempDir(), append(set, "features.hub=BTC-EUR")...); err == nil || !strings.Contains(err.Error(), "hub BTC-EUR: no candles of it") {
		t.Error(err)
	}
}
