package xgb

import "math"

// exp2Table holds the bits of 2^(i/32) less i<<47, so that adding k<<47 for
// any k = 32*e + i gives the bits of 2^(k/32).
var exp2Table = [32]uint64{
	0x3ff0000000000000, 0x3fefd9b0d3158574, 0x3fefb5586cf9890f, 0x3fef9301d0125b51,
	0x3fef72b83c7d517b, 0x3fef54873168b9aa, 0x3fef387a6e756238, 0x3fef1e9df51fdee1,
	0x3fef06fe0a31b715, 0x3feef1a7373aa9cb, 0x3feedea64c123422, 0x3feece086061892d,
	0x3feebfdad5362a27, 0x3feeb42b569d4f82, 0x3feeab07dd485429, 0x3feea47eb03a5585,
	0x3feea09e667f3bcd, 0x3fee9f75e8ec5f74, 0x3feea11473eb0187, 0x3feea589994cce13,
	0x3feeace5422aa0db, 0x3feeb737b0cdc5e5, 0x3feec49182a3f090, 0x3feed503b23e255d,
	0x3feee89f995ad3ad, 0x3feeff76f2fb5e47, 0x3fef199bdd85529c, 0x3fef3720dcef9069,
	0x3fef5818dcfba487, 0x3fef7c97337b9b5f, 0x3fefa4afa2a490da, 0x3fefd0765b6e4540,
}

// The polynomial 1 + c2 r + c1 r^2 + c0 r^3 approximates 2^(r/32) on
// [-1/2, 1/2]; the coefficients are those of the expf of ARM's
// optimized-routines.
const (
	expC0    = 0x1.c6af84b912394p-5 / (32 * 32 * 32)
	expC1    = 0x1.ebfce50fac4f3p-3 / (32 * 32)
	expC2    = 0x1.62e42ff0c52d6p-1 / 32
	expScale = 0x1.71547652b82fep+0 * 32 // 32/ln 2
	expShift = 0x1.8p+52
)

// expf returns e**x for x up to 88.7 with the bits of the GNU C library's expf. A
// larger x is out of its contract.
func expf(x float32) float32 {
	if x < -0x1.9fe368p6 { // the logarithm of half the smallest float32
		return 0
	}
	z := float64(expScale * float64(x))
	k := float64(z + expShift)
	n := math.Float64bits(k)
	r := z - float64(k-expShift)
	s := math.Float64frombits(exp2Table[n&31] + n<<47)
	y := float64(float64(expC2*r) + 1)
	y += float64(float64(float64(expC0*r)+expC1) * float64(r*r))
	return float32(y * s)
}
