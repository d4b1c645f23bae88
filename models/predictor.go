package models

import (
	"fmt"
	"math"

	"mantis/models/xgb"
)

// Predictors, by which models of XGBoost are scored. Models of LightGBM are scored
// by leaves alone.
const (
	Compiled = "compiled" // XGBoost's own float32 margins, in every bit
	Leaves   = "leaves"   // float64 sums
)

// Through returns the model as scored by a predictor, Compiled or Leaves. A model
// that is not of XGBoost's trees is itself.
func Through(m Model, predictor string) (Model, error) {
	b, ok := m.(*booster)
	switch {
	case predictor != Compiled && predictor != Leaves:
		return nil, fmt.Errorf("predictor %.40q: want %s or %s", predictor, Compiled, Leaves)
	case !ok || predictor == Compiled:
		return m, nil
	}
	p, err := b.trees.Leaves()
	if err != nil {
		return nil, err
	}
	return &booster{b.trees, func() (*xgb.Predictor, error) { return p, nil }}, nil
}

// Disagreement is a margin on which the predictors differ by more than rounding
// explains.
type Disagreement struct {
	Row, Class       int // from 0
	Compiled, Leaves float64
	Limit            float64 // of their difference
}

func (d *Disagreement) Error() string {
	return fmt.Sprintf("class %d: the margin is %v compiled and %v by leaves, which is more than %.0e apart", d.Class+1, d.Compiled, d.Leaves, d.Limit)
}

// CrossCheck scores some rows of x with both predictors, and returns a
// *Disagreement where their margins differ by more than 4e-9 a tree, and by more
// than 1e-5: leaves adds in float64 what XGBoost adds in float32. It has nothing
// to say of a model that is not of XGBoost's trees.
func CrossCheck(m Model, x Matrix, rows []int) error {
	b, ok := m.(*booster)
	if !ok {
		return nil
	}
	fast, err := b.predictor()
	if err != nil {
		return err
	}
	slow, err := b.trees.Leaves()
	if err != nil {
		return err
	}
	return crossCheck(fast, slow, b.trees.Best().NumTree(), b.trees.NumClass(), Pick(x, rows), rows)
}

// margins are what both predictors have.
type margins interface {
	Margins(x Matrix, out []float64) error
}

func crossCheck(fast, slow margins, trees, classes int, x Matrix, rows []int) error {
	a, b := make([]float64, len(rows)*classes), make([]float64, len(rows)*classes)
	if err := fast.Margins(x, a); err != nil {
		return err
	}
	if err := slow.Margins(x, b); err != nil {
		return err
	}
	limit := max(1e-5, float64(4e-9*float64(trees)))
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= limit) {
			return &Disagreement{rows[i/classes], i % classes, a[i], b[i], limit}
		}
	}
	return nil
}
