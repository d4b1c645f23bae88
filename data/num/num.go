// Package num is arithmetic with the same bits on every machine.
//
// Go may fuse x*y+z into one rounding where the machine can, and math.Log,
// math.Exp and math.Pow have assembly of their own on some machines, so the
// last bits of a dataset would depend on who built it. Here every product that
// meets a sum is rounded first, written float64(x*y) + z, sums run from left
// to right, logarithm and exponential are written out, and there is one NaN.
//
// math.Sqrt, Abs, Floor, Ceil, Trunc, Min and Max are exact everywhere and are
// used as they are. Code outside this package that computes a stored value
// follows the same two rules: a product is rounded where it is made, for the
// sum that it may be fused with can stand in another statement or, once calls
// are inlined, in another function; and no math.Log. A test of cmd/mantis holds
// both. Such code asks Finite, not x-x, whether a value is one.
package num

import "math"

// nan is the bit pattern of the one NaN, which is also that of math.NaN.
const nan = 0x7ff8000000000001

// NaN is the one NaN of mantis.
func NaN() float64 { return math.Float64frombits(nan) }

// Canonical is x, with every NaN replaced by the one NaN. 0/0 has the sign bit
// set on amd64 and not on arm64, so what is stored goes through here.
func Canonical(x float64) float64 {
	if x != x {
		return NaN()
	}
	return x
}

// Finite tells whether x is neither NaN nor infinite. The usual x-x == 0 is a
// trap: where x is a product, the subtraction may be fused with it, and what
// comes out is the rounding of the product.
func Finite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }

// The halves of ln 2: the high one ends in enough zero bits that k times it is
// exact for every binary exponent k, the low one is the rest.
const (
	ln2Hi = 0x1.62e42feep-1
	ln2Lo = math.Ln2 - ln2Hi
)

// scale is x times 2 to the k, for x of order 1. Only a subnormal result is
// rounded, once.
func scale(x float64, k int) float64 {
	switch {
	case k > 1023:
		return float64(x * 0x1p1023 * pow2(k-1023))
	case k < -1021:
		return float64(x * pow2(k+200) * 0x1p-200)
	}
	return float64(x * pow2(k))
}

// pow2 is 2 to the k for -1022 <= k <= 1023.
func pow2(k int) float64 { return math.Float64frombits(uint64(k+1023) << 52) }
