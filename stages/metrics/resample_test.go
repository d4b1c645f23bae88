package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"mantis/data"
)

// walk is seeded normal returns of the given mean and deviation a bar, and a
// benchmark's that go along with them.
func walk(seed uint64, n int, mean, std float64) (r, b []float64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range n {
		x, y := rng.NormFloat64(), rng.NormFloat64()
		r, b = append(r, mean+std*x), append(b, mean+std*(.6*x+.8*y))
	}
	return r, b
}

func named(metrics []Metric) map[string]Metric {
	out := map[string]Metric{}
	for _, m := range metrics {
		out[m.Name] = m
	}
	return out
}

// TestIntervalsCover wants an interval of 90 % to hold the true Sharpe ratio,
// beta and alpha in about that share of histories: between 84 and 95 % of 250.
func TestIntervalsCover(t *testing.T) {
	const histories, n, mean, std = 250, 300, .001, .01
	held := map[string]int{}
	year := (6 * data.Hour).PerYear()
	truth := map[string]float64{"sharpe": mean / std * math.Sqrt(year), "beta": .6, "alpha": (mean - .6*mean) * year}
	for seed := range uint64(histories) {
		r, b := walk(seed, n, mean, std)
		m := named(Performance(Curve{Equity: Equity(1, r), Benchmark: Equity(1, b), Interval: 6 * data.Hour,
			Resampling: Resampling{Seed: seed, Resamples: 150, Confidence: .9, Block: 2}}))
		for name, x := range truth {
			if m[name].Low <= x && x <= m[name].High {
				held[name]++
			}
		}
	}
	t.Logf("of %d intervals of 90 %%, %v hold the truth", histories, held)
	for name := range truth {
		if share := float64(held[name]) / histories; share < .84 || share > .95 {
			t.Errorf("%s: %v of the intervals hold the truth", name, share)
		}
	}
}

// TestErrorsAgreeOnIndependentReturns wants the closed forms and the resamples
// to say much the same where all assumptions hold.
func TestErrorsAgreeOnIndependentReturns(t *testing.T) {
	r, b := walk(4, 3000, .0005, .01)
	c := Curve{Equity: Equity(1, r), Benchmark: Equity(1, b), Interval: 6 * data.Hour, Resampling: Resampling{Seed: 1, Resamples: 1000, Confidence: .95, Block: 2}}
	m := named(Performance(c))
	want := m["sharpe_error_normal"].Value
	for name, got := range map[string]float64{
		"Mertens": m["sharpe_standard_error"].Value, "dependent": m["sharpe_error_dependent"].Value,
		"interval": (m["sharpe"].High - m["sharpe"].Low) / 2 / 1.95996,
	} {
		if math.Abs(got/want-1) > .06 {
			t.Errorf("%s error %v, for normal returns %v", name, got, want)
		}
	}
	for _, name := range []string{"annual_return", "annual_volatility", "sortino", "alpha", "beta", "information_ratio"} {
		if got := (m[name].High - m[name].Low) / 2 / 1.95996; math.Abs(got/m[name].SE-1) > .1 {
			t.Errorf("%s: error %v, from the interval %v", name, m[name].SE, got)
		}
	}
}

// TestIntervalsScaleAway wants capital to change no interval, bit by bit, and
// the returns twice over to double what is measured in them.
func TestIntervalsScaleAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReturns(t, 5)
		p := Resampling{Seed: rapid.Uint64().Draw(t, "seed"), Resamples: 20, Confidence: .8}
		one := Performance(Curve{Equity: Equity(1, r), Interval: data.Day, Resampling: p})
		other := Performance(Curve{Equity: Equity(1<<20, r), Interval: data.Day, Resampling: p})
		for i, m := range one {
			o := other[i]
			if bits(m.SE) != bits(o.SE) || bits(m.Low) != bits(o.Low) || bits(m.High) != bits(o.High) {
				t.Fatalf("%s: %+v, scaled %+v", m.Name, m, o)
			}
			if m.Low > m.High || math.IsInf(m.Low, 0) || math.IsInf(m.High, 0) || m.SE < 0 {
				t.Fatalf("%s: %+v", m.Name, m)
			}
		}
	})
}

func bits(x float64) uint64 { return math.Float64bits(x) }

