package profile

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
	"mantis/stages/metrics"
)

var update = flag.Bool("update", false, "rewrite the table of PROFILES.md")

// curves are those of package metrics' goldens.
func curves(t *testing.T) map[string]metrics.Curve {
	t.Helper()
	files, err := filepath.Glob("../testdata/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d goldens, error %v", len(files), err)
	}
	out := map[string]metrics.Curve{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var g struct {
			Hours             int64
			RiskFree          float64 `json:"risk_free"`
			MAR               float64
			Equity, Benchmark []float64
		}
		if err := json.Unmarshal(text, &g); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".json")] = metrics.Curve{Equity: g.Equity, Benchmark: g.Benchmark,
			Interval: data.Interval(g.Hours) * data.Hour, RiskFree: g.RiskFree, MAR: g.MAR, Trials: metrics.Trials{Count: 20, Spread: .5}}
	}
	return out
}

// TestProfilesAgreeWithTheLibraries holds each profile to what the library itself
// gave, which testdata/oracle/profiles.py writes.
func TestProfilesAgreeWithTheLibraries(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "profiles.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Curves map[string]map[string]map[string]*float64
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	compared, worst := 0, 0.0
	for name, c := range curves(t) {
		for library, want := range golden.Curves[name] {
			got, err := Measure(library, c)
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			for _, m := range got {
				w, ok := want[m.Name]
				if !ok {
					continue
				}
				seen++
				switch {
				case w == nil:
					if !math.IsNaN(m.Value) || m.Reason == "" {
						t.Errorf("%s: %s: %s = %v, the library gives none", name, library, m.Name, m.Value)
					}
				default:
					off := math.Abs(m.Value-*w) / (1e-3 + math.Abs(*w))
					if worst = max(worst, off); !(off <= 1e-10) {
						t.Errorf("%s: %s: %s = %v (%s), the library gives %v", name, library, m.Name, m.Value, m.Reason, *w)
					}
				}
			}
			compared += seen
			if seen != len(want) {
				t.Errorf("%s: %s: %d of %d metrics", name, library, seen, len(want))
			}
		}
	}
	t.Logf("%d values, the worst off by %.2g", compared, worst)
	if compared < 250 {
		t.Errorf("only %d values were compared", compared)
	}
}

// TestEveryProfileIsSafe measures whatever curve there may be: no panic, nothing
// infinite, a reason for each null, and the order of package metrics.
func TestEveryProfileIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.OneOf(rapid.Float64Range(0, 10), rapid.Just(0.0), rapid.Just(1.0), rapid.Float64())
		v := rapid.SliceOfN(level, 0, 12).Draw(t, "equity")
		var b []float64
		if rapid.Bool().Draw(t, "compared") {
			b = rapid.SliceOfN(level, len(v), len(v)).Draw(t, "benchmark")
		}
		c := metrics.Curve{Equity: v, Benchmark: b, Interval: data.Hour}
		all := metrics.Performance(c)
		for _, name := range Names() {
			got, err := Measure(name, c)
			if err != nil {
				t.Fatal(err)
			}
			at := 0
			for _, m := range got {
				if math.IsInf(m.Value, 0) || math.IsNaN(m.Value) != (m.Reason != "") {
					t.Fatalf("%s: %s = %v (%q)", name, m.Name, m.Value, m.Reason)
				}
				for at < len(all) && all[at].Name != m.Name {
					at++
				}
			}
			if at == len(all) {
				t.Fatalf("%s: another order", name)
			}
		}
	})
}

func TestUnknownProfile(t *testing.T) {
	if _, err := Measure("excel", metrics.Curve{}); err == nil || !strings.Contains(err.Error(), "vectorbt") {
		t.Error(err)
	}
}

// TestDifferencesArePublished holds the table of PROFILES.md to what is measured;
// -update rewrites it.
func TestDifferencesArePublished(t *testing.T) {
	const begin, end = "<!-- differences -->\n", "<!-- /differences -->\n"
	text, err := os.ReadFile("PROFILES.md")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	table, tail, found := strings.Cut(rest, end)
	if !ok || !found {
		t.Fatal("PROFILES.md has no place for the table")
	}
	want := differences(t, curves(t)["rates_6h"])
	if *update {
		if err := os.WriteFile("PROFILES.md", []byte(head+begin+want+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(table, want); diff != "" {
		t.Errorf("PROFILES.md is of other figures; rewrite it with -update, and read it again\n%s", diff)
	}
}

// differences is a table of the metrics that some library has, and "=" where it
// says the same as ours to ten digits.
func differences(t *testing.T, c metrics.Curve) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| metric | %s |\n|---|%s\n", strings.Join(Names(), " | "), strings.Repeat("---|", len(Names())))
	by := map[string]map[string]metrics.Metric{}
	for _, name := range Names() {
		all, err := Measure(name, c)
		if err != nil {
			t.Fatal(err)
		}
		by[name] = map[string]metrics.Metric{}
		for _, m := range all {
			by[name][m.Name] = m
		}
	}
	for _, ours := range metrics.Performance(c) {
		var cells []string
		known := false
		for _, name := range Names()[1:] {
			m, ok := by[name][ours.Name]
			switch {
			case !ok:
				cells = append(cells, "–")
			case m.Reason != "":
				cells, known = append(cells, m.Reason), true
			case math.Abs(m.Value-ours.Value) <= 1e-10*math.Abs(ours.Value):
				cells, known = append(cells, "="), true
			default:
				cells, known = append(cells, fmt.Sprintf("%.6f", m.Value)), true
			}
		}
		if known && ours.Unit != metrics.Currency {
			fmt.Fprintf(&b, "| %s | %.6f | %s |\n", ours.Name, ours.Value, strings.Join(cells, " | "))
		}
	}
	return b.String()
}
