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

func sorted(r []float64) []float64 {
	x := slices.Clone(r)
	slices.Sort(x)
	return x
}
