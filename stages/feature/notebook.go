package feature

import (
	"fmt"

	"mantis/data/num"
)

// The notebook's 25 columns under its own names and with its own arithmetic,
// but no row is dropped and nothing is infinite: where pandas gives an
// infinity, a feature is null.

var notebookWindows = []int{2, 3, 4, 7, 30}

var _ = add(
	&Feature{Name: "returns", Group: "notebook", Doc: "close(t)/close(t-1) - 1", Code: 1, LookBack: 2,
		Compute: func(b Bars, out []float64) { copy(out, change(b.Close, 1)) }},
	&Feature{Name: "cum_returns", Group: "notebook", Doc: "product of 1 + returns since the first bar, which is close(t)/close(0)", Code: 2, LookBack: 1, Anchored: true, Level: true,
		Compute: cumulative},
	&Feature{Name: "log_price", Group: "notebook", Doc: "log(close)", Code: 1, LookBack: 1, Level: true,
		Compute: func(b Bars, out []float64) {
			for t, c := range b.Close {
				out[t] = num.Log(c)
			}
		}},
	&Feature{Name: "log_returns", Group: "notebook", Doc: "log(close(t)) - log(close(t-1))", Code: 1, LookBack: 2,
		Compute: logReturns},
)

var _ = add(family(notebookWindows, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("price_velocity_", k), Group: "notebook", Doc: fmt.Sprintf("close(t)/close(t-%d) - 1", k), Code: 1, LookBack: k + 1,
		Compute: func(b Bars, out []float64) { copy(out, change(b.Close, k)) }}
})...)

var _ = add(family([]int{1, 2, 3, 4, 7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("price_acceleration_", k), Group: "notebook", Code: 1, LookBack: 2*k + 1,
		Doc:     fmt.Sprintf("v(t)/v(t-%d) - 1 of the velocity v(t) = close(t)/close(t-%[1]d) - 1; null after a velocity of 0", k),
		Compute: func(b Bars, out []float64) { copy(out, change(change(b.Close, k), k)) }}
})...)

var _ = add(family(notebookWindows, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("rolling_mean_velocity_", k), Group: "notebook", Doc: fmt.Sprintf("mean of the last %d returns", k), Code: 1, LookBack: k + 1,
		Compute: func(b Bars, out []float64) { rolling(change(b.Close, 1), k, out, num.Mean) }}
})...)

var _ = add(family(notebookWindows, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("rolling_mean_acceleration_", k), Group: "notebook", Doc: fmt.Sprintf("mean of the last %d values of price_acceleration_1", k), Code: 1, LookBack: k + 2,
		Compute: func(b Bars, out []float64) { rolling(change(change(b.Close, 1), 1), k, out, num.Mean) }}
})...)

// cumulative is the product telescoped: it needs no bar between, and has one
// rounding in place of one a bar.
func cumulative(b Bars, out []float64) {
	for t, c := range b.Close {
		out[t] = defined(c / b.StartClose)
		if b.Time[t] == b.StartTime { // the first bar has no return
			out[t] = num.NaN()
		}
	}
}

func logReturns(b Bars, out []float64) {
	before := num.NaN()
	for t, c := range b.Close {
		now := num.Log(c)
		out[t] = defined(now - before)
		before = now
	}
}
