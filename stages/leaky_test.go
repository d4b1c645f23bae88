package stages

import (
	"slices"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
)

// leaky is a stage that knows what it must not, and where that has to be found.
type leaky struct {
	name   string
	stage  *pipeline.Stage
	run    func(*pipeline.Task) error
	column string
	set    []string
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
