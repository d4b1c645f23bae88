package stages

import (
	"math"
	"testing"
)

// TestFutureChangesNothing runs the whole job twice, the second time on a
// market that goes on for longer, with the split held fixed: every bar,
// feature, prediction and balance that both have is the same to the bit. The
// last label may differ: that is what the future is for.
func TestFutureChangesNothing(t *testing.T) {
	fixed := append(append([]string{}, small...), "model.split_at=2019-06-01")
	short, shortStore := mustRun(t, append(fixed, "candles.sim.years=0.6")...)
	long, longStore := mustRun(t, append(fixed, "candles.sim.years=0.7")...)
	for _, c := range []struct {
		dataset string
		columns []string
	}{
		{"bars", []string{"open", "high", "low", "close", "volume"}},
		{"features", []string{"returns", "cum_returns", "price_acceleration_30", "volatility_30", "distance_to_high_120"}},
		{"predictions", []string{"close", "p1", "p2", "p3", "p4", "p5"}},
		{"backtest", []string{"equity_usd", "equity_btc", "held_usd", "held_btc", "weight_alt", "fees_usd", "turnover"}},
	} {
		a, b := table(t, shortStore, short[c.dataset], c.dataset, 0), table(t, longStore, long[c.dataset], c.dataset, 0)
		for _, name := range c.columns {
			x, y := a.Floats(name), b.Floats(name)
			if a.Err != nil || b.Err != nil || len(x) >= len(y) || len(x) < 100 {
				t.Fatalf("%s: %s: %d and %d rows, %v, %v", c.dataset, name, len(x), len(y), a.Err, b.Err)
			}
			for i := range x {
				if math.Float64bits(x[i]) != math.Float64bits(y[i]) {
					t.Errorf("%s: %s: row %d is %v, and %v when time goes on", c.dataset, name, i, x[i], y[i])
					break
				}
			}
		}
	}
}
