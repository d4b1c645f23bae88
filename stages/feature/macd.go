package feature

import "fmt"

// Moving average convergence and divergence (Gerald Appel, The Moving Average
// Convergence-Divergence Method, 1979): the distance between a fast and a slow
// exponential average of the close, and its own average. Appel's are in units of
// the price; here they are divided by the close of the bar, so that they mean the
// same at every price.
var _ = extra("macd",
	macd("macd_line", "(average of 12 closes - average of 26) / close", 1, func(line, signal float64) float64 { return line }),
	macd("macd_signal", "average of 9 such differences / close", 9, func(line, signal float64) float64 { return signal }),
	macd("macd_histogram", "difference less the average of 9 of them / close", 9, func(line, signal float64) float64 { return line - signal }),
)

func macd(name, doc string, signal int, value func(line, signal float64) float64) *Feature {
	fast, slow, last := decay(12), decay(26), decay(signal)
	if signal == 1 {
		last = []float64{1} // the line itself
	}
	return &Feature{Name: name, Code: 1, LookBack: len(slow) + len(last) - 1,
		Doc: doc + fmt.Sprintf("; exponential averages of span k, weights (1-2/(k+1))^i cut off after %dk bars", memory),
		Compute: func(b Bars, out []float64) {
			line, after := make([]float64, len(out)), make([]float64, len(out))
			decayed(b.Close, fast, line)
			decayed(b.Close, slow, out)
			for t := range line {
				line[t] -= out[t]
			}
			decayed(line, last, after)
			for t, c := range b.Close {
				out[t] = defined(value(line[t], after[t]) / c)
			}
		}}
}
