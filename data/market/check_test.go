package market

import (
	"math"
	"testing"

	"mantis/data"
)

// checkCandles is what the candles of every source keep.
func checkCandles(t testing.TB, c *Candles) {
	t.Helper()
	n := c.Len()
	if s, err := data.ParseSymbol(string(c.Symbol)); err != nil || s != c.Symbol {
		t.Fatalf("symbol %q is not written as BASE-QUOTE", c.Symbol)
	}
	if c.Interval <= 0 {
		t.Fatalf("interval %d", c.Interval)
	}
	for _, x := range c.floats() {
		if len(*x) != n {
			t.Fatalf("a column of %d beside a time column of %d", len(*x), n)
		}
	}
	if len(c.Trades) != n {
		t.Fatalf("%d trades beside a time column of %d", len(c.Trades), n)
	}
	if n == 0 {
		t.Fatal("no candles")
	}
	if c.End() < c.Time[n-1]+int64(c.Interval) {
		t.Fatalf("the span ends at %s, before its last candle does", data.Stamp(c.End()))
	}
	for i, at := range c.Time {
		if i > 0 && at <= c.Time[i-1] {
			t.Fatalf("candle %d: %s after %s", i, data.Stamp(at), data.Stamp(c.Time[i-1]))
		}
		if at%int64(min(c.Interval, data.Day)) != 0 {
			t.Fatalf("candle %d: %s is off the %s grid", i, data.Stamp(at), c.Interval)
		}
		o, h, l, cl := c.Open[i], c.High[i], c.Low[i], c.Close[i]
		if !(l > 0 && l <= o && l <= cl && o <= h && cl <= h && h <= math.MaxFloat64) {
			t.Fatalf("candle %d: open %v high %v low %v close %v", i, o, h, l, cl)
		}
		for _, v := range []float64{c.Volume[i], c.QuoteVolume[i]} {
			if v < 0 || math.IsInf(v, 0) || v == 0 && math.Signbit(v) {
				t.Fatalf("candle %d: volume %v", i, v)
			}
			if v != v && math.Float64bits(v) != math.Float64bits(math.NaN()) {
				t.Fatalf("candle %d: a NaN of bits %x", i, math.Float64bits(v))
			}
		}
		if c.Trades[i] < 0 && c.Trades[i] != data.Null {
			t.Fatalf("candle %d: %d trades", i, c.Trades[i])
		}
	}
}
