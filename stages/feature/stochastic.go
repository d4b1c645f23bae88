package feature

import "mantis/data/num"

// The stochastic oscillator (George Lane, 1984): where the close stands between
// the lowest low and the highest high of late, and the mean of three of those.
// Null where all of them are one price.
var _ = extra("stochastic",
	&Feature{Name: "stochastic_k_14", Doc: "%K, 0 to 100: 100 (close - lowest low) / (highest high - lowest low) of 14 bars", Code: 1, LookBack: lane, Compute: percentK},
	&Feature{Name: "stochastic_d_14", Doc: "%D: mean of the last 3 values of stochastic_k_14", Code: 1, LookBack: lane + 2,
		Compute: func(b Bars, out []float64) {
			k := make([]float64, len(out))
			percentK(b, k)
			rolling(k, 3, out, num.Mean)
		}},
)

const lane = 14

func percentK(b Bars, out []float64) {
	low := make([]float64, len(out))
	rolling(b.High, lane, out, highest)
	rolling(b.Low, lane, low, lowest)
	for t, high := range out {
		out[t] = defined(float64(100 * ((b.Close[t] - low[t]) / (high - low[t]))))
	}
}
