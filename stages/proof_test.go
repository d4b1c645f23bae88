package stages

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"mantis/data"
	"mantis/models"
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

// leaky is a stage that knows what it must not, and where that has to be found.
type leaky struct {
	name   string
	stage  *pipeline.Stage
	run    func(*pipeline.Task) error
	column string
	set    []string
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

// leakyLabels are labels that look further than they say.
func leakyLabels() []leaky {
	relabel := func(change func(time, known, class []int64, outcome []float64)) func(*pipeline.Task) error {
		return func(t *pipeline.Task) error {
			p := t.Params.(*LabelParams)
			if err := putClasses(t, "classes", p.Bins); err != nil {
				return err
			}
			v, err := t.Input(Bars)
			if err != nil {
				return err
			}
			for _, symbol := range symbolsOf(v, "bars") {
				b, err := t.ReadOne(Bars, "bars", symbol)
				if err != nil {
					return err
				}
				c := b.Columns()
				time, closed, closes := c.Ints("time"), c.Ints("known_at"), c.Floats("close")
				n := len(time)
				known, outcome, class := make([]int64, n), make([]float64, n), make([]int64, n)
				for r := range known {
					known[r] = closed[r] + int64(p.Horizon)*(closed[r]-time[r])
				}
				chosen, err := pickLabel(p)
				if err != nil {
					return err
				}
				chosen.Compute(closes, p.Params, outcome, class)
				change(time, known, class, outcome)
				all, err := data.NewBatch(labelSchema, repeat(symbol, n), time, known, outcome, class)
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
	}
	return []leaky{
		{"labels said to be known at the close of their own bar", Labels, relabel(func(time, known, _ []int64, _ []float64) {
			for r := range known {
				known[r] = time[r] + (time[1] - time[0])
			}
		}), "", nil},
		{"labels said to be known a bar too soon", Labels, relabel(func(time, known, _ []int64, _ []float64) {
			for r := range known {
				known[r] -= time[1] - time[0]
			}
		}), "return", []string{"labels.horizon=3"}},
		{"classes by quantiles of all returns", Labels, relabel(func(_, _, class []int64, outcome []float64) {
			var order []float64
			for _, x := range outcome {
				if x == x {
					order = append(order, x)
				}
			}
			slices.Sort(order)
			for r, x := range outcome {
				if class[r] != data.Null {
					i, _ := slices.BinarySearch(order, x)
					class[r] = int64(1 + min(4, 5*i/len(order)))
				}
			}
		}), "class", nil},
		{"returns smoothed over the bars that follow", Labels, relabel(func(_, _, _ []int64, outcome []float64) {
			for r := range outcome[:len(outcome)-2] {
				outcome[r] = (outcome[r] + outcome[r+1]) / 2
			}
		}), "return", nil},
	}
}

func leakyModels() []leaky {
	// retrain is what the stage does, but for a change of what it trains on.
	retrain := func(change func(p *ModelParams, set *sampleSet, folds []models.Fold)) func(*pipeline.Task) error {
		return func(t *pipeline.Task) error {
			p := t.Params.(*ModelParams)
			classes, err := readClasses(t, Labels, "classes")
			if err != nil {
				return err
			}
			p.NumClass = len(classes)
			symbols, err := pickTarget(t, p)
			if err != nil {
				return err
			}
			set, err := readSamples(t, symbols, p.Features)
			if err != nil {
				return err
			}
			split, err := p.split()
			if err != nil {
				return err
			}
			folds, err := split.Folds(set.samples, set.samples, set.step)
			if err != nil {
				return err
			}
			change(p, set, folds)
			return fitFolds(t, p, set, set, folds)
		}
	}
	all := func(set *sampleSet) []int {
		rows := make([]int, len(set.samples))
		for r := range rows {
			rows[r] = r
		}
		return labelled(set, rows)
	}
	return []leaky{
		{"no purge: labels that are known after the training span", Model, retrain(func(_ *ModelParams, set *sampleSet, folds []models.Fold) {
			f := &folds[0]
			for r, s := range set.samples {
				if s.Labelled && s.Open < f.TrainEnd && s.LabelKnown > f.TrainEnd {
					f.Train = append(f.Train, r)
				}
			}
		}), "train_rows", []string{"labels.horizon=3"}},
		{"trained on the test span as well", Model, retrain(func(_ *ModelParams, set *sampleSet, folds []models.Fold) { folds[0].Train = all(set) }), "train_rows", nil},
		{"a split at random", Model, retrain(func(_ *ModelParams, set *sampleSet, folds []models.Fold) {
			folds[0].Train = slices.DeleteFunc(all(set), func(r int) bool { return r%10 < 3 })
		}), "train_rows", nil},
		{"features scaled over everything before the split", Model, retrain(func(_ *ModelParams, set *sampleSet, _ []models.Fold) {
			for i, col := range set.x.Cols {
				x := slices.Clone(col)
				top := float32(0)
				for _, v := range x {
					if v > top {
						top = v
					}
				}
				for r := range x {
					x[r] /= max(top, 1e-9)
				}
				set.x.Cols[i] = x
			}
		}), "model", nil},
		{"as many rounds as the test span likes", Model, retrain(func(p *ModelParams, set *sampleSet, folds []models.Fold) {
			ups := 0
			for _, r := range folds[0].Test {
				if set.class[r] >= 3 {
					ups++
				}
			}
			p.Rounds = 2 + ups%7
		}), "model", nil},
		{"features chosen by what they tell of the test span", Model, retrain(func(_ *ModelParams, set *sampleSet, folds []models.Fold) {
			told := func(i int) float64 { return toldBy(set.x.Cols[i], set.class, labelled(set, folds[0].Test), 5) }
			for i := range set.x.Cols {
				if told(i) < told((i+1)%len(set.x.Cols)) {
					set.x.Cols[i] = make([]float32, len(set.samples))
				}
			}
		}), "model", nil},
		{"a model that is told how much is to come", Model, retrain(func(p *ModelParams, set *sampleSet, _ []models.Fold) {
			p.Eta = 1 / float64(len(set.samples))
		}), "model", nil},
	}
}

func labelled(set *sampleSet, rows []int) []int {
	return slices.DeleteFunc(slices.Clone(rows), func(r int) bool { return !set.samples[r].Labelled })
}

func leakyPredictions() []leaky {
	const classes = 5
	repredict := func(change func(out *predicted)) func(*pipeline.Task) error {
		return func(t *pipeline.Task) error {
			labels, err := readClasses(t, Labels, "classes")
			if err != nil {
				return err
			}
			out, err := predictFolds(t, classes)
			if err != nil {
				return err
			}
			change(out)
			bars, err := t.ReadOne(Bars, "bars", out.symbol)
			if err != nil {
				return err
			}
			closes, err := bars.Floats("close")
			if err != nil {
				return err
			}
			if err := putPredictions(t, out, closes, classes); err != nil {
				return err
			}
			return putScores(t, out, labels)
		}
	}
	return []leaky{
		{"each bar has the prediction of the next", Predictions, repredict(func(out *predicted) { copy(out.p, out.p[classes:]) }), "p1", nil},
		{"probabilities smoothed on both sides", Predictions, repredict(func(out *predicted) {
			p := slices.Clone(out.p)
			for i := classes; i < len(p)-classes; i++ {
				out.p[i] = (p[i-classes] + p[i] + p[i+classes]) / 3
			}
		}), "p2", nil},
		{"calibrated on what happened in the test span", Predictions, repredict(func(out *predicted) {
			var count [classes]float64
			for _, r := range out.rows {
				if k := out.grid.class[r]; k >= 0 {
					count[k]++
				}
			}
			for i := range out.p {
				out.p[i] = out.p[i]/2 + count[i%classes]/float64(2*len(out.rows))
			}
		}), "p3", nil},
		{"ranked among all predictions", Predictions, repredict(func(out *predicted) {
			top := slices.Max(out.p)
			for i := range out.p {
				out.p[i] /= float64(classes * top)
			}
		}), "p4", nil},
		{"what came true, with a little doubt", Predictions, repredict(func(out *predicted) {
			for i, r := range out.rows {
				if k := out.grid.class[r]; k >= 0 {
					for j := range classes {
						out.p[i*classes+j] = 0.05
					}
					out.p[i*classes+int(k)] = 0.8
				}
			}
		}), "p5", nil},
		{"the last model for every fold", Predictions, repredict(func(out *predicted) {
			last := out.model[len(out.model)-1]
			for i := range out.model {
				out.model[i] = last
			}
		}), "model", []string{"model.refit_every=60"}},
		{"predicts bars that trained it", Predictions, repredict(func(out *predicted) {
			for i := range out.trainEnd {
				out.trainEnd[i] += 10 * (out.grid.samples[1].Open - out.grid.samples[0].Open)
			}
		}), "time", nil},
	}
}
