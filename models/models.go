// Package models is what learns: samples, splits, trainers, trained models and
// the scores that say how good they are.
//
// Trainers lists the ways to learn. A missing value goes the way of each tree's
// default direction in xgboost and forest, counts as the training mean in logistic
// and svm, and is left out in bayes; prior and uniform look at none.
package models

import (
	"context"
	"fmt"

	"mantis/models/lightgbm"
	"mantis/models/xgb"
)

// Matrix is a table of features, one slice a column, NaN where a value is
// missing. Values are rounded to float32 once, so that training, prediction
// and XGBoost itself all see the same ones.
type Matrix = xgb.Matrix

// NewMatrix rounds columns of equal length to float32.
func NewMatrix(names []string, cols [][]float64) Matrix {
	m := Matrix{Names: names, Cols: make([][]float32, len(cols))}
	for i, col := range cols {
		x := make([]float32, len(col))
		for r, v := range col {
			x[r] = float32(v)
		}
		m.Cols[i] = x
	}
	return m
}

// Pick is the rows of a matrix with the given indexes.
func Pick(m Matrix, rows []int) Matrix {
	out := Matrix{Names: m.Names, Cols: make([][]float32, len(m.Cols))}
	for i, col := range m.Cols {
		x := make([]float32, len(rows))
		for j, r := range rows {
			x[j] = col[r]
		}
		out.Cols[i] = x
	}
	return out
}

// Trainer fits models to samples. The same samples give the same bytes of a
// model at any GOMAXPROCS and on every kind of processor.
type Trainer interface {
	// Fit learns classes 0 to K-1 from rows; progress is told the steps done, and
	// all of them in the end. It ends soon after ctx does. What becomes of missing
	// values the trainer's parameters document.
	Fit(ctx context.Context, x Matrix, class []int32, progress func(done, total int)) (Model, error)
}

// Model is a trained classifier.
type Model interface {
	// Encode is the model as a file that other programs read.
	Encode() ([]byte, error)
	// Features are the names of the columns that the model reads, in order.
	Features() []string
	// Probabilities fills out, rows × classes, row by row. It refuses a matrix
	// whose columns are not the model's.
	Probabilities(x Matrix, out []float64) error
}

// XGBoost trains gradient-boosted trees that are XGBoost's own, bit for bit.
type XGBoost struct{ Params xgb.Params }

// Fit trains one model.
func (t XGBoost) Fit(ctx context.Context, x Matrix, class []int32, progress func(done, total int)) (Model, error) {
	b, err := xgb.Train(ctx, samples(x, class), t.Params, t.rounds(progress))
	if err != nil {
		return nil, err
	}
	return newBooster(b)
}

// Evaluation is how well a model does after a round.
type Evaluation = xgb.Evaluation

// FitValid is Fit with rows to validate on, which do not train: it returns an
// evaluation a round, and stops early where the parameters say so.
func (t XGBoost) FitValid(ctx context.Context, x Matrix, class []int32, valid Matrix, validClass []int32, progress func(done, total int)) (Model, []Evaluation, error) {
	b, history, err := xgb.TrainValid(ctx, samples(x, class), samples(valid, validClass), t.Params, t.rounds(progress))
	if err != nil {
		return nil, nil, err
	}
	m, err := newBooster(b)
	return m, history, err
}

func (t XGBoost) rounds(progress func(done, total int)) func(int) {
	return func(round int) { progress(round, t.Params.Rounds) }
}

func samples(x Matrix, class []int32) xgb.Samples {
	label := make([]float32, len(class))
	for r, k := range class {
		label[r] = float32(k)
	}
	return xgb.Samples{X: x, Label: label}
}

type booster struct {
	trees   *xgb.Booster
	predict *xgb.Predictor
}

func newBooster(b *xgb.Booster) (Model, error) {
	p, err := b.Predictor()
	if err != nil {
		return nil, err
	}
	return &booster{b, p}, nil
}

// Decode reads a classifier: a file that Encode wrote, or one of another program
// in any format that xgb.Read and lightgbm.Read take.
func Decode(file []byte) (Model, error) {
	if format := ownFormat(file); format != "" {
		return found(decodeOwn(format, file))
	}
	if lightgbm.Is(file) {
		return decodeLight(file)
	}
	b, _, err := xgb.Read(file)
	if err != nil {
		return nil, fmt.Errorf("model file: %w", err)
	}
	if b.NumClass() < 2 {
		return nil, fmt.Errorf("model file: objective %s has no classes", b.Objective())
	}
	return newBooster(b)
}

func (m *booster) Encode() ([]byte, error) { return m.trees.JSON() }

func (m *booster) Probabilities(x Matrix, out []float64) error {
	return m.predict.Probabilities(x, out)
}

func (m *booster) Features() []string { return m.trees.FeatureNames() }
