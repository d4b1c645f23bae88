// Package bits has every kind of arithmetic that TestBits knows. A line with a
// fault ends in what is to be done about it.
package bits

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

type price float64

func inner(x float64) float64 { return x - x }

func outer(a, b, c float64, n int, f []float32, p price, z complex128, d distuv.Normal) (r float64, q price, g float32) {
	const half = 1.0 / 2
	r = a*b + c                         // round
	r = c - (a * b)                     // round
	r = -(a * b) + c                    // round
	r += a * b                          // round
	r -= 3 * a                          // round
	r *= a                              // round
	r /= 4                              // round
	r = a/2 + c                         // round
	t := a * b                          // round
	t = inner(a * b)                    // round
	t = max(a*b, c) + c                 // round
	q = p*p + 1                         // round
	g = f[0]*f[1] - f[0]                // round
	f = append(f, f[0]*2)               // round
	z = complex128(z * z)               // round
	t = d.CDF(a)*d.CDF(b) + c           // round
	t = c + 3*d.CDF(a)                  // round
	t = math.Log(a)                     // num
	t = math.Pow10(n) + c               // round
	logarithm := math.Log1p             // num
	t = cmplx.Abs(z)                    // num
	t = rand.Float64()                  // num
	_ = func() float64 { return a * b } // round
	_ = struct{ x float64 }{a * b}      // round

	r = float64(a*b) + c
	r = c - float64(-(a * b))
	q = price(p*p) + 1
	g = float32(f[0]*f[1]) - f[0]
	r = float64(a*b*c) / (a * b)
	r = a/3 + c/10 + half
	r /= 3
	n = n*n + 2*n + n/2
	n *= n
	r = math.Sqrt(a*b) + math.Floor(float64(max(a*b, c))/c)
	_ = time.Duration(n)*time.Hour + time.Second
	fmt.Println(a*b, a*b < c, 2*half*3+1, logarithm, rand.NewPCG(1, 2).Uint64())
	r = float64(d.CDF(a)*d.CDF(b)) + c + t
	return r, q, g
}
