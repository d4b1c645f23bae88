package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"mantis/data"
)

// drawReturns draws returns of -80 % to 200 %.
func drawReturns(t *rapid.T, least int) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(-.8, 2), least, 60).Draw(t, "returns")
}

func TestMeasuresKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReturns(t, 1)
		v := Equity(1, r)
		for i, d := range Drawdowns(v) {
			if !(d >= -1 && d <= 0) {
				t.Fatalf("drawdown[%d] = %v", i, d)
			}
		}
		alpha := rapid.Float64Range(.001, 1).Draw(t, "alpha")
		cvar, _ := ExpectedShortfall(r, alpha)
		quantile, _ := ValueAtRisk(r, alpha)
		if cvar > quantile+1e-12 {
			t.Fatalf("CVaR %v above VaR %v", cvar, quantile)
		}
		bars, _ := LongestDrawdown(v)
		share, _ := TimeUnderWater(v)
		if bars < 0 || bars > float64(len(r)) || share < 0 || share > 1 || (bars > 0) != (share > 0) {
			t.Fatalf("%v bars, %v of the time", bars, share)
		}
	})
}

func TestTotalReturnsChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := Equity(10_000, drawReturns(t, 2))
		cut := rapid.IntRange(1, len(v)-2).Draw(t, "cut")
		whole, _ := TotalReturn(v)
		a, _ := TotalReturn(v[:cut+1])
		b, _ := TotalReturn(v[cut:])
		if !near(1+whole, (1+a)*(1+b), 1e-12) {
			t.Fatalf("%v and %v chain to %v", a, b, whole)
		}
	})
}

func TestCapitalScalesAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReturns(t, 5)
		// A power of two scales a float64 exactly.
		scale := math.Ldexp(1, rapid.IntRange(-20, 20).Draw(t, "scale"))
		one := Performance(Curve{Equity: Equity(1, r), Interval: data.Day})
		other := Performance(Curve{Equity: Equity(scale, r), Interval: data.Day})
		for i, m := range one {
			if m.Unit == Currency {
				continue
			}
			if m.Reason != other[i].Reason || (m.Reason == "" && m.Value != other[i].Value) {
				t.Fatalf("%s = %v, scaled %v", m.Name, m.Value, other[i].Value)
			}
		}
	})
}

func TestNoMeasureIsInfinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.OneOf(rapid.Float64Range(0, 10), rapid.Just(0.0), rapid.Just(1.0), rapid.Float64())
		v := rapid.SliceOfN(level, 0, 12).Draw(t, "equity")
		b := rapid.SliceOfN(level, len(v), len(v)).Draw(t, "benchmark")
		for _, m := range Performance(Curve{Equity: v, Benchmark: b, Turnover: v, FeesUSD: v, Interval: data.Hour}) {
			if math.IsInf(m.Value, 0) || math.IsNaN(m.Value) != (m.Reason != "") {
				t.Fatalf("%s = %v (%q)", m.Name, m.Value, m.Reason)
			}
		}
	})
}

func TestLeverageIsBeta(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawReturns(t, 3)
		k := rapid.Float64Range(.1, 3).Draw(t, "leverage")
		r := make([]float64, len(b))
		for i := range b {
			r[i] = k * b[i]
		}
		if std, _ := Volatility(b, 1); std < 1e-6 {
			return
		}
		if beta, err := Beta(r, b); err != nil || math.Abs(beta-k) > 1e-9 {
			t.Fatalf("beta %v (%v), leverage %v", beta, err, k)
		}
		if alpha, err := Alpha(r, b, 1460, 0); err != nil || math.Abs(alpha) > 1e-6 {
			t.Fatalf("alpha %v (%v)", alpha, err)
		}
	})
}
