package xgb

import "fmt"

// Walk writes the raw margins of every row, row-major with NumClass values a
// row, as XGBoost computes them in every bit: float32 sums in the order of the
// trees, left where x < threshold. It is the slow and plain reading of a model
// that Predictor is held against. Rounds after the best one do not count.
func (b *Booster) Walk(x Matrix, out []float32) error {
	if err := b.fits(x); err != nil {
		return err
	}
	if len(out) != x.Rows()*b.classes {
		return fmt.Errorf("xgb: room for %d margins, want %d", len(out), x.Rows()*b.classes)
	}
	b.walk(x, out)
	return nil
}

// walk is Walk for a matrix that fits.
func (b *Booster) walk(x Matrix, out []float32) {
	trees := b.scored()
	for r := range x.Rows() {
		row := out[r*b.classes : (r+1)*b.classes]
		copy(row, b.intercept)
		if b.linear != nil {
			b.line(x, r, row)
		}
		for i, t := range trees {
			row[b.class(i)] += float32(b.weight(i) * t.walk(x, r))
		}
	}
}

// line adds the linear model's margins of one row, in the order XGBoost does: a
// missing value adds nothing.
func (b *Booster) line(x Matrix, row int, out []float32) {
	for k := range out {
		sum := b.linear[len(x.Cols)*b.classes+k] + out[k]
		for f, col := range x.Cols {
			if v := col[row]; v == v {
				sum += float32(v * b.linear[f*b.classes+k])
			}
		}
		out[k] = sum
	}
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
