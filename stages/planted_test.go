package stages

import (
	"cmp"
	"math"
	"slices"

	"mantis/data/num"
	"mantis/stages/feature"
)

// planted is a feature that knows what it must not.
type planted struct {
	name    string
	compute func(b feature.Bars, out []float64)

	// seldom is true of a leak that shows at few bars: it takes every bar to find
	// it, and a handful of instants may miss it.
	seldom bool
}

const reach = 8 // bars that the planted features declare to look back on

// plantedFeatures are the ways in which features have been seen to look ahead.
func plantedFeatures() []planted {
	return []planted{
		{"the next return", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 { return b.Close[ahead(b, t, 1)]/b.Close[t] - 1 })
		}, false},
		{"the return over three bars to come, in a little noise", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 { return b.Close[ahead(b, t, 3)]/b.Close[t] - 1 + 0.01*float64(t%7) })
		}, false},
		{"a centred mean", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 { return b.Close[t] / num.Mean(b.Close[max(0, t-3):ahead(b, t, 3)+1]) })
		}, false},
		{"a z-score by the mean of all history", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 { return b.Close[t]/num.Mean(b.Close) - 1 })
		}, false},
		{"a z-score by the deviation of all returns", func(b feature.Bars, out []float64) {
			sd := num.Std(returnsOf(b)[1:], 1)
			each(out, func(t int) float64 { return returnsOf(b.Slice(max(0, t-1), t+1))[min(t, 1)] / sd })
		}, false},
		{"a share of the highest price ever", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 { return b.Close[t] / slices.Max(b.High) })
		}, false},
		{"a rank among all closes", func(b feature.Bars, out []float64) {
			order := slices.Clone(b.Close)
			slices.Sort(order)
			each(out, func(t int) float64 { r, _ := slices.BinarySearch(order, b.Close[t]); return float64(r) })
		}, false},
		{"quiet bars filled backward", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 {
				for t < b.Len()-1 && b.Stale[t] > 0 {
					t++
				}
				return b.Close[t]
			})
		}, true},
		{"every fourth close, and straight lines between", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 {
				left := t - int(b.Time[t]/21_600_000_000%4)
				right := ahead(b, left, 4)
				return b.Close[max(left, 0)] + float64(float64(t-left)/4*(b.Close[right]-b.Close[max(left, 0)]))
			})
		}, false},
		{"the day's close, from the day's first bar on", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 { return b.Close[ahead(b, t, 3-int(b.Time[t]/21_600_000_000%4))] })
		}, true},
		{"the week's high, from Monday on", func(b feature.Bars, out []float64) {
			const week = 7 * 86_400_000_000
			each(out, func(t int) float64 {
				high := b.High[t]
				for i := t; i < b.Len() && b.Time[i]/week == b.Time[t]/week; i++ {
					high = max(high, b.High[i])
				}
				return high
			})
		}, false},
		{"tomorrow's volume", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 { return b.Volume[ahead(b, t, 1)] })
		}, false},
		{"the range of the next bar", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 { u := ahead(b, t, 1); return b.High[u]/b.Low[u] - 1 })
		}, false},
		{"whether the bar is a turning point", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 {
				if slices.Max(b.High[max(0, t-3):ahead(b, t, 3)+1]) == b.High[t] {
					return 1
				}
				return 0
			})
		}, true},
		{"smoothed backward, from the end", func(b feature.Bars, out []float64) {
			last := b.Close[b.Len()-1]
			for t := b.Len() - 1; t >= 0; t-- {
				last = float64(0.7*last) + float64(0.3*b.Close[t])
				out[t] = last
			}
		}, false},
		{"the trend of all history taken off", func(b feature.Bars, out []float64) {
			n := float64(b.Len() - 1)
			slope := (b.Close[b.Len()-1] - b.Close[0]) / max(n, 1)
			each(out, func(t int) float64 { return b.Close[t] - float64(slope*float64(t)) })
		}, false},
		{"clipped at a quantile of all history", func(b feature.Bars, out []float64) {
			order := slices.Clone(b.Close)
			slices.Sort(order)
			top := order[len(order)*9/10]
			each(out, func(t int) float64 { return min(b.Close[t], top) })
		}, true},
		{"the mean return of the hour of the day, over all days", func(b feature.Bars, out []float64) {
			r := returnsOf(b)
			each(out, func(t int) float64 {
				sum, n := 0.0, 0.0
				for i := range r {
					if i > 0 && b.Time[i]%86_400_000_000 == b.Time[t]%86_400_000_000 {
						sum, n = sum+r[i], n+1
					}
				}
				return sum / max(n, 1)
			})
		}, false},
		{"the class that is to be foreseen", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 {
				return float64(cmp.Compare(b.Close[ahead(b, t, 1)]/b.Close[t], 1.0025))
			})
		}, true},
		{"how many bars there will be", func(b feature.Bars, out []float64) {
			each(out, func(t int) float64 { return float64(t) / float64(b.Len()) })
		}, false},
		{"the volatility around the bar", func(b feature.Bars, out []float64) {
			r := returnsOf(b)
			each(out, func(t int) float64 { return math.Abs(r[ahead(b, t, 1)]) + math.Abs(r[t]) })
		}, false},
	}
}

func each(out []float64, value func(t int) float64) {
	for t := range out {
		out[t] = value(t)
	}
}

// ahead is the bar that comes n after t, or the last one.
func ahead(b feature.Bars, t, n int) int { return max(0, min(t+n, b.Len()-1)) }

func returnsOf(b feature.Bars) []float64 {
	r := make([]float64, b.Len())
	for t := 1; t < b.Len(); t++ {
		r[t] = b.Close[t]/b.Close[t-1] - 1
	}
	return r
}
