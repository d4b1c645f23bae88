package xgb

import "math"

// quadrature is a Gauss-Legendre rule on the interval from 0 to 1: the sum of
// weight[k] f(at[k]) is the integral of f, exactly for polynomials below degree
// 2 len(at).
type quadrature struct{ at, weight []float64 }

// legendre returns the rules of 1 to most points, at their number. The points
// are halved out between those of the rule before, between which they lie, so
// they are the same on every machine.
func legendre(most int) []quadrature {
	rules := make([]quadrature, most+1)
	edges := []float64{-1, 1}
	for n := 1; n <= most; n++ {
		roots := make([]float64, n)
		for i := range roots {
			roots[i] = halve(n, edges[i], edges[i+1])
		}
		r := quadrature{make([]float64, n), make([]float64, n)}
		for i, x := range roots {
			p, before := polynomial(n, x)
			slope := float64(float64(n)*(before-float64(x*p))) / (1 - float64(x*x))
			r.at[i] = float64((1 + x) / 2)
			r.weight[i] = 1 / float64((1-float64(x*x))*float64(slope*slope))
		}
		rules[n] = r
		edges = append(append([]float64{-1}, roots...), 1)
	}
	return rules
}

// halve finds the one root of the Legendre polynomial of degree n between a
// and b.
func halve(n int, a, b float64) float64 {
	at, _ := polynomial(n, b)
	for {
		m := float64((a + b) / 2)
		if m == a || m == b {
			return m
		}
		if v, _ := polynomial(n, m); math.Signbit(v) == math.Signbit(at) {
			b = m
		} else {
			a = m
		}
	}
}

// polynomial returns the Legendre polynomials of degree n and n-1 at x.
func polynomial(n int, x float64) (p, before float64) {
	p, before = x, 1
	for k := 1; k < n; k++ {
		p, before = (float64(float64(float64(2*k+1)*x)*p)-float64(float64(k)*before))/float64(k+1), p
	}
	return p, before
}
