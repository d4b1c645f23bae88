package num

import "math"

// NormalDensity is the density of the standard normal distribution,
// exp(-x²/2)/sqrt(2 pi). The square is taken in two parts, the larger of which
// is exact, so that the relative error does not grow with x.
func NormalDensity(x float64) float64 {
	if x != x {
		return NaN()
	}
	x = math.Min(math.Abs(x), 64) // beyond 39 it is 0
	high := math.Float64frombits(math.Float64bits(x) &^ (1<<27 - 1))
	low := float64((x - high) * (x + high))
	return float64(float64(Exp(float64(-0.5*float64(high*high)))*Exp(float64(-0.5*low))) * inverseRoot)
}

// NormalCDF is the probability that a standard normal variable is at most x,
// within 8 units in the last place (6 at worst of 811 against mpmath) in both tails, down to the smallest normal
// float64 at x = -37.5; below -38.6 it is 0.
//
// Between -1 and 1 it is 1/2 + centre(x), beyond it is upper or 1 - upper.
func NormalCDF(x float64) float64 {
	switch {
	case x != x:
		return NaN()
	case x < -1:
		return upper(-x)
	case x > 1:
		return 1 - upper(x)
	}
	return 0.5 + centre(x)
}

// NormalQuantile is the x at which NormalCDF is p, within 8 units in the last
// place of x: -Inf at 0, +Inf at 1, NaN outside.
//
// Method: an approximation within 0.003 in the tails (Abramowitz and Stegun
// 26.2.22), a straight line in the middle, and Halley's steps, each of which
// triples the digits that are right. In the middle the equation is solved for
// p - 1/2, which is exact, and above it for 1 - p, which is exact too.
func NormalQuantile(p float64) float64 {
	switch {
	case !(0 <= p && p <= 1):
		return NaN()
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	}
	q := p - 0.5
	if math.Abs(q) < 0.34 {
		x := q / inverseRoot
		for range 4 {
			e := (centre(x) - q) / NormalDensity(x)
			x -= e / (1 + float64(0.5*float64(x*e)))
		}
		return x
	}
	tail := math.Min(p, 1-p)
	t := math.Sqrt(float64(-2 * Log(tail)))
	x := t - (2.30753+float64(0.27061*t))/(1+float64(t*(0.99229+float64(0.04481*t))))
	for range 3 {
		e := mills(x) - tail/NormalDensity(x)
		x += e / (1 - float64(0.5*float64(x*e)))
	}
	if q < 0 {
		return -x
	}
	return x
}

// inverseRoot is 1/sqrt(2 pi).
const inverseRoot = 0.398942280401432677939946059934381868

// centre is NormalCDF(x) - 1/2, by the density times x + x³/3 + x⁵/(3·5) + ...,
// whose terms have one sign (Marsaglia 2004).
func centre(x float64) float64 {
	square, term, sum := float64(x*x), x, x
	for k := 3.0; ; k += 2 {
		term = float64(term*square) / k
		if sum+term == sum {
			return float64(sum * NormalDensity(x))
		}
		sum += term
	}
}

// upper is the probability above x, for x of 1 and more.
func upper(x float64) float64 { return float64(mills(x) * NormalDensity(x)) }

// mills is upper over the density, for x of 0.9 and more: Laplace's continued
// fraction 1/(x + 1/(x + 2/(x + 3/(x + ...)))), all of whose parts are positive.
// What is cut off is below a unit in the last place; the root of b = x + k/b
// stands in for it.
func mills(x float64) float64 {
	depth := math.Ceil(12 + 400/float64(x*x))
	below := float64(0.5 * (x + math.Sqrt(float64(x*x)+float64(4*depth))))
	for k := depth; k > 0; k-- {
		below = x + k/below
	}
	return 1 / below
}
