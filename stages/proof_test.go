package stages

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// plant puts another Run in the place of a stage's for the length of a test.
func plant(t *testing.T, s *pipeline.Stage, run func(*pipeline.Task) error) {
	t.Helper()
	was := s.Run
	s.Run = run
	t.Cleanup(func() { s.Run = was })
}

func prove(t *testing.T, store *data.Store, v *data.Version, cuts int) *Proof {
	t.Helper()
	p, err := Prove(context.Background(), store, v, cuts, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// makeUpTo runs what a stage needs, and it, on a small market.
func makeUpTo(t *testing.T, last *pipeline.Stage, set ...string) (*data.Version, *data.Store) {
	t.Helper()
	if last == Features {
		set = small[:3] // the market's
	} else {
		set = append(append([]string{}, small...), set...)
	}
	v, store, err := runTo(t, t.TempDir(), last, set...)
	if err != nil {
		t.Fatal(err)
	}
	return v[last.Name], store
}

// TestCleanRunsAreProvedClean proves clean runs clean, however the model is trained, and that
// the proof looks at every stage.
func TestCleanRunsAreProvedClean(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for _, set := range [][]string{
		{},
		{"model.pool=true", "labels.horizon=3"},
		{"model.refit_every=60", "model.rolling=300"},
		{"model.validate=0.2", "model.early_stopping_rounds=2", "model.eval_metric=mlogloss"},
	} {
		v, store := makeUpTo(t, Backtest, set...)
		p := prove(t, store, v, 3)
		if len(p.Leaks) > 0 || len(p.Cuts) != 3 || p.Values < 50_000 || p.Alone < 30_000 {
			t.Errorf("%v: %d cuts, %d and %d values, leaks: %v", set, len(p.Cuts), p.Values, p.Alone, p.Leaks)
		}
		if got := strings.Join(p.Versions, " "); strings.Count(got, "@") != 7 {
			t.Errorf("%v: looked at %s", set, got)
		}
	}
}

// TestPlantedFeaturesAreFound plants features that look ahead, each in the column
// of one that does not, and wants every one found in two ways that know nothing
// of each other: by making the table again without the future, and by computing
// it at every bar from its look-back alone.
func TestPlantedFeaturesAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	leaks := plantedFeatures()
	column := func(i int) string { return feature.Default()[i].Name }
	plant(t, Features, func(task *pipeline.Task) error { return plantFeatures(task, leaks) })
	v, store := makeUpTo(t, Features)
	p := prove(t, store, v, 12)
	for i, l := range leaks {
		found := slices.ContainsFunc(p.Leaks, func(x Leak) bool { return x.Column == column(i) && x.Cut != 0 && x.Dataset == "features" })
		if !found && !l.seldom {
			t.Errorf("%s: not found by cutting", l.name)
		}
	}
	for _, l := range p.Leaks {
		i := slices.IndexFunc(feature.Default(), func(f *feature.Feature) bool { return f.Name == l.Column })
		if i < 0 || i >= len(leaks) {
			t.Errorf("false alarm: %s", l)
		}
	}
	b := someBars(t, store, v)
	for _, l := range leaks {
		f := &feature.Feature{Name: l.name, LookBack: reach, Compute: l.compute}
		out := make([]float64, b.Len())
		f.Compute(b, out)
		if at, _ := beyondLookBack(f, b, out, reach, b.Len()); at < 0 {
			t.Errorf("%s: not found from its look-back alone", l.name)
		}
	}
}

// TestRunRefusesLookAhead wants an ordinary run to end where a feature sees the
// bars that follow.
func TestRunRefusesLookAhead(t *testing.T) {
	v, store := makeUpTo(t, Features)
	b := someBars(t, store, v)
	for _, l := range plantedFeatures() {
		f := &feature.Feature{Name: l.name, LookBack: reach, Compute: l.compute}
		out := make([]float64, b.Len())
		f.Compute(b, out)
		err := refuseLookAhead(f, b, out, reach)
		switch {
		case err == nil && !l.seldom:
			t.Errorf("%s: a run does not see it", l.name)
		case err != nil && (!errors.Is(err, ErrLeak) || !strings.Contains(err.Error(), l.name) || data.Hint(err) == ""):
			t.Errorf("%s: %v", l.name, err)
		}
	}
}

// plantFeatures computes the table of features with others in the place of the
// first ones.
func plantFeatures(t *pipeline.Task, leaks []planted) error {
	v, err := t.Input(Bars)
	if err != nil {
		return err
	}
	for _, symbol := range symbolsOf(v, "bars") {
		batch, err := t.ReadOne(Bars, "bars", symbol)
		if err != nil {
			return err
		}
		c := batch.Columns()
		b := featureBars(c).Started()
		cols := []any{repeat(symbol, b.Len()), b.Time, c.Ints("known_at")}
		for i, f := range feature.Default() {
			out := make([]float64, b.Len())
			if f.Compute(b, out); i < len(leaks) {
				leaks[i].compute(b, out)
			}
			cols = append(cols, out)
		}
		all, err := data.NewBatch(featureSchema(feature.Default()), cols...)
		if err != nil {
			return err
		}
		parts, err := v.Where("bars", symbol)
		if err != nil {
			return err
		}
		from := 0
		for _, p := range parts {
			if err := t.Put(all.Slice(from, from+p.Rows), symbol, p.Value("period")); err != nil {
				return err
			}
			from += p.Rows
		}
	}
	return nil
}

// someBars are the bars that a version was made from, of the first symbol.
func someBars(t *testing.T, store *data.Store, v *data.Version) feature.Bars {
	t.Helper()
	lineage, err := store.Lineage(v)
	if err != nil {
		t.Fatal(err)
	}
	bars := (&prover{versions: lineage}).of(Bars)
	c := table(t, store, bars, "bars", 0)
	b := featureBars(c)
	if c.Err != nil {
		t.Fatal(c.Err)
	}
	return b.Started()
}

// TestPlantedLeaksAreFound runs the whole job with one stage at a time that looks
// ahead, and wants the leak found and named.
func TestPlantedLeaksAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for _, l := range slices.Concat(leakyLabels(), leakyModels(), leakyPredictions()) {
		t.Run(l.name, func(t *testing.T) {
			plant(t, l.stage, l.run)
			if l.column == "" { // the run itself refuses it
				_, _, err := runTo(t, t.TempDir(), Predictions, append(append([]string{}, small...), l.set...)...)
				if !errors.Is(err, ErrLeak) {
					t.Errorf("the run does not see it: %v", err)
				}
				return
			}
			v, store := makeUpTo(t, Predictions, l.set...)
			p := prove(t, store, v, 4)
			if !slices.ContainsFunc(p.Leaks, func(x Leak) bool { return x.Dataset == l.stage.Name && x.Column == l.column }) {
				t.Errorf("%d leaks were found, none in %s %s: %v", len(p.Leaks), l.stage.Name, l.column, p.Leaks)
			}
			for _, x := range p.Leaks { // what is made from it may differ, what it is made from may not
				if x.Dataset == "bars" || x.Dataset == "features" || l.stage == Model && x.Dataset == "labels" || l.stage == Predictions && x.Dataset != "predictions" {
					t.Errorf("false alarm: %s", x)
				}
			}
		})
	}
}
