package stages

import (
	"slices"
	"strings"
	"testing"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
)

// TestValidate stops early on the end of each fold's span, keeps the evaluations
// as a table, and gives the same again where the models are known.
func TestValidate(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	root := t.TempDir()
	set := append(slices.Clone(small), "model.num_boost_round=60", "model.eta=1", "model.refit_every=300",
		"model.validate=0.3", "model.early_stopping_rounds=2", "model.alpha=0.1", "model.dialect=xgboost-1.7",
		"model.monotone_constraints.returns=1")
	steps, store, err := runTargets(t, root, []*pipeline.Stage{Model}, set)
	if err != nil {
		t.Fatal(err)
	}
	v := versions(steps)["model"]
	folds, e := table(t, store, v, "folds", 0), table(t, store, v, "evaluation", 0)
	fold, round, valid := e.Ints("fold"), e.Ints("round"), e.Floats("valid")
	if e.Err != nil {
		t.Fatal(e.Err)
	}
	for k := range folds.Ints("fold") {
		var losses []float64
		for i := range fold {
			if fold[i] == int64(k) {
				if round[i] != int64(len(losses)) {
					t.Fatalf("fold %d: round %d after %d", k, round[i], len(losses))
				}
				losses = append(losses, valid[i])
			}
		}
		best := slices.Index(losses, slices.Min(losses))
		if len(losses) < 3 || len(losses) == 60 || best != len(losses)-3 {
			t.Errorf("fold %d stopped after %d rounds, of which %d is the best", k, len(losses), best)
		}
	}
	again, _, err := runTargets(t, root, []*pipeline.Stage{Model}, append(set, "model.target=BTC-USD"))
	if err != nil {
		t.Fatal(err)
	}
	if got := versions(again)["model"].ID; got != v.ID {
		t.Errorf("another dataset where the models were known: %s, want %s", got, v.ID)
	}
}

func TestValidateRefuses(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for _, c := range []struct{ set, want string }{
		{"model.early_stopping_rounds=3", "early_stopping_rounds 3"},
		{"model.validate=1", "validate 1"},
		{"model.objective=binary:logistic", "objective"},
		{"model.colsample_bytree=2", "colsample_bytree"},
		{"model.grow_policy=wide", "grow_policy"},
	} {
		_, _, err := runTargets(t, t.TempDir(), []*pipeline.Stage{Model}, append(slices.Clone(small), c.set))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.set, err, c.want)
		}
	}
}

// TestHoldOut keeps labels that reach into the validation span out of training.
func TestHoldOut(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	var samples []models.Sample
	f := models.Fold{TrainEnd: 100}
	for i := range 98 {
		samples = append(samples, models.Sample{Open: int64(i), Known: int64(i) + 1, LabelKnown: int64(i) + 3, Labelled: true})
		f.Train = append(f.Train, i)
	}
	train, valid, err := holdOut(samples, f, 0.25)
	if err != nil {
		t.Fatal(err)
	}
	if len(train) != 73 || train[72] != 72 || len(valid) != 23 || valid[0] != 75 {
		t.Errorf("%d train and %d validate, from %d on", len(train), len(valid), valid[0])
	}
	if _, _, err := holdOut(samples, models.Fold{TrainEnd: data.Null, Train: []int{1}}, 0.5); err == nil {
		t.Error("one row trains and validates")
	}
}
