package stages

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mantis/data"
	"mantis/pipeline"
)

// found reads what a search proves.
func found(t testing.TB, store *data.Store, v *data.Version) map[string]Finding {
	t.Helper()
	b, err := readStored(store, v, "claims")
	if err != nil {
		t.Fatal(err)
	}
	all, err := Findings(b)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Finding{}
	for _, f := range all {
		out[f.Claim+" "+f.Span] = f
	}
	if len(out) != 4 {
		t.Fatalf("%v", out)
	}
	return out
}

// smallSearch is a search that takes a moment.
var smallSearch = ofModel("trials", "trials.trials=6", "trials.folds=3", `trials.space={"eta":"0.05..0.5 log","max_depth":"1..3"}`, "trials.model.num_boost_round=3")

// TestSearchGoesOn kills a search after its second trial, and wants the next one
// to try only what is missing, and to find the same; a longer one tries only
// what is more.
func TestSearchGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	whole, store, err := watched(context.Background(), t, t.TempDir(), Trials, nil, smallSearch...)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := store.Read(whole.Version, whole.Version.Of("trials")[0]); err != nil || v.Rows() != 6 || whole.Made != 6 {
		t.Fatalf("%d trials made: %v", whole.Made, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	root, said := t.TempDir(), ""
	if _, _, err := watched(ctx, t, root, Trials, func(e pipeline.Event) {
		if e.Stage == Trials && e.Done == 2 {
			said = e.Said
			stop()
		}
	}, smallSearch...); !pipeline.Interrupted(err) {
		t.Fatalf("not stopped: %v", err)
	}
	if !strings.Contains(said, "best so far trial") {
		t.Errorf("said %q", said)
	}
	rest, _, err := watched(context.Background(), t, root, Trials, nil, smallSearch...)
	if err != nil {
		t.Fatal(err)
	}
	if rest.Kept < 2 || rest.Made+rest.Kept != 6 || rest.Version.ID != whole.Version.ID {
		t.Errorf("%d trials made and %d kept: %s, want %s", rest.Made, rest.Kept, rest.Version.ID, whole.Version.ID)
	}
	longer, _, err := watched(context.Background(), t, root, Trials, nil, append(smallSearch[:len(smallSearch):len(smallSearch)], "trials.trials=9")...)
	if err != nil {
		t.Fatal(err)
	}
	if longer.Kept != 6 || longer.Made != 3 {
		t.Errorf("a longer search makes %d and keeps %d", longer.Made, longer.Kept)
	}
}

// TestSearchDoesNotLookAhead appends bars behind the split: no trial may come
// out otherwise, and the test alone does.
func TestSearchDoesNotLookAhead(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	l := newLake(t, 3, []string{"BTC-USD"}, time.Date(2020, 11, 1, 0, 0, 0, 0, time.UTC), 140)
	run := func() (parts map[string]string, f map[string]Finding) {
		var set []string
		for _, s := range append(l.settings(), "bars.interval=2h") {
			if rest, ok := strings.CutPrefix(s, "model."); ok {
				s = "trials.model." + rest
			}
			set = append(set, s)
		}
		step, store, err := watched(context.Background(), t, t.TempDir(), Trials, nil, append(set, "trials.trials=4", "trials.folds=3", `trials.space={"eta":"0.05..0.5 log"}`)...)
		if err != nil {
			t.Fatal(err)
		}
		parts = map[string]string{}
		for _, p := range step.Version.Parts {
			parts[p.Table] += p.Content
		}
		return parts, found(t, store, step.Version)
	}
	was, before := run()
	l.append("BTC-USD", 24*30)
	now, after := run()
	for _, name := range []string{"trials", "trial_folds", "shapley"} {
		if was[name] == "" || was[name] != now[name] {
			t.Errorf("%s: bars behind the split change it", name)
		}
	}
	if before["edge test"].Rows == after["edge test"].Rows || before["edge search"].Rows != after["edge search"].Rows {
		t.Errorf("the test has %d rows, then %d; the search %d and %d", before["edge test"].Rows, after["edge test"].Rows, before["edge search"].Rows, after["edge search"].Rows)
	}
}

// TestHalvingDropsTrials wants one of two to go on, with twice the rows, and all
// of them to be counted.
func TestHalvingDropsTrials(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	step, store, err := watched(context.Background(), t, t.TempDir(), Trials, nil,
		append(ofModel("trials", "trials.trials=8", "trials.folds=2", "trials.search=halving", "trials.factor=2", "candles.sim.years=4", "trials.model.trainer=logistic"), "trials.drop=[0,0.8]")...)
	if err != nil {
		t.Fatal(err)
	}
	c := table(t, store, step.Version, "trials", 0)
	rung, state, share, score := c.Ints("rung"), c.Strings("state"), c.Floats("share"), c.Floats("score")
	count := map[string]int{}
	best := map[int64]float64{}
	for i := range rung {
		count[state[i]]++
		if want := []float64{0.25, 0.5, 1}[rung[i]]; share[i] != want {
			t.Errorf("rung %d trains %v of the rows, want %v", rung[i], share[i], want)
		}
		if b, ok := best[rung[i]]; !ok || score[i] < b {
			best[rung[i]] = score[i]
		}
	}
	if count["dropped"] != 4+2 || count["kept"] != 4+2 || count["done"] != 2 || len(rung) != 14 {
		t.Errorf("%v", count)
	}
	for i := range rung {
		if state[i] == "dropped" && score[i] == best[rung[i]] {
			t.Errorf("the best of rung %d is dropped", rung[i])
		}
	}
	for name, f := range found(t, store, step.Version) {
		if strings.HasSuffix(name, spanSearch) && f.Trials != 8 {
			t.Errorf("%s counts %d trials, want those that were dropped too", name, f.Trials)
		}
	}
	file, err := store.ReadFile(step.Version, TrialsChosen)
	if err != nil {
		t.Fatal(err)
	}
	var chosen Chosen
	if err := json.Unmarshal(file, &chosen); err != nil || chosen.Trainer != "logistic" || !strings.HasPrefix(chosen.Set[1], "model.logistic.lambda=") {
		t.Errorf("%+v, %v", chosen, err)
	}
	settings := pipeline.Settings{}
	for _, s := range chosen.Set {
		if err := settings.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := pipeline.Check([]*pipeline.Stage{Model}, settings); err != nil {
		t.Errorf("a run does not take what was chosen: %v", err)
	}
}

// TestFailedTrialCounts lets some configurations be none that can be fitted.
func TestFailedTrialCounts(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	step, store, err := watched(context.Background(), t, t.TempDir(), Trials, nil,
		append(ofModel("trials", "trials.folds=2", "trials.search=grid", "trials.model.trainer=logistic"), "trials.drop=[0]", `trials.space={"max_iter":"1,100"}`)...)
	if err != nil {
		t.Fatal(err)
	}
	c := table(t, store, step.Version, "trials", 0)
	if state := strings.Join(c.Strings("state"), " "); state != "failed done" || !strings.Contains(c.Strings("reason")[0], "max_iter 1") {
		t.Errorf("%s: %s", state, c.Strings("reason"))
	}
	if f := found(t, store, step.Version)["edge search"]; f.Trials != 2 {
		t.Errorf("%d trials are counted", f.Trials)
	}
}

func TestTrialsRefuse(t *testing.T) {
	for set, want := range map[string]string{
		"trials.search=wild": "want random", "trials.trials=0": "trials 0", `trials.space={"depth":"1,2"}`: "depth", `trials.space={"max_depth":"2..1"}`: "smaller one first",
		`trials.space={"max_depth":"-3,2"}`: "max_depth -3", `trials.space={"max_depth":"a"}`: "max_depth", "trials.drop=[1]": "drop 1", "trials.drop=[]": "drop", "trials.folds=1": "folds 1",
		"trials.measure=luck": "log_loss or rps", "trials.model.trainer=prior": "no parameters", "trials.embargo=x": "interval", "trials.model.validate=0.2": "same rows train",
	} {
		_, _, err := watched(context.Background(), t, t.TempDir(), Trials, nil, set)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", set, err)
		}
	}
	_, _, err := watched(context.Background(), t, t.TempDir(), Trials, nil, "trials.search=grid", "trials.points=30")
	if err == nil || !strings.Contains(err.Error(), "more than 10000") || data.Hint(err) == "" {
		t.Errorf("a grid without end: %v", err)
	}
}
