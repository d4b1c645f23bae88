package metrics

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
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
	}
}

// near is equality to a relative tolerance, and an absolute one for values
// that are a difference of larger ones.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Abs(want)+1e-14
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
			case want.Value != nil && (!near(m.Value, *want.Value, 1e-12) || m.Reason != ""):
				t.Errorf("%s: %s = %v (%q), want %v as in %s", name, m.Name, m.Value, m.Reason, *want.Value, want.Source)
			}
		}
		if compared != len(g.Expect) {
			t.Errorf("%s: %d metrics compared of %d", name, compared, len(g.Expect))
		}
	}
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
