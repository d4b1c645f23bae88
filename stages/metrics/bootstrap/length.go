package bootstrap

import (
	"math"

	"mantis/data/num"
)

// Length is the mean run length of the stationary bootstrap that is best for
// the mean of x, of four values or more: Politis and White (2004) with the
// constants that Patton, Politis and White (2009) corrected. It is at least 1
// and at most ceil(min(3 sqrt(n), n/3)); x that does not vary has 1.
//
// Let R(k) be the autocovariances of x, over n, and m the first lag behind
// which K = max(5, floor(log10 n)) autocorrelations in a row are below
// 2 sqrt(log10(n)/n), or where there is none the last one that is not. Then
// with M = 2m at most, and the weights w of 1 up to M/2 that fall in a line to
// 0 at M: G = sum w |k| R(k) and g = sum w R(k) over -M to M, and the length is
// (G²/g²)^(1/3) n^(1/3).
func Length(x []float64) float64 {
	n := len(x)
	if n < 4 {
		return 1
	}
	size := float64(n)
	most := math.Ceil(math.Min(3*math.Sqrt(size), size/3))
	kept := max(5, int(num.Log(size)/math.Ln10))
	lags := min(int(math.Ceil(math.Sqrt(size)))+kept, n-1)
	r := autocovariances(x, lags)
	if !(r[0] > 0) {
		return 1
	}
	m := cutoff(r, kept, float64(2*math.Sqrt(num.Log(size)/math.Ln10/size)))
	m = min(2*max(m, 1), lags)
	g, weighted := r[0], 0.0
	for k := 1; k <= m; k++ {
		share := float64(k) / float64(m)
		w := 1.0
		if share > 0.5 {
			w = float64(2 * (1 - share))
		}
		g += float64(2 * w * r[k])
		weighted += float64(2 * w * float64(k) * r[k])
	}
	if g == 0 || weighted == 0 {
		return 1
	}
	length := num.Pow(float64(float64(weighted/g)*float64(weighted/g)*size), 1./3)
	return math.Max(1, math.Min(length, most))
}

// autocovariances are R(0) to R(lags): sums of products about the mean over n.
func autocovariances(x []float64, lags int) []float64 {
	mean, n := num.Mean(x), len(x)
	d := make([]float64, n)
	for t, v := range x {
		d[t] = v - mean
	}
	r := make([]float64, lags+1)
	for k := range r {
		sum := 0.0
		for t := k; t < n; t++ {
			sum += float64(d[t] * d[t-k])
		}
		r[k] = sum / float64(n)
	}
	return r
}

// cutoff is the lag behind which autocorrelations count as none.
func cutoff(r []float64, kept int, bound float64) int {
	run, last := 0, 0
	for k := 1; k < len(r); k++ {
		if math.Abs(r[k]/r[0]) >= bound {
			run, last = 0, k
			continue
		}
		if run++; run == kept {
			return k - kept
		}
	}
	return last
}
