package metrics

import (
	"math"

	"mantis/data/num"
)

// Trials are the configurations that were tried before one was chosen.
type Trials struct {
	Count  int     // 0: not known
	Spread float64 // standard deviation of their Sharpe ratios, annual
}

// ProbabilisticSharpe is the probability that the true Sharpe ratio is above
// threshold, both annual: Phi((s - s*) sqrt(n-1)/sqrt(1 - G1 s + (K-1)/4 s²)),
// with s the ratio a bar and K = ExcessKurtosis + 3 (Bailey and López de Prado
// 2012). Their kurtosis is the raw one, 3 for a normal distribution.
func ProbabilisticSharpe(r []float64, perYear, riskFree, threshold float64) (float64, error) {
	s, square, err := sharpeSpread(r, perYear, riskFree)
	if err != nil {
		return none(err)
	}
	above := s - threshold/math.Sqrt(perYear)
	return num.NormalCDF(float64(above * math.Sqrt(float64(len(r)-1)/square))), nil
}

// ExpectedMaximum is the Sharpe ratio that the best of so many trials without
// any skill is expected to show, annual like their Spread: Spread times
// (1-γ) Φ⁻¹(1 - 1/K) + γ Φ⁻¹(1 - 1/(K e)), γ Euler's constant (Bailey and López
// de Prado 2014). That of one trial is 0.
func (t Trials) ExpectedMaximum() float64 {
	if t.Count < 2 {
		return 0
	}
	const euler = 0.577215664901532860606512090082402431
	k := float64(t.Count)
	return float64(t.Spread * (float64((1-euler)*-num.NormalQuantile(1/k)) - float64(euler*num.NormalQuantile(1/k/math.E))))
}

// DeflatedSharpe is ProbabilisticSharpe over the expected maximum of the trials
// (Bailey and López de Prado 2014).
func DeflatedSharpe(r []float64, perYear, riskFree float64, t Trials) (float64, error) {
	if t.Count == 0 {
		return none(UnknownTrials)
	}
	return ProbabilisticSharpe(r, perYear, riskFree, t.ExpectedMaximum())
}

// MinTrackRecord is the number of bars after which a Sharpe ratio like this one
// would be above threshold with the given confidence:
// 1 + (1 - G1 s + (K-1)/4 s²) (Φ⁻¹(confidence)/(s - s*))² (Bailey and López de
// Prado 2012).
func MinTrackRecord(r []float64, perYear, riskFree, threshold, confidence float64) (float64, error) {
	s, square, err := sharpeSpread(r, perYear, riskFree)
	if err != nil {
		return none(err)
	}
	above := s - threshold/math.Sqrt(perYear)
	if !(above > 0) {
		return none(NotAbove)
	}
	z := num.NormalQuantile(confidence) / above
	return 1 + float64(square*float64(z*z)), nil
}

// sharpeSpread is the Sharpe ratio a bar and the variance of its estimate times
// n-1, for independent returns of any distribution.
func sharpeSpread(r []float64, perYear, riskFree float64) (s, square float64, err error) {
	if s, err = sharpePerBar(r, perYear, riskFree); err != nil {
		return s, s, err
	}
	skew, err := Skew(r)
	if err != nil {
		return skew, skew, err
	}
	excess, err := ExcessKurtosis(r)
	if err != nil {
		return excess, excess, err
	}
	square = 1 - float64(skew*s) + float64((excess+2)/4*float64(s*s))
	if !(square > 0) {
		return num.NaN(), num.NaN(), TooFew
	}
	return s, square, nil
}
