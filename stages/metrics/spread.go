package metrics

import (
	"math"

	"mantis/data/num"
)

// Volatility is std(r) x sqrt(N). For that of a month give N/12.
func Volatility(r []float64, perYear float64) (float64, error) {
	if err := need(r, 2); err != nil {
		return none(err)
	}
	return float64(num.Std(r, 1) * math.Sqrt(perYear)), nil
}

// DownsideDeviation is sqrt(sum(min(r - mar, 0)²)/n) a bar, n counting all
// bars, those above mar as well (Sortino and Price 1994). mar is annual.
func DownsideDeviation(r []float64, perYear, mar float64) (float64, error) {
	if err := need(r, 1); err != nil {
		return none(err)
	}
	return downside(less(r, PerBar(mar, perYear))), nil
}

// downside is sqrt(sum(min(x, 0)²)/n).
func downside(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		d := math.Min(v, 0)
		sum += float64(d * d)
	}
	return math.Sqrt(sum / float64(len(x)))
}

// Skew is the unbiased skewness G1 = g1 sqrt(n(n-1))/(n-2), where
// g1 = m3/m2^(3/2) (Joanes and Gill 1998; what pandas gives).
func Skew(r []float64) (float64, error) {
	if err := need(r, 3); err != nil {
		return none(err)
	}
	m2, m3, _ := moments(r)
	if m2 <= noise*noise {
		return none(NoSpread)
	}
	n := float64(len(r))
	return m3 / float64(m2*math.Sqrt(m2)) * math.Sqrt(float64(n*(n-1))) / (n - 2), nil
}

// ExcessKurtosis is the unbiased excess kurtosis
// G2 = (n-1)/((n-2)(n-3)) ((n+1) g2 + 6), where g2 = m4/m2² - 3 (Joanes and
// Gill 1998; what pandas gives). It is 0 for a normal distribution.
func ExcessKurtosis(r []float64) (float64, error) {
	if err := need(r, 4); err != nil {
		return none(err)
	}
	m2, _, m4 := moments(r)
	if m2 <= noise*noise {
		return none(NoSpread)
	}
	n := float64(len(r))
	g2 := m4/float64(m2*m2) - 3
	return float64((n - 1) / float64((n-2)*(n-3)) * (float64((n+1)*g2) + 6)), nil
}

// moments are the second, third and fourth central moments, divided by n.
func moments(r []float64) (m2, m3, m4 float64) {
	mean := num.Mean(r)
	for _, x := range r {
		d := x - mean
		d2 := float64(d * d)
		m2 += d2
		m3 += float64(d2 * d)
		m4 += float64(d2 * d2)
	}
	n := float64(len(r))
	return m2 / n, m3 / n, m4 / n
}
