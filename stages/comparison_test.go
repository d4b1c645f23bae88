package stages

import (
	"context"
	"math"
	"strings"
	"testing"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
	"mantis/stages/metrics"
)

// watched is runTargets for one stage with a watcher; it may be stopped.
func watched(ctx context.Context, t testing.TB, root string, s *pipeline.Stage, watch func(pipeline.Event), set ...string) (*pipeline.Step, *data.Store, error) {
	t.Helper()
	settings := pipeline.Settings{}
	for _, a := range set {
		if err := settings.Set(a); err != nil {
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
	steps, err := pipeline.Run(ctx, store, []*pipeline.Stage{s}, pipeline.Options{Settings: settings, Watch: watch})
	if err != nil {
		return nil, store, err
	}
	return &steps[len(steps)-1], store, nil
}

// ofModel are the settings of small as a study of its own has them.
func ofModel(stage string, set ...string) (out []string) {
	for _, s := range append(append([]string{}, small...), set...) {
		if rest, ok := strings.CutPrefix(s, "model."); ok {
			s = stage + ".model." + rest
		}
		out = append(out, s)
	}
	return out
}

// TestComparisonIsTheRuns holds a comparison to the scores of a run with the same
// folds, and its means and tests to the losses beside them.
func TestComparisonIsTheRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	root := t.TempDir()
	steps, _, err := runIn(t, root, append([]string{"model.refit_every=100"}, small...)...)
	if err != nil {
		t.Fatal(err)
	}
	run := versions(steps)["predictions"]
	step, store, err := watched(context.Background(), t, root, Comparison, nil, ofModel("comparison", "model.refit_every=100", `comparison.trainers=["logistic","xgboost"]`)...)
	if err != nil {
		t.Fatal(err)
	}
	v := step.Version
	b, err := readStored(store, v, "comparison")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ComparisonRows(b)
	if err != nil {
		t.Fatal(err)
	}
	losses := table(t, store, v, "losses", 0)
	who, fold, log, rps := losses.Strings("trainer"), losses.Ints("fold"), losses.Floats("log_loss"), losses.Floats("rps")
	lossesOf := func(name string, k *int64) (logs, ranked []float64) {
		for i := range who {
			if who[i] == name && (k == nil || fold[i] == *k) {
				logs, ranked = append(logs, log[i]), append(ranked, rps[i])
			}
		}
		return logs, ranked
	}
	scored := map[string]string{"xgboost": ScoredModel, "prior": ScoredPrior, ScoredTruth: ScoredTruth}
	totals, folds := 0, 0
	for _, r := range rows {
		logs, ranked := lossesOf(r.Trainer, r.Fold)
		prior, _ := lossesOf("prior", r.Fold)
		if len(logs) != int(r.Rows) || math.Abs(num.Mean(logs)-*r.LogLoss) > 1e-12 || math.Abs(num.Mean(ranked)-*r.RPS) > 1e-12 {
			t.Errorf("%+v: the losses say %v and %v of %d rows", r, num.Mean(logs), num.Mean(ranked), len(logs))
		}
		d := metrics.NewPaired(less(logs, prior), 0)
		if r.Trainer != "prior" && (*r.Difference != d.Difference || *r.SE != d.SE || *r.P != d.P) {
			t.Errorf("%s: a difference of %v ± %v (%v), want %+v", r.Trainer, *r.Difference, *r.SE, *r.P, d)
		}
		if r.Fold != nil {
			folds++
			continue
		}
		totals++
		if name, ok := scored[r.Trainer]; ok {
			for of, got := range map[string]float64{"log_loss": *r.LogLoss, "accuracy": *r.Accuracy} {
				if want := score(t, store, run, name, of); math.Abs(got-want) > 1e-12 {
					t.Errorf("%s of %s: %v, in the run %v", of, r.Trainer, got, want)
				}
			}
		}
	}
	if totals != 4 || folds < 2*totals {
		t.Errorf("%d rows of all folds, %d of one", totals, folds)
	}
	c := table(t, store, v, "calibration", 0)
	n := map[string]int64{}
	for i, name := range c.Strings("trainer") {
		n[name] += c.Ints("rows")[i]
	}
	for name, sum := range n {
		if want := 5 * rows[0].Rows; sum != want {
			t.Errorf("%s: %d rows in the bins of five classes, want %d", name, sum, want)
		}
	}
	if page, err := store.ReadFile(v, ComparisonPage); err != nil || !strings.Contains(string(page), "SIMULATED") {
		t.Errorf("the page: %v", err)
	}
}

// TestComparisonGoesOn stops a comparison after its second fit, and wants the
// next one to make only what is missing, and the same of it.
func TestComparisonGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	set := ofModel("comparison", `comparison.trainers=["logistic","svm","bayes","forest"]`, "comparison.model.forest.num_parallel_tree=2")
	whole, _, err := watched(context.Background(), t, t.TempDir(), Comparison, nil, set...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	root := t.TempDir()
	if _, _, err := watched(ctx, t, root, Comparison, func(e pipeline.Event) {
		if e.Stage == Comparison && e.Done == 2 {
			stop()
		}
	}, set...); !pipeline.Interrupted(err) {
		t.Fatalf("not stopped: %v", err)
	}
	rest, _, err := watched(context.Background(), t, root, Comparison, nil, set...)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Made != 6 || rest.Kept < 2 || rest.Made+rest.Kept != 6 || rest.Version.ID != whole.Version.ID {
		t.Errorf("%d fits at once; %d and %d that were kept: %s, want %s", whole.Made, rest.Made, rest.Kept, rest.Version.ID, whole.Version.ID)
	}
}

func TestComparisonRefuses(t *testing.T) {
	for set, want := range map[string]string{
		`comparison.trainers=["oracle"]`: "want xgboost", `comparison.trainers=["svm","svm"]`: "twice", "comparison.bins=0": "bins 0",
		"comparison.model.validate=0.2": "same rows train", "comparison.model.svm.lambda=-1": "svm: lambda", "comparison.model=null": "want an object",
	} {
		_, _, err := watched(context.Background(), t, t.TempDir(), Comparison, nil, set)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", set, err)
		}
	}
}
