package stages

import (
	"context"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// ModelParams say what is trained, on what, and how.
type ModelParams struct {
	Target    data.Symbol `json:"target"`       // the symbol that is predicted; empty: BTC-USD, or the one BTC market there is
	Pool      bool        `json:"pool"`         // train on every symbol, not on the target alone
	Features  []string    `json:"features"`     // empty: every feature that is offered, which Check fills in
	Train     float64     `json:"train"`        // share of the target's span that trains
	SplitAt   string      `json:"split_at"`     // open of the first test bar; empty: by share
	Refit     int         `json:"refit_every"`  // bars between refits in the test span; 0: one fit
	Rolling   int         `json:"rolling"`      // bars of a rolling training window; 0: expanding
	Validate  float64     `json:"validate"`     // share of a fold's span that validates, its end, and does not train; 0: none
	AllowLeak bool        `json:"allow_leak"`   // go on with a leak that was found, loudly
	Trainer   string      `json:"trainer"`      // one of models.Trainers
	Code      int         `json:"trainer_code"` // of the trainer, which Check fills in: a raised one is another action

	models.Settings // of the trainers; num_class 0: as many as the labels have
}

// Model is what was learned: one model file a fold, and the table of folds.
var Model = add(&pipeline.Stage{
	Name: "model", Doc: "trained models, one a fold, each in a file that other programs read", Code: 1,
	Inputs: []*pipeline.Stage{Features, Labels},
	Params: defaultModel(),
	Check:  checkModel,
	Run:    train,
})

func checkModel(params any) error {
	p := params.(*ModelParams)
	kind, err := models.KindOf(p.Trainer)
	if err != nil {
		return err
	}
	p.Code = kind.Code
	if p.Features, err = featureNames(p.Features); err != nil {
		return err
	}
	split, err := p.split()
	if err != nil {
		return err
	}
	if err := split.Check(); err != nil {
		return err
	}
	if !(p.Validate >= 0 && p.Validate < 1) {
		return fmt.Errorf("validate %v: want a share of at least 0, below 1", p.Validate)
	}
	_, validates := kind.New(&p.Settings).(validating)
	switch {
	case p.Validate > 0 && !validates:
		return data.WithHint(fmt.Errorf("validate %v: the trainer %s does not stop early", p.Validate, p.Trainer), "leave model.validate out")
	case validates && p.EarlyStopping > 0 && p.Validate == 0:
		return data.WithHint(fmt.Errorf("early_stopping_rounds %d: there are no rows to validate on", p.EarlyStopping), "set model.validate, as in model.validate=0.2")
	}
	return kind.Check(&p.Settings)
}

// defaultModel leaves the number of classes to the labels.
func defaultModel() *ModelParams {
	p := &ModelParams{Features: []string{}, Train: 0.7, Trainer: "xgboost", Settings: models.Defaults()}
	p.NumClass = 0
	return p
}

func (p *ModelParams) split() (models.Split, error) {
	s := models.Split{Train: p.Train, At: data.Null, Refit: p.Refit, Rolling: p.Rolling}
	if p.SplitAt == "" {
		return s, nil
	}
	var err error
	s.At, err = data.ParseStamp(p.SplitAt)
	return s, err
}

func train(t *pipeline.Task) error {
	p := t.Params.(*ModelParams)
	l, err := p.lesson(t)
	if err != nil {
		return err
	}
	return fitFolds(t, p, l.set, l.grid, l.folds)
}

// pickTarget settles what is predicted, and lists the symbols that train.
func pickTarget(t *pipeline.Task, p *ModelParams) ([]string, error) {
	v, err := t.Input(Features)
	if err != nil {
		return nil, err
	}
	if p.Target == "" {
		if p.Target, err = theHub(v, "features"); err != nil {
			return nil, err
		}
	}
	if !hasSymbol(v, "features", p.Target) {
		return nil, data.WithHint(fmt.Errorf("%w: target %s: no candles of it", pipeline.ErrSetting, p.Target), "give candles of it, or set model.target to a symbol that has some")
	}
	if !p.Pool {
		return []string{string(p.Target)}, nil
	}
	return symbolsOf(v, "features"), nil
}

// fitFolds fits one model a fold, in time order. A fold that was fitted before
// on the same samples with the same parameters is kept.
func fitFolds(t *pipeline.Task, p *ModelParams, set, grid *sampleSet, folds []models.Fold) error {
	kind, err := models.KindOf(p.Trainer)
	if err != nil {
		return err
	}
	trainer := kind.New(&p.Settings)
	table := newFoldColumns(string(p.Target), len(folds), p.NumClass)
	var history evaluationColumns
	for k, f := range folds {
		progress := func(done, total int) { t.Progress(k*total+done, len(folds)*total) }
		if p.Validate > 0 {
			file, evaluations, err := fitValid(t, trainer, p, set, f, k, progress)
			if err != nil {
				return fmt.Errorf("fold %d: %w", k, err)
			}
			history.add(k, evaluations)
			table.set(k, f, set, grid, file.Content)
			continue
		}
		x, class := models.Pick(set.x, f.Train), classesOf(set, f.Train)
		of := map[string]any{"trainer": p.Trainer, "code": p.Code, "params": kind.With(&p.Settings), "samples": models.Digest(x, class)}
		file, err := t.File(foldFile(k), of, func() ([]byte, error) { return fitOne(t.Context, trainer, x, class, progress) })
		if err != nil {
			return fmt.Errorf("fold %d: %w", k, err)
		}
		table.set(k, f, set, grid, file.Content)
	}
	if p.Validate > 0 {
		b, err := data.NewBatch(evaluationSchema, history.columns()...)
		if err != nil {
			return err
		}
		if err := t.Put(b); err != nil {
			return err
		}
	}
	b, err := data.NewBatch(foldSchema, table.columns()...)
	if err != nil {
		return err
	}
	return t.Put(b)
}

func fitOne(ctx context.Context, trainer models.Trainer, x models.Matrix, class []int32, progress func(done, total int)) ([]byte, error) {
	m, err := trainer.Fit(ctx, x, class, progress)
	if err != nil {
		return nil, err
	}
	return m.Encode()
}

func classesOf(set *sampleSet, rows []int) []int32 {
	class := make([]int32, len(rows))
	for i, r := range rows {
		class[i] = set.class[r]
	}
	return class
}

func foldFile(k int) string { return fmt.Sprintf("fold-%04d.json", k) }

// featureNames is what the model sees: the named features, or all that are
// offered, by name.
func featureNames(chosen []string) ([]string, error) {
	var offered, known []string
	for _, f := range feature.All() {
		known = append(known, f.Name)
		if f.Offered() {
			offered = append(offered, f.Name)
		}
	}
	if len(chosen) == 0 {
		return offered, nil
	}
	for i, name := range chosen {
		if !slices.Contains(known, name) {
			return nil, data.WithHint(fmt.Errorf("feature %q: there is none of that name", name), "`mantis features` lists them")
		}
		if slices.Contains(chosen[:i], name) {
			return nil, fmt.Errorf("feature %q is named twice", name)
		}
	}
	return chosen, nil
}
