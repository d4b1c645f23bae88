package metrics

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"mantis/data"
)

// golden is a file that testdata/oracle/metrics.py writes.
type golden struct {
	Hours     int64
	RiskFree  float64 `json:"risk_free"`
	MAR       float64
	Equity    []float64
	Benchmark []float64
	Expect    map[string]struct {
		Value  *float64 // null: the library has no finite value
		Source string
	}
	Bands map[string][3]*float64 // standard error, low, high
}

func readGoldens(t *testing.T) map[string]*golden {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d goldens, error %v", len(files), err)
	}
	goldens := map[string]*golden{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g := &golden{}
		if err := json.Unmarshal(text, g); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		goldens[filepath.Base(file)] = g
	}
	return goldens
}

func (g *golden) curve() Curve {
	return Curve{
		Equity: g.Equity, Benchmark: g.Benchmark,
		Interval: data.Interval(g.Hours) * data.Hour, RiskFree: g.RiskFree, MAR: g.MAR,
		Trials: Trials{Count: 20, Spread: .5}, Resampling: Resampling{Seed: 5, Resamples: 200, Confidence: .9},
	}
}

// near is equality to a relative tolerance, and an absolute one for values
// that are a difference of larger ones.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Abs(want)+1e-14
}

// tolerance is 1e-12, and 1e-11 for what goes through scipy's normal distribution.
func tolerance(name string) float64 {
	if slices.Contains([]string{"probabilistic_sharpe", "deflated_sharpe", "min_track_record_bars"}, name) {
		return 1e-11
	}
	return 1e-12
}

func TestPerformanceAgreesWithTheLibraries(t *testing.T) {
	for name, g := range readGoldens(t) {
		compared := 0
		for _, m := range Performance(g.curve()) {
			want, ok := g.Expect[m.Name]
			if !ok {
				continue
			}
			compared++
			switch {
			case want.Value == nil && (!math.IsNaN(m.Value) || m.Reason == ""):
				t.Errorf("%s: %s = %v (%q), want undefined as in %s", name, m.Name, m.Value, m.Reason, want.Source)
			case want.Value != nil && !near(m.Value, *want.Value, tolerance(m.Name)):
				t.Errorf("%s: %s = %v (%q), want %v as in %s", name, m.Name, m.Value, m.Reason, *want.Value, want.Source)
			}
		}
		if compared != len(g.Expect) {
			t.Errorf("%s: %d metrics compared of %d", name, compared, len(g.Expect))
		}
	}
}

// TestIntervalsAgreeWithTheLibraries holds standard errors to the delta method
// and statsmodels, and intervals to measuring the same resamples one by one with
// the libraries.
func TestIntervalsAgreeWithTheLibraries(t *testing.T) {
	compared := 0
	for name, g := range readGoldens(t) {
		with := map[string]bool{}
		for _, m := range Performance(g.curve()) {
			want, ok := g.Bands[m.Name]
			if !ok {
				if m.SE == m.SE || m.Low == m.Low || m.High == m.High {
					t.Errorf("%s: %s has an interval, and no golden", name, m.Name)
				}
				continue
			}
			with[m.Name] = true
			for i, got := range []float64{m.SE, m.Low, m.High} {
				compared++
				if w := want[i]; (w == nil) != math.IsNaN(got) || w != nil && !near(got, *w, 1e-9) {
					t.Errorf("%s: %s: %s = %v, want %v", name, m.Name, [3]string{"standard error", "low", "high"}[i], got, show(w))
				}
			}
			if (m.Reason != "") != math.IsNaN(m.Low) {
				t.Errorf("%s: %s from %v with the reason %q", name, m.Name, m.Low, m.Reason)
			}
		}
		if len(with) != len(g.Bands) {
			t.Errorf("%s: %d intervals of %d", name, len(with), len(g.Bands))
		}
	}
	if compared < 150 {
		t.Errorf("only %d numbers were compared", compared)
	}
}

func show(x *float64) any {
	if x == nil {
		return "none"
	}
	return *x
}

// Gonum's moments are those of pandas; its quantile is not type 7.
func TestMomentsAgreeWithGonum(t *testing.T) {
	for name, g := range readGoldens(t) {
		r := Returns(g.Equity)[1:]
		b := Returns(g.Benchmark)[1:]
		skew, _ := Skew(r)
		kurtosis, _ := ExcessKurtosis(r)
		beta, _ := Beta(r, b)
		_, slope := stat.LinearRegression(b, r, nil, false)
		for _, c := range []struct {
			name      string
			got, want float64
		}{
			{"skew", skew, stat.Skew(r, nil)},
			{"excess kurtosis", kurtosis, stat.ExKurtosis(r, nil)},
			{"beta", beta, slope},
		} {
			if !near(c.got, c.want, 1e-12) {
				t.Errorf("%s: %s = %v, want %v", name, c.name, c.got, c.want)
			}
		}
	}
}
