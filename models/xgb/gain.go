package xgb

import "math"

// split is a candidate split of a cell.
type split struct {
	loss        float32
	feature     int32
	bin         int32 // the last bin that goes left, -1 for none
	defaultLeft bool
	left, right pair
}

// better reports whether s beats other, the lower feature winning ties.
func (s *split) better(other *split) bool {
	return s.loss > other.loss || s.loss == other.loss && s.feature < other.feature
}

// gauge searches the best split of one cell over the features it is shown, in
// ascending order.
//
// Its sieve bounds the gain from above without a division: with
// a = HL+lambda, b = HR+lambda, S = a+b, the gain GL²/a + GR²/b exceeds T just
// when (GL - G/S a)² > (T - G²/S)/S a b. Sums that cannot beat the best split
// by more than rounding are passed over; the exact arithmetic judges the rest.
// A penalty or a bound of weights only lowers gains, so the bound holds there too.
type gauge struct {
	best   split
	total  pair
	gain   float32
	limits limits
	center float64 // G/S
	span   float64 // S
	bar    float64 // (T - G²/S)/S
	sieved bool    // whether the bound holds for these parameters
}

// reset prepares the gauge for a cell with the given sums, gain and limits of
// its weight.
func (q *gauge) reset(u *rule, total pair, gain float32, l limits) {
	s := total.h + float64(2*u.lambda)
	*q = gauge{total: total, gain: gain, limits: l, span: s}
	// Rounding moves the bound by about 1e-16 S/b relative to the gain; b is
	// at least lambda + min_child_weight in any valid split.
	if q.sieved = u.lambda+u.minHess >= 1e-7*s && s > 0; q.sieved {
		q.center = total.g / s
	}
	q.raise()
}

// raise sets the bar after the best split changed. Exact gains differ from
// real numbers by float32 rounding, 2e-7; the bar stands 4e-6 below.
func (q *gauge) raise() {
	if !q.sieved {
		q.bar = math.Inf(-1)
		return
	}
	t := float64((float64(q.best.loss)+float64(q.gain))*(1-4e-6)) - 1e-25
	q.bar = (t - float64(q.center*q.total.g)) / q.span
}

// try judges a split of known sums with XGBoost's arithmetic and keeps it when
// it reduces the loss by strictly more than the best so far, or as much as one of
// a higher feature. Splits of one feature are shown in XGBoost's order.
func (q *gauge) try(u *rule, side pair, feature, bin int32, sideIsLeft bool) {
	rest := pair{q.total.g - side.g, q.total.h - side.h}
	left, right := side, rest
	if !sideIsLeft {
		left, right = rest, side
	}
	gain, ok := u.loss(left, right, feature, q.limits)
	if !ok {
		return
	}
	loss := gain - q.gain
	if !(loss > q.best.loss || loss == q.best.loss && feature < q.best.feature) || loss > math.MaxFloat32 {
		return
	}
	q.best = split{loss: loss, feature: feature, bin: bin, defaultLeft: !sideIsLeft, left: left, right: right}
	q.raise()
}
