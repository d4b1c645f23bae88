package xgb

import "fmt"

// Walk writes the raw margins of every row, row-major with NumClass values a
// row, as XGBoost computes them in every bit: float32 sums in the order of the
// trees, left where x < threshold. It is the slow and plain reading of a model
// that Predictor is held against.
func (b *Booster) Walk(x Matrix, out []float32) error {
	if err := b.fits(x); err != nil {
		return err
	}
	if len(out) != x.Rows()*b.classes {
		return fmt.Errorf("xgb: room for %d margins, want %d", len(out), x.Rows()*b.classes)
	}
	for r := range x.Rows() {
		row := out[r*b.classes : (r+1)*b.classes]
		copy(row, b.intercept)
		for i, t := range b.trees {
			row[i/b.NumParallel()%b.classes] += t.walk(x, r)
		}
	}
	return nil
}

// walk returns the leaf value of one row.
func (t *tree) walk(x Matrix, row int) float32 {
	i := int32(0)
	for t.left[i] >= 0 {
		v := x.Cols[t.feature[i]][row]
		if v < t.cond[i] || v != v && t.defaultLeft[i] {
			i = t.left[i]
		} else {
			i = t.right[i]
		}
	}
	return t.cond[i]
}
