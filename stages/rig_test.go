package stages

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mantis/data"
	"mantis/pipeline"
)

// runIn brings everything up to date in a store, under settings like
// "model.max_depth=3".
func runIn(t testing.TB, root string, set ...string) ([]pipeline.Step, *data.Store, error) {
	t.Helper()
	few := []string{"report.resamples=20"} // intervals are dear
	return runTargets(t, root, []*pipeline.Stage{Report, Closes}, append(few, set...))
}

func runTargets(t testing.TB, root string, targets []*pipeline.Stage, set []string) ([]pipeline.Step, *data.Store, error) {
	t.Helper()
	settings := pipeline.Settings{}
	for _, s := range set {
		if err := settings.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	store, err := data.Create(root)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	steps, err := pipeline.Run(context.Background(), store, targets, pipeline.Options{Settings: settings})
	return steps, store, err
}

// small is a market and a model that are made in a moment.
var small = []string{"candles.sim.years=0.6", `candles.sim.symbols=["BTC-USD","ETH-BTC"]`, "candles.sim.quiet=0.02", "model.num_boost_round=4", "model.max_depth=3"}

// smallStudies are the stages that no run makes, in a moment.
var smallStudies = []string{"comparison.model.num_boost_round=4", "comparison.model.max_depth=3", "comparison.model.forest.num_parallel_tree=3", "comparison.model.refit_every=100",
	"trials.model.num_boost_round=2", "trials.model.max_depth=2", `trials.space={"eta":"0.1..0.3 log","max_depth":"1..3"}`, "trials.trials=4", "trials.folds=3", "trials.search=halving", "trials.factor=2"}

// mustRunAll makes every stage there is, of the small market in a fresh store.
func mustRunAll(t testing.TB) map[string]*data.Version {
	t.Helper()
	steps, _, err := runTargets(t, t.TempDir(), All(), append(append([]string{"report.resamples=20"}, small...), smallStudies...))
	if err != nil {
		t.Fatal(err)
	}
	return versions(steps)
}

// mustRun is runIn in a fresh store, where nothing may go wrong.
func mustRun(t testing.TB, set ...string) (map[string]*data.Version, *data.Store) {
	t.Helper()
	steps, store, err := runIn(t, t.TempDir(), set...)
	if err != nil {
		t.Fatal(err)
	}
	return versions(steps), store
}

func versions(steps []pipeline.Step) map[string]*data.Version {
	out := map[string]*data.Version{}
	for _, s := range steps {
		out[s.Stage.Name] = s.Version
	}
	return out
}

// ids writes the versions of the stages that ran, a line each, by name.
func ids(v map[string]*data.Version) string {
	var b strings.Builder
	for _, s := range All() {
		if v[s.Name] == nil {
			continue
		}
		fmt.Fprintf(&b, "%s %s\n", s.Name, v[s.Name].ID)
	}
	return b.String()
}

// table reads the rows of a table's nth symbol, or all rows of a table
// without symbols, as one set of columns.
func table(t testing.TB, store *data.Store, v *data.Version, name string, nth int) *data.Columns {
	t.Helper()
	var partition []string
	if symbols := symbolsOf(v, name); symbols[nth] != "" {
		partition = append(partition, symbols[nth])
	}
	b, err := readStored(store, v, name, partition...)
	if err != nil {
		t.Fatal(err)
	}
	return b.Columns()
}

// score finds one score of the predictions.
func score(t testing.TB, store *data.Store, v *data.Version, name, score string) float64 {
	t.Helper()
	b, err := store.Read(v, v.Of("scores")[0])
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ScoreRows(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Name == name && r.Score == score && r.Class == 0 {
			return r.Value
		}
	}
	t.Fatalf("no %s of %s", score, name)
	return 0
}
