package linear

import (
	"context"
	"fmt"

	"mantis/data/num"
	"mantis/models/xgb"
)

// SVM trains a linear support vector machine a class, that class against the
// rest: it minimises the sum of max(0, 1 - y margin)², y being 1 for a row of the
// class and -1 for another, plus Lambda/2 times the sum of squared weights. That
// is LIBLINEAR's L2-loss machine, with a free intercept.
//
// Margins become probabilities by Platt's sigmoid, fitted to the margins of the
// training rows themselves: a machine with a handful of weights fits them little
// better than others.
type SVM struct {
	// Lambda is the L2 penalty on weights, above zero; C of scikit-learn's LinearSVC,
	// which penalises the intercept too, is 1/Lambda.
	Lambda float64 `json:"lambda"`
	// MaxIter is the largest number of Newton steps of a class, 1 to 100,000.
	MaxIter int `json:"max_iter"`
}

// Check says what is wrong with the parameters.
func (p SVM) Check() error { return checkParams("svm", p.Lambda, p.MaxIter) }

// Fit trains on rows of classes 0 to classes-1; progress is told the classes
// done. A class without rows has a machine that says no everywhere.
func (p SVM) Fit(ctx context.Context, x xgb.Matrix, class []int32, classes int, progress func(done, total int)) (*Model, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	f, err := newFrame(x, class, classes)
	if err != nil {
		return nil, fmt.Errorf("svm: %w", err)
	}
	m := newModel(svmFormat, x.Names, f, classes)
	m.Slope, m.Offset = make([]float64, classes), make([]float64, classes)
	for k := range classes {
		w := make([]float64, f.width)
		h := &hinge{frame: f, lambda: p.Lambda, of: int32(k), slack: make([]float64, f.n)}
		if err := minimise(ctx, h, w, p.MaxIter, func(int) {}); err != nil {
			return nil, fmt.Errorf("svm: class %d: %w", k+1, err)
		}
		copy(m.Weights[k], w)
		m.Intercept[k] = w[f.width-1]
		margins := make([]float64, f.n)
		for r := range margins {
			margins[r] = dot(f.row(r), w)
		}
		if m.Slope[k], m.Offset[k], err = platt(ctx, margins, class, int32(k), p.MaxIter); err != nil {
			return nil, fmt.Errorf("svm: probabilities of class %d: %w", k+1, err)
		}
		progress(k+1, classes)
	}
	return m, nil
}

// hinge is the objective of one machine.
type hinge struct {
	*frame
	lambda float64
	of     int32
	slack  []float64 // of each row at the last w: 1 - y margin, or less than 0
}

func (h *hinge) side(r int) float64 {
	if h.class[r] == h.of {
		return 1
	}
	return -1
}

func (h *hinge) at(w, gradient []float64) float64 {
	n := len(w)
	sums := make([]float64, n+1)
	h.sum(sums, func(from, to int, out []float64) {
		for r := from; r < to; r++ {
			z, y := h.row(r), h.side(r)
			s := 1 - float64(y*dot(z, w))
			if h.slack[r] = s; s > 0 {
				out[n] += float64(s * s)
				addTimes(out, float64(-2*y*s), z)
			}
		}
	})
	copy(gradient, sums[:n])
	return sums[n] + h.penalise(w, gradient, h.lambda)
}

func (h *hinge) bend(v, out []float64) {
	clear(out)
	h.sum(out, func(from, to int, out []float64) {
		for r := from; r < to; r++ {
			if h.slack[r] > 0 {
				z := h.row(r)
				addTimes(out, float64(2*dot(z, v)), z)
			}
		}
	})
	h.penalise(v, out, h.lambda)
}

// platt finds slope and offset of 1/(1 + exp(slope margin + offset)), the
// probability of a class, by maximum likelihood with Platt's (1999) targets:
// (n+ + 1)/(n+ + 2) for rows of the class and 1/(n- + 2) for others. Margins
// that are all alike have the slope 0.
func platt(ctx context.Context, margins []float64, class []int32, of int32, steps int) (slope, offset float64, err error) {
	f := &frame{n: len(margins), width: 2, z: make([]float64, 2*len(margins))}
	centre, spread := num.Mean(margins), num.Std(margins, 0)
	if !(spread > 1e-12) {
		spread = 1
	}
	in := 0.0
	for r, m := range margins {
		f.z[2*r], f.z[2*r+1] = (m-centre)/spread, 1
		if class[r] == of {
			in++
		}
	}
	s := &sigmoid{frame: f, target: make([]float64, len(margins)), p: make([]float64, len(margins))}
	for r, k := range class {
		s.target[r] = 1 / (float64(len(class)) - in + 2)
		if k == of {
			s.target[r] = (in + 1) / (in + 2)
		}
	}
	w := make([]float64, 2)
	if err := minimise(ctx, s, w, steps, func(int) {}); err != nil {
		return 0, 0, err
	}
	slope = -w[0] / spread
	return slope, -w[1] - float64(slope*centre), nil
}

// sigmoid is the objective of a logistic regression on one column, with targets
// between 0 and 1.
type sigmoid struct {
	*frame
	target, p []float64
}

func (s *sigmoid) at(w, gradient []float64) float64 {
	sums := make([]float64, 3)
	s.sum(sums, func(from, to int, out []float64) {
		for r := from; r < to; r++ {
			z := s.row(r)
			m := dot(z, w)
			// log(1 + exp(m)) - target m, with the exponential of what is not above 0
			e := num.Exp(-max(m, -m))
			out[2] += max(m, 0) + num.Log(1+e) - float64(s.target[r]*m)
			s.p[r] = 1 / (1 + e)
			if m < 0 {
				s.p[r] = e / (1 + e)
			}
			addTimes(out, s.p[r]-s.target[r], z)
		}
	})
	copy(gradient, sums[:2])
	return sums[2]
}

func (s *sigmoid) bend(v, out []float64) {
	clear(out)
	s.sum(out, func(from, to int, out []float64) {
		for r := from; r < to; r++ {
			z := s.row(r)
			addTimes(out, float64(s.p[r]*(1-s.p[r])*dot(z, v)), z)
		}
	})
}

func (h *hinge) rows() *frame { return h.frame }

func (h *hinge) weigh(int) (func(r int) float64, float64) {
	return func(r int) float64 {
		if h.slack[r] > 0 {
			return 2
		}
		return 0
	}, h.lambda
}

func (s *sigmoid) rows() *frame { return s.frame }

func (s *sigmoid) weigh(int) (func(r int) float64, float64) {
	return func(r int) float64 { return float64(s.p[r] * (1 - s.p[r])) }, 0
}
