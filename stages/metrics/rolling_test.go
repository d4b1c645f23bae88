package metrics

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
)

func TestWindows(t *testing.T) {
	for interval, want := range map[data.Interval][]Window{
		6 * data.Hour: {{"week", 28}, {"month", 122}},
		data.Day:      {{"week", 7}, {"month", 30}},
		data.Hour:     {{"week", 168}, {"month", 730}},
		7 * data.Day:  {{"week", 2}, {"month", 4}},
	} {
		if diff := cmp.Diff(want, Windows(interval)); diff != "" {
			t.Errorf("%s: %s", interval, diff)
		}
	}
}

// TestRollingIsPerformanceOfTheWindow measures windows as curves of their own:
// the same bits, whatever comes before or after.
func TestRollingIsPerformanceOfTheWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReturns(t, 6)
		c := Curve{Equity: Equity(100, r), Benchmark: Equity(7, rapid.Permutation(r).Draw(t, "benchmark")), Interval: data.Day, RiskFree: .03}
		w := rapid.IntRange(2, len(r)).Draw(t, "window")
		x := Rolling(c, w)
		for i := range c.Equity {
			if i < w {
				if !math.IsNaN(x.Return[i]) || !math.IsNaN(x.Beta[i]) || x.Reason[i] == "" {
					t.Fatalf("bar %d of a window of %d has values", i, w)
				}
				continue
			}
			part := c
			part.Equity, part.Benchmark = c.Equity[i-w:i+1], c.Benchmark[i-w:i+1]
			want := named(Performance(part))
			for name, got := range map[string]float64{"cumulative_return": x.Return[i], "annual_volatility": x.Volatility[i], "sharpe": x.Sharpe[i], "alpha": x.Alpha[i], "beta": x.Beta[i]} {
				if bits(got) != bits(want[name].Value) {
					t.Fatalf("bar %d: %s = %v, alone %v", i, name, got, want[name].Value)
				}
			}
		}
	})
}

// TestRollingAndBoxesAgreeWithPandas holds both to what testdata/oracle/tables.py
// writes.
func TestRollingAndBoxesAgreeWithPandas(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "tables", "tables.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Curve, From string
		Window      int
		Rolling     map[string][]*float64
		Boxes       map[string][]struct {
			Name                        string
			Count                       int
			Low, Q1, Q2, Q3, High, Mean float64
			Outliers                    []int
		}
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	g := readGoldens(t)[want.Curve]
	x := Rolling(g.curve(), want.Window)
	for name, got := range map[string][]float64{"return": x.Return, "volatility": x.Volatility, "sharpe": x.Sharpe, "alpha": x.Alpha, "beta": x.Beta} {
		if len(want.Rolling[name]) != len(got) {
			t.Fatalf("%s: %d bars", name, len(got))
		}
		for i, w := range want.Rolling[name] {
			if (w == nil) != math.IsNaN(got[i]) || w != nil && math.Abs(got[i]-*w) > 1e-9*(1+math.Abs(*w)) {
				t.Fatalf("%s of bar %d: %v, want %v", name, i, got[i], show(w))
			}
		}
	}
	from, err := data.ParseStamp(want.From)
	if err != nil {
		t.Fatal(err)
	}
	open := make([]int64, len(g.Equity))
	for i := range open {
		open[i] = from + int64(i)*g.Hours*int64(data.Hour)
	}
	for by, group := range map[string]func(int64) string{"weekday": Weekday, "month": Month} {
		boxes := Boxes(open, Returns(g.Equity), group)
		if len(boxes) != len(want.Boxes[by]) {
			t.Fatalf("%d boxes by %s, want %d", len(boxes), by, len(want.Boxes[by]))
		}
		for i, w := range want.Boxes[by] {
			b := boxes[i]
			if b.Name != w.Name || b.Count != w.Count || !slices.Equal(b.Outliers, w.Outliers) || b.Above+b.Below != len(w.Outliers) {
				t.Errorf("%+v, want %+v", b, w)
			}
			for k, p := range [][2]float64{{b.Low, w.Low}, {b.Q1, w.Q1}, {b.Q2, w.Q2}, {b.Q3, w.Q3}, {b.High, w.High}, {b.Mean, w.Mean}} {
				if !near(p[0], p[1], 1e-12) {
					t.Errorf("%s: figure %d is %v, want %v", b.Name, k, p[0], p[1])
				}
			}
		}
	}
}

// TestBoxesKeepTheirOrder wants low <= q1 <= q2 <= q3 <= high, whiskers that are
// values, and every value in one place.
func TestBoxesKeepTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawReturns(t, 1)
		for i := range x {
			if rapid.IntRange(0, 5).Draw(t, "none") == 0 {
				x[i] = math.NaN()
			}
		}
		open := make([]int64, len(x))
		for i := range open {
			open[i] = int64(i) * int64(data.Day)
		}
		total := 0
		for _, b := range Boxes(open, x, Weekday) {
			total += b.Count
			if !(b.Low <= b.Q1 && b.Q1 <= b.Q2 && b.Q2 <= b.Q3 && b.Q3 <= b.High) {
				t.Fatalf("%+v", b)
			}
			for _, i := range b.Outliers {
				if x[i] >= b.Low && x[i] <= b.High {
					t.Fatalf("%v is an outlier of %+v", x[i], b)
				}
			}
		}
		if want := len(x) - len(slices.DeleteFunc(slices.Clone(x), func(v float64) bool { return v == v })); total != want {
			t.Fatalf("%d values in boxes, of %d", total, want)
		}
	})
}