// TestBarsInAnyOrder wants what does not depend on the order of bars not to.
func TestBarsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReturns(t, 4)
		for i, x := range r {
			r[i] = math.Round(x*256) / 256 // so that no ratio is of a rounding error
		}
		turned := rapid.Permutation(r).Draw(t, "turned")
		a, b := named(Performance(Curve{Equity: Equity(1, r), Interval: data.Day})), named(Performance(Curve{Equity: Equity(1, turned), Interval: data.Day}))
		for _, name := range []string{"annual_return", "annual_return_arithmetic", "annual_volatility", "downside_deviation", "sharpe", "sharpe_standard_error",
			"sharpe_error_normal", "probabilistic_sharpe", "sortino", "omega", "skew", "excess_kurtosis", "var_95", "cvar_95", "var_95_normal", "tail_ratio"} {
			x, y := a[name], b[name]
			if x.Reason != y.Reason || x.Reason == "" && math.Abs(x.Value-y.Value) > 1e-8*(1+math.Abs(x.Value)) {
				t.Fatalf("%s: %v (%s), turned %v (%s)", name, x.Value, x.Reason, y.Value, y.Reason)
			}
		}
	})
}

// TestTwoNumeraires holds the identities of holding one of the two currencies
// all along: USD earns 0 in USD and 1/(1+b) - 1 in BTC, BTC earns b and 0.
func TestTwoNumeraires(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := Equity(20_000, drawReturns(t, 4))
		dollars, coins := make([]float64, len(price)), make([]float64, len(price))
		for i, p := range price {
			dollars[i], coins[i] = 10_000/p, 1
		}
		b, r := Returns(price)[1:], Returns(dollars)[1:]
		for i := range b {
			if math.Abs(r[i]-(1/(1+b[i])-1)) > 1e-14*(1+math.Abs(r[i])) {
				t.Fatalf("%v in BTC at %v", r[i], b[i])
			}
		}
		held := Curve{Equity: price, Benchmark: price, Interval: data.Day}
		in := named(Performance(held))
		if std, _ := Volatility(b, 1); std > 1e-3 && (!near(in["beta"].Value, 1, 1e-12) || math.Abs(in["alpha"].Value) > 1e-8 || in["information_ratio"].Reason != NoSpread.Error()) {
			t.Fatalf("BTC beside itself: beta %v, alpha %v", in["beta"].Value, in["alpha"].Value)
		}
		inBTC := named(Performance(Curve{Equity: coins, Benchmark: coins, Interval: data.Day}))
		if m := inBTC["sharpe"]; m.Reason != NoSpread.Error() || inBTC["cumulative_return"].Value != 0 {
			t.Fatalf("BTC in BTC: %+v", m)
		}
		// Active returns are the same in both currencies.
		mine := Equity(1, drawReturns(t, len(b)))[:1]
		for i := range b {
			mine = append(mine, mine[i]*(1+b[i]/2))
		}
		mineBTC := make([]float64, len(mine))
		for i := range mine {
			mineBTC[i] = mine[i] / price[i]
		}
		x, _ := ActiveReturn(mine, price)
		y, _ := ActiveReturn(mineBTC, coins)
		if math.Abs(x-y) > 1e-12 {
			t.Fatalf("active return %v in USD, %v in BTC", x, y)
		}
	})
}

// TestUndefinedIntervalsSayWhy takes a curve that loses in one bar of many,
// which some resamples do not have, and one that ends with nothing.
func TestUndefinedIntervalsSayWhy(t *testing.T) {
	p := Resampling{Seed: 1, Resamples: 100, Confidence: .95}
	m := named(Performance(Curve{Equity: []float64{10, 11, 12, 11.5, 12, 13, 14, 15, 16}, Interval: data.Day, Resampling: p}))
	for name, want := range map[string]string{"sortino": SomeResamples.Error(), "calmar": SomeResamples.Error(), "sharpe": "", "max_drawdown": ""} {
		if m[name].Reason != want || math.IsNaN(m[name].Value) || math.IsNaN(m[name].Low) != (want != "") {
			t.Errorf("%s: %+v", name, m[name])
		}
	}
	m = named(Performance(Curve{Equity: []float64{10, 12, 0}, Interval: data.Day, Resampling: p}))
	if x := m["annual_return"]; x.Value != -1 || x.Reason != NoResampling.Error() || !math.IsNaN(x.Low) || !math.IsNaN(x.SE) {
		t.Errorf("%+v", x)
	}
}

func BenchmarkResamples(b *testing.B) {
	r, beside := walk(1, 6000, .0003, .01)
	for range b.N {
		Resampling{Seed: 1, Resamples: 1000, Confidence: .95, Block: 20}.spreads(r, beside, 1460, 0, 0)
	}
}
