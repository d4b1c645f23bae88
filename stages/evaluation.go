package stages

import (
	"context"
	"fmt"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
)

// evaluationSchema is written where rows validate.
var evaluationSchema = data.Schema{
	Table: "evaluation", Doc: "how well each fold's model does after each round, in the metric that it is trained by",
	Fields: []data.Field{
		{Name: "fold", Type: data.Int, Doc: "from 0, in time"},
		{Name: "round", Type: data.Int, Doc: "from 0"},
		{Name: "train", Type: data.Float, Doc: "over the rows that train"},
		{Name: "valid", Type: data.Float, Doc: "over the rows after them, which validate"},
	},
	Sort: []string{"fold", "round"},
}

type evaluationColumns struct {
	fold, round  []int64
	train, valid []float64
}

func (c *evaluationColumns) add(fold int, evaluations []models.Evaluation) {
	for _, e := range evaluations {
		c.fold, c.round = append(c.fold, int64(fold)), append(c.round, int64(e.Round))
		c.train, c.valid = append(c.train, e.Train), append(c.valid, e.Valid)
	}
}

func (c *evaluationColumns) columns() []any { return []any{c.fold, c.round, c.train, c.valid} }

// validating is a trainer that can stop early.
type validating interface {
	FitValid(ctx context.Context, x models.Matrix, class []int32, valid models.Matrix, validClass []int32,
		progress func(done, total int)) (models.Model, []models.Evaluation, error)
}

// fitValid fits the model of a fold, whose last rows in time validate and do not
// train. A fold that was fitted before is kept, with its evaluations.
func fitValid(t *pipeline.Task, trainer models.Trainer, p *ModelParams, set *sampleSet, f models.Fold, k int, progress func(done, total int)) (data.Part, []models.Evaluation, error) {
	train, valid, err := holdOut(set.samples, f, p.Validate)
	if err != nil {
		return data.Part{}, nil, err
	}
	x, class := models.Pick(set.x, train), classesOf(set, train)
	vx, vclass := models.Pick(set.x, valid), classesOf(set, valid)
	of := map[string]any{"trainer": p.Trainer, "code": p.Code, "params": p.Params, // XGBoost's: no other trainer comes here
		"samples": models.Digest(x, class), "valid": models.Digest(vx, vclass)}
	var evaluations []models.Evaluation
	fit := func() ([]byte, error) {
		v, ok := trainer.(validating)
		if !ok {
			return nil, fmt.Errorf("validate: the trainer %s cannot", p.Trainer)
		}
		m, history, err := v.FitValid(t.Context, x, class, vx, vclass, progress)
		if err != nil {
			return nil, err
		}
		evaluations = history
		if err := t.Remember(of, history); err != nil {
			return nil, err
		}
		return m.Encode()
	}
	file, err := t.File(foldFile(k), of, fit)
	if err == nil && evaluations == nil && !t.Recall(of, &evaluations) {
		_, err = fit() // the model was known, but not how it came about
	}
	return file, evaluations, err
}

// holdOut parts the rows that train: the last share of the fold's span in time
// validates, and before it trains what is known by then.
func holdOut(samples []models.Sample, f models.Fold, share float64) (train, valid []int, err error) {
	first := samples[f.Train[0]].Open
	for _, r := range f.Train {
		first = min(first, samples[r].Open)
	}
	from := f.TrainEnd - int64(float64(share*float64(f.TrainEnd-first)))
	for _, r := range f.Train {
		switch s := samples[r]; {
		case s.Open >= from:
			valid = append(valid, r)
		case s.LabelKnown <= from:
			train = append(train, r)
		}
	}
	if len(train) == 0 || len(valid) == 0 {
		return nil, nil, data.WithHint(fmt.Errorf("%w: validate %v: %d rows would train and %d validate", pipeline.ErrSetting, share, len(train), len(valid)),
			"set model.validate to another share")
	}
	return train, valid, nil
}
