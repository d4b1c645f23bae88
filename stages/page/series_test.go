package page

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mantis/data"
)

func TestThinKeepsLowsHighsAndEnds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n := 1 + random.IntN(3000)
		xs, ys := make([]float64, n), make([]float64, n)
		for i := range ys {
			xs[i], ys[i] = 100*float64(i)/float64(n), random.NormFloat64()
			if random.IntN(50) == 0 {
				ys[i] = math.NaN()
			}
		}
		kept := thin(xs, ys)
		if len(kept) > 4*100+3*n/40+20 {
			t.Fatalf("%d marks kept of %d", len(kept), n)
		}
		want, got := extremes(xs, ys, nil), extremes(xs, ys, kept)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
}

// extremes are the lowest and highest of every unit of width, over all marks
// or those kept.
func extremes(xs, ys []float64, kept []int) [101][2]float64 {
	var all [101][2]float64
	if kept == nil {
		for i := range ys {
			kept = append(kept, i)
		}
	}
	for _, i := range kept {
		if i < 0 || math.IsNaN(ys[i]) {
			continue
		}
		c := &all[int(xs[i])]
		c[0], c[1] = math.Min(c[0], ys[i]), math.Max(c[1], ys[i])
	}
	return all
}

func TestPathsBreakAtGaps(t *testing.T) {
	xs := []float64{0, 1, 2, 3, 4, 5}
	ys := []float64{1, math.NaN(), 2, 3, math.Inf(1), math.NaN()}
	kept := thin(xs, ys)
	if diff := cmp.Diff([]int{0, -1, 2, 3, -1}, kept); diff != "" {
		t.Error(diff)
	}
	if got, want := linePath(xs, ys, kept), "M0,1h0M2,2L3,3"; got != want {
		t.Errorf("line %s, want %s", got, want)
	}
	if got, want := areaPath(xs, ys, kept, 9), "M0,9L0,1 0,9ZM2,9L2,2 3,3 3,9Z"; got != want {
		t.Errorf("area %s, want %s", got, want)
	}
}

func TestDrawdown(t *testing.T) {
	got := drawdown([]float64{100, 120, 90, math.NaN(), 150, 0})
	want := []float64{0, 0, -0.25, math.NaN(), 0, -1}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
}

func TestMonthlyCompoundsToTheYear(t *testing.T) {
	start := time.Date(2020, 11, 15, 0, 0, 0, 0, time.UTC).UnixMicro()
	random := rand.New(rand.NewPCG(3, 4))
	var at []int64
	equity := []float64{100}
	for i := range 600 {
		at = append(at, start+int64(i)*int64(data.Day))
		equity = append(equity, equity[i]*(1+0.02*random.NormFloat64()))
	}
	equity = equity[:600]
	all := 1.0
	for _, y := range monthly(at, equity) {
		product := 1.0
		for _, m := range y.months {
			if !math.IsNaN(m) {
				product *= 1 + m
			}
		}
		if math.Abs(product-1-y.total) > 1e-12 {
			t.Errorf("%d: months compound to %v, the year is %v", y.year, product-1, y.total)
		}
		all *= 1 + y.total
	}
	if want := equity[599] / equity[0]; math.Abs(all-want) > 1e-12*want {
		t.Errorf("years compound to %v, the curve to %v", all, want)
	}
}

func TestMonthEndBelongsToItsMonth(t *testing.T) {
	day := func(m time.Month, d int) int64 { return time.Date(2021, m, d, 0, 0, 0, 0, time.UTC).UnixMicro() }
	got := monthly([]int64{day(1, 1), day(2, 1), day(2, 10), day(3, 1)}, []float64{100, 110, math.NaN(), 121})
	want := emptyYear(2021)
	want.months[0], want.months[1], want.total = 0.1, 0.1, 0.21
	if diff := cmp.Diff([]yearOfReturns{want}, got, cmp.AllowUnexported(yearOfReturns{}), cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Error(diff)
	}
}

func TestHistogramCountsEveryReturn(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		rs := make([]float64, 1+random.IntN(500))
		size := math.Pow(10, -6+8*random.Float64())
		for i := range rs {
			rs[i] = size * random.NormFloat64()
			if random.IntN(100) == 0 {
				rs[i] *= 1000
			}
		}
		h := newHistogram(rs, rs[:len(rs)/2], []Mark{{"far", -1e9}, {"none", math.NaN()}, {"near", -size}})
		if h.bins < 2 || h.bins > mostBins+4 {
			t.Fatalf("%d bins", h.bins)
		}
		sum := 0.0
		for _, s := range h.shares(rs, len(rs)) {
			sum += s
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("the shares sum to %v", sum)
		}
	}
}

func TestColumnsHoldEveryBarOnce(t *testing.T) {
	for _, n := range []int{1, 2, 400, 464, 465, 2000, 10000} {
		at := make([]int64, n)
		for i := range at {
			at[i] = int64(i) * int64(data.Hour)
		}
		all := columns(at, int64(data.Hour), timeScale(0, int64(n)*int64(data.Hour)))
		next := 0
		for _, c := range all {
			if c.from != next || c.to <= c.from || c.x < plotLeft || c.x+c.width > plotRight {
				t.Fatalf("%d bars: column %+v after bar %d", n, c, next)
			}
			next = c.to
		}
		if next != n || len(all) > 464 {
			t.Errorf("%d bars: %d of them in %d columns", n, next, len(all))
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		v    float64
		unit Unit
		want string
	}{
		{0.1234, Fraction, "12.34%"}, {-1.5, Fraction, "−150.0%"}, {12.345, Fraction, "1,234%"}, {-0.00001, Fraction, "0.00%"},
		{1.0432, Ratio, "1.043"}, {-12.3456, Ratio, "−12.35"}, {1.4921, Loss, "1.4921"},
		{1532, Count, "1,532"}, {1234567, Bars, "1,234,567"}, {2.25, Days, "2.2"},
		{18230.4, USD, "18,230"}, {812.334, USD, "812.33"}, {0.38124, BTC, "0.3812"},
		{math.NaN(), USD, dash}, {math.Inf(-1), Ratio, dash}, {1e16, Count, dash}, {3, "other", "3.000"},
	} {
		if got := format(c.v, c.unit); got != c.want {
			t.Errorf("%v in %s: %q, want %q", c.v, c.unit, got, c.want)
		}
	}
}

func FuzzRenderNeverWritesNoNumber(f *testing.F) {
	f.Add(1.0, 2.0, 3.0, int64(1))
	f.Add(math.NaN(), -1e300, 1e-300, int64(data.Day))
	f.Add(1e14, -1e14, 0.0, int64(1e17))
	f.Fuzz(func(t *testing.T, a, b, c float64, step int64) {
		if step <= 0 || step > 1e16 {
			return
		}
		r := Report{Interval: data.Interval(step), Curves: Curves{Time: []int64{0, step, 2 * step, 3 * step}}}
		r.Curves.Portfolios = []Portfolio{{"a", []float64{a, b, c, a}, []float64{c, b, a, a}}, {"b", []float64{1, a, b, c}, nil}}
		r.Tail = []Mark{{"m", a}}
		r.Decisions = Decisions{Time: r.Curves.Time, Predicted: []int64{1, 5, step, -step}, BTC: []float64{a, b, c, 1}, Alts: []float64{c, 1, a, b}}
		page := render(t, r)
		checkMarkup(t, page)
		checkNumbers(t, page)
	})
}
