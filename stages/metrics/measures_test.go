package metrics

import (
	"math"
	"testing"
)

func wantValue(t *testing.T, name string, want float64) func(float64, error) {
	return func(got float64, err error) {
		t.Helper()
		if err != nil || !near(got, want, 1e-14) {
			t.Errorf("%s = %v (%v), want %v", name, got, err, want)
		}
	}
}

// Ten returns whose quantiles and tails are read off by hand.
func TestTails(t *testing.T) {
	r := []float64{.03, -.05, .01, -.02, .04, .00, -.01, .02, .05, -.04}
	wantValue(t, "VaR 10 %", -.05+.9*.01)(ValueAtRisk(r, .10)) // h = .9
	wantValue(t, "VaR 25 %", -.02+.25*.01)(ValueAtRisk(r, .25))
	wantValue(t, "VaR 50 %", .005)(ValueAtRisk(r, .5))
	wantValue(t, "CVaR 5 %", -.05)(ExpectedShortfall(r, .05))                                     // half of the worst
	wantValue(t, "CVaR 10 %", -.05)(ExpectedShortfall(r, .10))                                    // the worst
	wantValue(t, "CVaR 25 %", (-.05-.04+.5*-.02)/2.5)(ExpectedShortfall(r, .25))                  // two and a half
	wantValue(t, "CVaR 100 %", (.03-.05+.01-.02+.04-.01+.02+.05-.04)/10)(ExpectedShortfall(r, 1)) // the mean
	if _, err := ExpectedShortfall(r, 0); err != OutOfRange {
		t.Error(err)
	}
}

// Peaks at bars 0 and 4; bar 4 recovers bar 0's, bar 6 is the last.
func TestDrawdown(t *testing.T) {
	v := []float64{100, 90, 80, 95, 100, 110, 99}
	wantValue(t, "deepest", -.2)(MaxDrawdown(v))
	wantValue(t, "longest", 4)(LongestDrawdown(v))
	wantValue(t, "under water", 4./6)(TimeUnderWater(v))
	wantValue(t, "open", 3)(LongestDrawdown([]float64{100, 101, 90, 95, 100}))
	wantValue(t, "peak touched twice", 2)(LongestDrawdown([]float64{100, 100, 90, 100, 100}))
	wantValue(t, "none", 0)(LongestDrawdown([]float64{1, 1, 2}))
	wantValue(t, "of the capital", -.5)(MaxDrawdown([]float64{100, 50, 60}))
}

func TestGrowth(t *testing.T) {
	v := []float64{100, 110, 121} // two bars of 10 %
	wantValue(t, "total", .21)(TotalReturn(v))
	wantValue(t, "annual", math.Pow(1.1, 4)-1)(CAGR(v, 4))
	wantValue(t, "monthly", math.Pow(1.1, 2)-1)(MonthlyReturn(v, 24))
	wantValue(t, "arithmetic", .4)(MeanReturn([]float64{.1, .1}, 4))
	if got := PerBar(.21, 2); !near(got, .1, 1e-14) {
		t.Errorf("21 %% a year is %v a half-year", got)
	}
	if r := Returns([]float64{2, 1, 0, 0}); !math.IsNaN(r[0]) || r[1] != -.5 || r[2] != -1 || !math.IsNaN(r[3]) {
		t.Errorf("returns %v", r)
	}
}

// The downside counts all bars: two of -2 % among eight.
func TestDownsideDeviation(t *testing.T) {
	r := []float64{.03, -.02, .01, 0, .02, -.02, .01, .01}
	wantValue(t, "downside", .01)(DownsideDeviation(r, 1460, 0))
	wantValue(t, "sortino", .04/8/.01*math.Sqrt(1460))(Sortino(r, 1460, 0))
}
