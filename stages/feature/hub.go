package feature

import (
	"fmt"

	"mantis/data/num"
)

// What BTC in dollars does over the same bars, for every other market. Null for
// that market itself, whose own features say it, and where it has no bar.
var _ = extra("cross", family([]int{1, 7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("hub_return_", k), Doc: fmt.Sprintf("close(t)/close(t-%d) - 1 of BTC in dollars; null for itself", k), Code: 1, LookBack: k + 1, Hub: true,
		Compute: func(b Bars, out []float64) { copy(out, change(b.hub(), k)) }}
})...)

var _ = extra("cross",
	&Feature{Name: "hub_volatility_30", Doc: "standard deviation of the last 30 returns of BTC in dollars; null for itself", Code: 1, LookBack: 31, Hub: true,
		Compute: func(b Bars, out []float64) {
			rolling(change(b.hub(), 1), 30, out, func(w []float64) float64 { return num.Std(w, 1) })
		}},
	&Feature{Name: "hub_correlation_30", Doc: "correlation of the last 30 returns with those of BTC in dollars; null for itself, and where either never moved", Code: 1, LookBack: 31, Hub: true,
		Compute: func(b Bars, out []float64) {
			together(change(b.Close, 1), change(b.hub(), 1), 30, out, func(own, hub []float64) float64 {
				return num.Cov(own, hub, 1) / (num.Std(own, 1) * num.Std(hub, 1))
			})
		}},
	&Feature{Name: "hub_beta_30", Doc: "covariance of the last 30 returns with those of BTC in dollars / variance of the latter; null for itself, and where either never moved", Code: 1, LookBack: 31, Hub: true,
		Compute: func(b Bars, out []float64) {
			together(change(b.Close, 1), change(b.hub(), 1), 30, out, func(own, hub []float64) float64 {
				return num.Cov(own, hub, 1) / num.Var(hub, 1)
			})
		}},
)

// hub is the closes of BTC in dollars, NaN all over where there are none.
func (b Bars) hub() []float64 {
	if b.Hub != nil {
		return b.Hub
	}
	out := make([]float64, b.Len())
	for t := range out {
		out[t] = num.NaN()
	}
	return out
}

// together is rolling of two columns; NaN also where one of the windows is level.
func together(x, y []float64, k int, out []float64, value func(x, y []float64) float64) {
	rolling(x, k, out, num.Sum) // NaN where x has a gap
	other := make([]float64, len(y))
	rolling(y, k, other, num.Sum)
	for t := range out {
		if out[t] != out[t] || other[t] != other[t] || level(x[t+1-k:t+1]) || level(y[t+1-k:t+1]) {
			out[t] = num.NaN()
			continue
		}
		out[t] = defined(value(x[t+1-k:t+1], y[t+1-k:t+1]))
	}
}
