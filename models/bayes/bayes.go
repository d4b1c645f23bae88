// Package bayes trains Gaussian naive Bayes: within a class, each column is
// normal by itself. It is there to check other models against: it learns in one
// pass, and overrates what many alike columns say.
//
// A missing value is left out of the row, in training and after; so is a column
// that has one value alone, or none. A class that knows no value of a column takes
// the mean and the variance of all rows.
//
// A model is one JSON object. The log of what a class is worth is
// log(prior) - 1/2 Σ (log(variance) + (x - mean)²/variance) over the columns that
// have a value and a variance above 0; the probabilities are the softmax of these.
//
//	{"format": "mantis/bayes/1", "features": ["a", "b"], "prior": [0.4, 0.6],
//	 "mean": [[0.1, 2], [0, 1.5]], "variance": [[1, 0.5], [1.2, 0.4]]}
package bayes

import (
	"context"
	"fmt"
	"slices"

	"mantis/data/num"
	"mantis/models/xgb"
)

const format = "mantis/bayes/1"

// Naive trains Gaussian naive Bayes.
type Naive struct {
	// Smoothing is the share of a column's variance, over all rows, that is added
	// to its variance in every class; above zero. scikit-learn's var_smoothing adds
	// a share of the largest variance of all columns: the same where columns are
	// standardised.
	Smoothing float64 `json:"smoothing"`
}

// Check says what is wrong with the parameters.
func (p Naive) Check() error {
	if !(p.Smoothing >= 1e-12 && p.Smoothing <= 1e6) {
		return fmt.Errorf("bayes: smoothing %v: want a number from 1e-12 to 1e6", p.Smoothing)
	}
	return nil
}

// Model is what was learned, as its file has it.
type Model struct {
	Format   string      `json:"format"`
	Names    []string    `json:"features"`
	Prior    []float64   `json:"prior"`
	Mean     [][]float64 `json:"mean"`     // by class, then column
	Variance [][]float64 `json:"variance"` // likewise; 0: the column is not looked at

	constant []float64 // of each class: log prior
	half     [][]float64
}

// Fit trains on rows of classes 0 to len(prior)-1; prior is what a class is worth
// before a row is looked at. progress is told the columns done.
func (p Naive) Fit(ctx context.Context, x xgb.Matrix, class []int32, prior []float64, progress func(done, total int)) (*Model, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if err := x.Check(); err != nil {
		return nil, err
	}
	if len(class) != x.Rows() || len(class) == 0 {
		return nil, fmt.Errorf("bayes: %d classes of %d rows", len(class), x.Rows())
	}
	m := &Model{Format: format, Names: slices.Clone(x.Names), Prior: slices.Clone(prior)}
	for range prior {
		m.Mean, m.Variance = append(m.Mean, make([]float64, len(x.Cols))), append(m.Variance, make([]float64, len(x.Cols)))
	}
	for j, col := range x.Cols {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		all, by := []float64{}, make([][]float64, len(prior))
		for r, v := range col {
			if k := class[r]; k < 0 || int(k) >= len(prior) {
				return nil, fmt.Errorf("bayes: row %d: class %d of %d", r, k, len(prior))
			} else if v == v {
				all, by[k] = append(all, float64(v)), append(by[k], float64(v))
			}
		}
		if !slices.ContainsFunc(all, func(v float64) bool { return v != all[0] }) {
			continue
		}
		mean, variance := num.Mean(all), num.Var(all, 0)
		for k, values := range by {
			m.Mean[k][j], m.Variance[k][j] = mean, variance
			if len(values) > 0 {
				m.Mean[k][j], m.Variance[k][j] = num.Mean(values), num.Var(values, 0)
			}
			m.Variance[k][j] += float64(p.Smoothing * variance)
		}
		progress(j+1, len(x.Cols))
	}
	progress(len(x.Cols), len(x.Cols))
	return m.ready(), nil
}

// ready works out what scoring needs.
func (m *Model) ready() *Model {
	for k, p := range m.Prior {
		m.constant = append(m.constant, num.Log(p))
		half := make([]float64, len(m.Names))
		for j, v := range m.Variance[k] {
			if v > 0 {
				half[j] = float64(num.Log(v) / 2)
			}
		}
		m.half = append(m.half, half)
	}
	return m
}

// Features are the names of the columns that the model reads, in order.
func (m *Model) Features() []string { return slices.Clone(m.Names) }

// NumClass is the number of classes.
func (m *Model) NumClass() int { return len(m.Prior) }

// Probabilities fills out, rows × classes, row by row. It refuses a matrix whose
// columns are not the model's.
func (m *Model) Probabilities(x xgb.Matrix, out []float64) error {
	if err := x.Fits(m.Names); err != nil {
		return err
	}
	classes := m.NumClass()
	if len(out) != x.Rows()*classes {
		return fmt.Errorf("room for %d values, want %d", len(out), x.Rows()*classes)
	}
	for r := range x.Rows() {
		row := out[r*classes : (r+1)*classes]
		for k := range row {
			worth := m.constant[k]
			for j, col := range x.Cols {
				v, variance := col[r], m.Variance[k][j]
				if v != v || variance == 0 {
					continue
				}
				d := float64(v) - m.Mean[k][j]
				worth -= m.half[k][j] + float64(d*d)/(2*variance)
			}
			row[k] = worth
		}
		xgb.Softmax(row)
	}
	return nil
}
