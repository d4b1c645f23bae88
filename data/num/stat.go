package num

import "math"

// Sum adds x from left to right. The sum of nothing is 0.
func Sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return Canonical(s)
}

// Mean is Sum(x) over the number of values; NaN of nothing.
func Mean(x []float64) float64 { return Canonical(Sum(x) / float64(len(x))) }

// Var is the variance of x in two passes: the sum of squared distances from
// the mean, left to right, over len(x)-ddof. It is NaN where that is not
// positive. ddof is 1 for the estimate from a sample, 0 for a population.
func Var(x []float64, ddof int) float64 {
	if len(x) <= ddof {
		return NaN()
	}
	m, s := Mean(x), 0.0
	for _, v := range x {
		d := v - m
		s += float64(d * d)
	}
	return Canonical(s / float64(len(x)-ddof))
}

// Std is the square root of Var.
func Std(x []float64, ddof int) float64 { return Canonical(math.Sqrt(Var(x, ddof))) }

// Cov is the covariance of x and y, pair by pair, in two passes like Var. It
// is NaN where the lengths differ or len(x)-ddof is not positive.
func Cov(x, y []float64, ddof int) float64 {
	if len(x) != len(y) || len(x) <= ddof {
		return NaN()
	}
	mx, my, s := Mean(x), Mean(y), 0.0
	for i, v := range x {
		s += float64((v - mx) * (y[i] - my))
	}
	return Canonical(s / float64(len(x)-ddof))
}

// Quantile is the p-quantile of x, which is sorted ascending: Hyndman and
// Fan's type 7, linear between the neighbours of position h = (n-1)p counted
// from 0. In the upper half of a step it is taken from the upper neighbour, as
// numpy's "linear" does. It is NaN for no values and for p outside [0, 1].
func Quantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	if n == 0 || !(0 <= p && p <= 1) {
		return NaN()
	}
	h := float64(float64(n-1) * p)
	i := int(h)
	if i >= n-1 {
		return Canonical(sorted[n-1])
	}
	a, b, t := sorted[i], sorted[i+1], h-float64(i)
	switch {
	case a == b:
		return a
	case t == 0:
		return Canonical(a)
	case t >= 0.5:
		return Canonical(b - float64((b-a)*(1-t)))
	}
	return Canonical(a + float64((b-a)*t))
}
