package num

import "math"

// Log is the natural logarithm of x, within one unit in the last place.
// Log(0) is -Inf, Log of a negative number is NaN.
//
// Method: x = 2^k (1+f) with sqrt(1/2) <= 1+f < sqrt(2). With s = f/(2+f),
// log(1+f) = 2 artanh(s) = 2s + sR, R = 2s²/3 + 2s⁴/5 + 2s⁶/7 + ..., and as
// sf = f²/2 - sf²/2, the sum is taken as f - (f²/2 - s(f²/2 + R)), whose large
// terms are exact or nearly so. |s| < 0.172: the terms after the tenth are
// below 2^-57 of the result. The k ln 2 is added in two halves.
func Log(x float64) float64 {
	switch {
	case x != x || x < 0:
		return NaN()
	case x == 0:
		return math.Inf(-1)
	case x > math.MaxFloat64:
		return x
	}
	k := 0
	if x < 0x1p-1022 {
		x = float64(x * 0x1p54)
		k = -54
	}
	b := math.Float64bits(x)
	k += int(b>>52) - 1023
	m := math.Float64frombits(b&(1<<52-1) | 1023<<52) // in [1, 2)
	if m >= math.Sqrt2 {
		m = float64(m / 2)
		k++
	}
	f := m - 1 // exact
	s := f / (2 + f)
	z := float64(s * s)
	w := float64(z * z)
	// Odd and even coefficients are two chains, so that they run side by side.
	odd := 2.0/15 + float64(w*(2.0/19))
	odd = 2.0/11 + float64(w*odd)
	odd = 2.0/7 + float64(w*odd)
	odd = 2.0/3 + float64(w*odd)
	even := 2.0/17 + float64(w*(2.0/21))
	even = 2.0/13 + float64(w*even)
	even = 2.0/9 + float64(w*even)
	even = 2.0/5 + float64(w*even)
	r := float64(z*odd) + float64(w*even)
	h := float64(float64(0.5*f) * f)
	kf := float64(k)
	return float64(kf*ln2Hi) - ((h - (float64(s*(h+r)) + float64(kf*ln2Lo))) - f)
}
