package feature

import (
	"fmt"

	"mantis/data/num"
)

// What the markets in BTC do over the same bars, for the market of BTC in dollars:
// whether others gain on BTC or lose. Null for every other market, and where none
// of them has both bars.
var _ = extra("cross", family([]int{1, 7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("alts_return_", k), Doc: fmt.Sprintf("mean of close(t)/close(t-%d) - 1 over the markets in BTC; null but for BTC in dollars", k), Code: 1, LookBack: k + 1, Alts: true,
		Compute: func(b Bars, out []float64) { across(b.Alts, k, out, num.Mean) }}
})...)

var _ = extra("cross", family([]int{1, 7}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("alts_breadth_", k), Doc: fmt.Sprintf("share of the markets in BTC that rose over %d bars; null but for BTC in dollars", k), Code: 1, LookBack: k + 1, Alts: true,
		Compute: func(b Bars, out []float64) {
			across(b.Alts, k, out, func(returns []float64) float64 {
				rose := 0
				for _, r := range returns {
					if r > 0 {
						rose++
					}
				}
				return float64(rose) / float64(len(returns))
			})
		}}
})...)

// across fills out with value of the changes over k bars of the markets that have
// one, in their order; NaN where none has.
func across(markets [][]float64, k int, out []float64, value func(returns []float64) float64) {
	changes := make([][]float64, len(markets))
	for i, closes := range markets {
		changes[i] = change(closes, k)
	}
	returns := make([]float64, 0, len(markets))
	for t := range out {
		returns = returns[:0]
		for _, c := range changes {
			if c[t] == c[t] {
				returns = append(returns, c[t])
			}
		}
		if out[t] = num.NaN(); len(returns) > 0 {
			out[t] = value(returns)
		}
	}
}
