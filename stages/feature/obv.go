package feature

import (
	"fmt"

	"mantis/data/num"
)

// On-balance volume (Joseph Granville, New Key to Stock Market Profits, 1963)
// adds the volume of a bar that closed higher and takes away that of one that
// closed lower, from the start of history on. A sum without end depends on where
// history starts; these are its change over the last bars, as a share of what was
// traded in them: from -1 to 1. Null where nothing was.
var _ = extra("obv", family([]int{7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("obv_change_", k), Code: 1, LookBack: k + 1,
		Doc: fmt.Sprintf("change of the on-balance volume over %d bars / their volume: sum of sign(close(t) - close(t-1)) volume / sum of volume", k),
		Compute: func(b Bars, out []float64) {
			signed, traded := make([]float64, len(out)), make([]float64, len(out))
			rolling(onBalance(b), k, signed, num.Sum)
			rolling(b.Volume, k, traded, num.Sum)
			for t := range out {
				out[t] = defined(signed[t] / traded[t])
			}
		}}
})...)

// onBalance is the volume of each bar with the sign of the move to its close.
func onBalance(b Bars) []float64 {
	out := make([]float64, b.Len())
	out[0] = num.NaN()
	for t := 1; t < len(out); t++ {
		switch {
		case b.Close[t] > b.Close[t-1]:
			out[t] = b.Volume[t]
		case b.Close[t] < b.Close[t-1]:
			out[t] = -b.Volume[t]
		default:
			out[t] = float64(0 * b.Volume[t]) // no volume given is not no volume
		}
	}
	return out
}
