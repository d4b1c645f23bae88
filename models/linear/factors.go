package linear

import "math"

// factors are Cholesky factors of the parts of a Hessian that each class has
// with itself, one behind the other, row by row.
type factors struct {
	width int
	lower []float64
}

// newFactors works out the parts of a Hessian of so many rows, and factors them.
func newFactors(f objective, size int) *factors {
	rows := f.rows()
	w := rows.width
	out := &factors{width: w, lower: make([]float64, size*w)}
	for k := range size / w {
		weigh, penalty := f.weigh(k)
		part := out.lower[k*w*w : (k+1)*w*w]
		rows.sum(part, func(from, to int, part []float64) {
			for r := from; r < to; r++ {
				c := weigh(r)
				if c == 0 {
					continue
				}
				z := rows.row(r)
				for i, v := range z {
					addTimes(part[i*w:], float64(c*v), z[:i+1])
				}
			}
		})
		for i := range w - 1 {
			part[i*w+i] += penalty
		}
		factor(part, w)
	}
	return out
}

// factor turns the lower half of a symmetric matrix into its Cholesky factor. A
// direction in which rounding leaves nothing counts as it is.
func factor(a []float64, w int) {
	for i := range w {
		row := a[i*w : i*w+i+1]
		whole := row[i]
		for j := range i {
			row[j] = (row[j] - dot(row[:j], a[j*w:])) / a[j*w+j]
		}
		left := whole - dot(row[:i], row)
		if !(left > float64(1e-12*whole)) {
			left = whole
		}
		if !(left > 0) {
			left = 1
		}
		row[i] = math.Sqrt(left)
	}
}

// solve writes the x with L Lᵀ x = b, class by class.
func (f *factors) solve(b, x []float64) {
	w := f.width
	for from := 0; from < len(b); from += w {
		l, y := f.lower[from*w:(from+w)*w], x[from:from+w]
		for i := range w {
			y[i] = (b[from+i] - dot(y[:i], l[i*w:])) / l[i*w+i]
		}
		for i := w - 1; i >= 0; i-- {
			s := y[i]
			for j := i + 1; j < w; j++ {
				s -= float64(l[j*w+i] * y[j])
			}
			y[i] = s / l[i*w+i]
		}
	}
}
