package num

import "math"

// Exp is e to the x, within one unit in the last place. It is +Inf above
// 709.78, 0 below -745.13, and rounds twice where the result is subnormal.
//
// Method: x = k ln 2 + r with |r| <= ln(2)/2, the k ln 2 taken away in two
// halves. e^r = 1 + 2r/(R - r) with R = r coth(r/2), an even function whose
// series 2 + r²/6 - r⁴/360 + ... has the coefficients 2 B(2n)/(2n)!, B the
// Bernoulli numbers. Terms after the seventh are below 2^-60 of the result.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return NaN()
	case x > 709.782712893384:
		return math.Inf(1)
	case x < -745.1332191019412:
		return 0
	case -0x1p-28 < x && x < 0x1p-28:
		return 1 + x
	}
	kf := math.Floor(float64(x*(1/math.Ln2)) + 0.5)
	hi := x - float64(kf*ln2Hi)
	lo := float64(kf * ln2Lo)
	r := hi - lo
	z := float64(r * r)
	p := -691.0/653837184000 + float64(z*(1.0/37362124800))
	p = 1.0/23950080 + float64(z*p)
	p = -1.0/604800 + float64(z*p)
	p = 1.0/15120 + float64(z*p)
	p = -1.0/360 + float64(z*p)
	p = 1.0/6 + float64(z*p)
	c := r - float64(z*p) // 2 - c is R - r
	// e^r = 1 + r + rc/(2-c); r is hi - lo, and lo enters last.
	y := 1 - ((lo - float64(r*c)/(2-c)) - hi)
	return scale(y, int(kf))
}

// Pow is x to the y for x >= 0, as Exp(y Log(x)). Pow(x, 0) and Pow(1, y) are
// 1 and Pow(x, 1) is x, exactly; Pow(0, y) is 0 for y > 0 and +Inf for y < 0;
// a negative x gives NaN. Elsewhere the relative error is up to
// (2 + 2|y Log(x)|) 2^-52: 1e-15 for growth rates, 3e-13 at the end of range.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y || x < 0:
		return NaN()
	case y == 1:
		return x
	case x == 0 && y > 0:
		return 0
	case x == 0:
		return math.Inf(1)
	}
	return Exp(float64(y * Log(x)))
}
