package linear

import (
	"context"
	"fmt"
	"math"
	"slices"

	"mantis/data/num"
	"mantis/models/xgb"
)

// Logistic trains multinomial logistic regression: it minimises the sum of
// -log(probability of the row's class) plus Lambda/2 times the sum of squared
// weights.
type Logistic struct {
	// Lambda is the L2 penalty on weights, above zero; scikit-learn's C is 1/Lambda.
	Lambda float64 `json:"lambda"`
	// MaxIter is the largest number of Newton steps, 1 to 100,000.
	MaxIter int `json:"max_iter"`
}

// Check says what is wrong with the parameters.
func (p Logistic) Check() error { return checkParams("logistic", p.Lambda, p.MaxIter) }

func checkParams(name string, lambda float64, steps int) error {
	if !(lambda >= 1e-12 && lambda <= 1e12) {
		return fmt.Errorf("%s: lambda %v: want a number from 1e-12 to 1e12", name, lambda)
	}
	if steps < 1 || steps > 100_000 {
		return fmt.Errorf("%s: max_iter %d: want 1 to 100000", name, steps)
	}
	return nil
}

// Fit trains on rows of classes 0 to classes-1; progress is told the steps made
// of MaxIter, and all of them at the end.
//
// A class without rows takes no part in the fit. Its margin is that of half a
// row, wherever: the others' intercepts are moved so that at the mean of all
// columns theirs are log probabilities, and it gets log(0.5/(n + 0.5)).
func (p Logistic) Fit(ctx context.Context, x xgb.Matrix, class []int32, classes int, progress func(done, total int)) (*Model, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	f, err := newFrame(x, class, classes)
	if err != nil {
		return nil, fmt.Errorf("logistic: %w", err)
	}
	there := classesThere(class, classes)
	s := &softmax{frame: f, lambda: p.Lambda, classes: len(there), of: make([]int32, f.n), p: make([]float64, f.n*len(there))}
	for r, k := range class {
		s.of[r] = int32(slices.Index(there, int(k)))
	}
	w := make([]float64, len(there)*f.width)
	if err := minimise(ctx, s, w, p.MaxIter, func(step int) { progress(step, p.MaxIter) }); err != nil {
		return nil, fmt.Errorf("logistic: %w", err)
	}
	m := newModel(logisticFormat, x.Names, f, classes)
	for i, k := range there {
		copy(m.Weights[k], w[i*f.width:])
		m.Intercept[k] = w[(i+1)*f.width-1]
	}
	m.anchor(there, f.n)
	progress(p.MaxIter, p.MaxIter)
	return m, nil
}

// classesThere are the classes that have rows, ascending.
func classesThere(class []int32, classes int) (there []int) {
	for k := range classes {
		if slices.Contains(class, int32(k)) {
			there = append(there, k)
		}
	}
	return there
}

// anchor moves all intercepts alike so that those of the given classes are log
// probabilities, and gives the others half a row.
func (m *Model) anchor(there []int, rows int) {
	top := math.Inf(-1)
	for _, k := range there {
		top = max(top, m.Intercept[k])
	}
	sum := 0.0
	for _, k := range there {
		sum += num.Exp(m.Intercept[k] - top)
	}
	shift := top + num.Log(sum)
	for k := range m.Intercept {
		m.Intercept[k] -= shift
		if !slices.Contains(there, k) {
			m.Intercept[k] = num.Log(0.5 / (float64(rows) + 0.5))
		}
	}
}

// softmax is the objective of logistic regression; w has the weights of a class
// and its intercept, class by class.
type softmax struct {
	*frame
	lambda  float64
	classes int
	of      []int32   // class of a row, among those that take part
	p       []float64 // probabilities at the last w, row by row
}

func (s *softmax) at(w, gradient []float64) float64 {
	n := len(w)
	sums := make([]float64, n+1) // the gradient, then the loss
	s.sum(sums, func(from, to int, out []float64) {
		for r := from; r < to; r++ {
			z, p := s.row(r), s.p[r*s.classes:(r+1)*s.classes]
			dots(z, w, p)
			top := slices.Max(p)
			own, sum := p[s.of[r]], 0.0
			for k, m := range p {
				p[k] = num.Exp(m - top)
				sum += p[k]
			}
			out[n] += num.Log(sum) + top - own
			for k := range p {
				p[k] /= sum
				c := p[k]
				if int(s.of[r]) == k {
					c--
				}
				addTimes(out[k*s.width:], c, z)
			}
		}
	})
	copy(gradient, sums[:n])
	return sums[n] + s.penalise(w, gradient, s.lambda)
}

// penalise adds the slope of the penalty to a gradient and returns its value.
func (f *frame) penalise(w, gradient []float64, lambda float64) (value float64) {
	for i, v := range w {
		if i%f.width != f.width-1 {
			gradient[i] += float64(lambda * v)
			value += float64(lambda / 2 * float64(v*v))
		}
	}
	return value
}

func (s *softmax) bend(v, out []float64) {
	clear(out)
	s.sum(out, func(from, to int, out []float64) {
		u := make([]float64, s.classes)
		for r := from; r < to; r++ {
			z, p := s.row(r), s.p[r*s.classes:(r+1)*s.classes]
			dots(z, v, u)
			mean := 0.0
			for k := range u {
				mean += float64(p[k] * u[k])
			}
			for k := range u {
				addTimes(out[k*s.width:], float64(p[k]*(u[k]-mean)), z)
			}
		}
	})
	s.penalise(v, out, s.lambda)
}

func (s *softmax) rows() *frame { return s.frame }

func (s *softmax) weigh(class int) (func(r int) float64, float64) {
	return func(r int) float64 { p := s.p[r*s.classes+class]; return float64(p * (1 - p)) }, s.lambda
}
