package metrics

import "mantis/data/num"

// Undefined is the reason why a measure has no value.
type Undefined string

// Error is the reason.
func (u Undefined) Error() string { return string(u) }

// The reasons.
const (
	TooFew        Undefined = "too few returns"
	Null          Undefined = "a return is null"
	NoSpread      Undefined = "returns do not vary"
	NoLoss        Undefined = "no return is below the minimum acceptable"
	NoDrawdown    Undefined = "equity was never below an earlier peak"
	WipedOut      Undefined = "equity fell to zero"
	NoBenchmark   Undefined = "no benchmark"
	FlatBenchmark Undefined = "the benchmark does not vary"
	NotRecorded   Undefined = "not recorded"
	OutOfRange    Undefined = "out of range"
	UnknownTrials Undefined = "the number of trials is not known"
	NotAbove      Undefined = "the Sharpe ratio is not above the threshold"
	NotMonotone   Undefined = "the Cornish-Fisher expansion is not monotone at this skew and kurtosis"
	NoTail        Undefined = "the lower quantile is zero"
	SomeResamples Undefined = "no interval: some resamples have no value"
	NoResampling  Undefined = "no interval: equity fell to zero"
)

// noise is the standard deviation up to which returns are rounding errors.
const noise = 1e-14

// none is what an undefined measure returns.
func none(why error) (float64, error) { return num.NaN(), why }

// need reports whether r has at least n values and no null.
func need(r []float64, n int) error {
	if len(r) < n {
		return TooFew
	}
	for _, x := range r {
		if !num.Finite(x) {
			return Null
		}
	}
	return nil
}

// needPair is need for returns beside those of a benchmark.
func needPair(r, b []float64, n int) error {
	if len(b) != len(r) {
		return NoBenchmark
	}
	if err := need(r, n); err != nil {
		return err
	}
	return need(b, n)
}
