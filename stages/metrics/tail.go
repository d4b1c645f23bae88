package metrics

import (
	"math"
	"slices"

	"mantis/data/num"
)

// ValueAtRisk is the historical quantile of r at the share alpha of its worst
// bars, .05 for VaR 95 %: type 7 of Hyndman and Fan 1996, linear between
// (n-1) alpha's neighbours. It is a return: a loss is negative.
func ValueAtRisk(r []float64, alpha float64) (float64, error) {
	if err := need(r, 1); err != nil {
		return none(err)
	}
	return num.Quantile(sorted(r), alpha), nil
}

// ExpectedShortfall, or CVaR, is the mean of the worst share alpha of r,
// exactly: of the alpha n lowest returns the last one counts in part where
// alpha n is no whole number (Acerbi and Tasche 2002). It is a return, and
// never above ValueAtRisk.
func ExpectedShortfall(r []float64, alpha float64) (float64, error) {
	if err := need(r, 1); err != nil {
		return none(err)
	}
	if !(alpha > 0 && alpha <= 1) {
		return none(OutOfRange)
	}
	x := sorted(r)
	size := float64(alpha * float64(len(x)))
	whole := min(int(math.Floor(size)), len(x))
	sum := num.Sum(x[:whole])
	if whole < len(x) {
		sum += float64((size - float64(whole)) * x[whole])
	}
	return sum / size, nil
}

// NormalValueAtRisk is mean(r) + Φ⁻¹(alpha) std(r): the quantile if returns were
// normal, which they are not.
func NormalValueAtRisk(r []float64, alpha float64) (float64, error) {
	return momentQuantile(r, num.NormalQuantile(alpha))
}

// CornishFisherValueAtRisk is mean(r) + z std(r), where z is Φ⁻¹(alpha) moved by
// the skew S and the excess kurtosis K of r:
// z + (z²-1)S/6 + (z³-3z)K/24 - (2z³-5z)S²/36 (Cornish and Fisher 1938). Where
// that does not rise with z everywhere it is not a quantile, and undefined.
func CornishFisherValueAtRisk(r []float64, alpha float64) (float64, error) {
	s, err := Skew(r)
	if err != nil {
		return none(err)
	}
	k, err := ExcessKurtosis(r)
	if err != nil {
		return none(err)
	}
	// The slope is a z² + b z + c.
	eighth := float64(k / 8)
	a, b, c := eighth-float64(s*s)/6, s/3, 1-eighth+float64(5*float64(s*s))/36
	if !(float64(b*b) <= float64(4*float64(a*c)) && c >= 0) {
		return none(NotMonotone)
	}
	z := num.NormalQuantile(alpha)
	z2 := float64(z * z)
	return momentQuantile(r, z+float64((z2-1)*s)/6+float64(float64(z*(z2-3))*k)/24-float64(float64(z*(float64(2*z2)-5))*float64(s*s))/36)
}

func momentQuantile(r []float64, z float64) (float64, error) {
	if err := need(r, 2); err != nil {
		return none(err)
	}
	return num.Mean(r) + float64(z*num.Std(r, 1)), nil
}

// TailRatio is the distance from 0 of the 95 % quantile of r over that of the
// 5 % quantile.
func TailRatio(r []float64) (float64, error) {
	if err := need(r, 1); err != nil {
		return none(err)
	}
	x := sorted(r)
	low := math.Abs(num.Quantile(x, .05))
	if low <= noise {
		return none(NoTail)
	}
	return math.Abs(num.Quantile(x, .95)) / low, nil
}

func sorted(r []float64) []float64 {
	x := slices.Clone(r)
	slices.Sort(x)
	return x
}
