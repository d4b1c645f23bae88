package stages

import (
	"flag"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite testdata")

// TestStagesTwice runs every stage twice, in two stores and at other numbers
// of processors, and demands the same ids: nothing leaks into a dataset but
// its inputs.
func TestStagesTwice(t *testing.T) {
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	want := mustRunAll(t)
	for _, n := range []int{2, 3} {
		runtime.GOMAXPROCS(n)
		got := mustRunAll(t)
		if diff := cmp.Diff(ids(want), ids(got)); diff != "" {
			t.Errorf("GOMAXPROCS %d: %s", n, diff)
		}
	}
}

// TestSecondRunDoesNothing also checks that only what a parameter touches is
// run again, and that going back finds everything there.
func TestSecondRunDoesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	root := t.TempDir()
	ran := func(set ...string) string {
		steps, _, err := runIn(t, root, append(append([]string{}, small...), set...)...)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range steps {
			if !s.Known {
				names = append(names, s.Stage.Name)
			}
		}
		return strings.Join(names, " ")
	}
	for _, c := range []struct{ set, want string }{
		{"", "candles coverage bars features labels model predictions explanations backtest report closes"},
		{"", ""},
		{"backtest.fee=0.001", "backtest report"},
		{"model.eta=0.2", "model predictions explanations backtest report"},
		{"", ""},
		{"report.risk_free=0.02", "report"},
		{"labels.horizon=2", "labels model predictions explanations backtest report"},
		{"bars.interval=12h", "bars features labels model predictions explanations backtest report closes"},
		{"candles.sim.edge=0.2", "candles coverage bars features labels model predictions explanations backtest report closes"},
	} {
		var set []string
		if c.set != "" {
			set = append(set, c.set)
		}
		if got := ran(set...); got != c.want {
			t.Errorf("after %q, these ran: %s; want: %s", c.set, got, c.want)
		}
	}
}

// TestStagesAreDocumented checks what every stage must have.
func TestStagesAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range All() {
		if s.Name == "" || s.Doc == "" || s.Code < 1 || s.Run == nil || s.Params == nil || seen[s.Name] {
			t.Errorf("stage %q: lacks a name of its own, Doc, Code, Params or Run", s.Name)
		}
		seen[s.Name] = true
	}
	if !seen["candles"] || !seen["report"] {
		t.Error("stages are missing from the list")
	}
}

func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		root := b.TempDir()
		if _, _, err := runIn(b, root); err != nil {
			b.Fatal(err)
		}
	}
}
