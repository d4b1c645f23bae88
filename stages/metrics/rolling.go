package metrics

import (
	"math"

	"mantis/data"
	"mantis/data/num"
)

// Window is a length of time that measures are rolled over.
type Window struct {
	Name string
	Bars int
}

// Windows are a week and a month of bars: 7 days, and a twelfth of a year of
// 365 days, to the nearest whole bar and at least two. Bars of 6h have 28 and
// 122.
func Windows(interval data.Interval) []Window {
	bars := func(years float64) int { return max(2, int(math.Floor(float64(interval.PerYear()*years)+0.5))) }
	return []Window{{"week", bars(7. / 365)}, {"month", bars(1. / 12)}}
}

// Rolled is the measures of each bar's window, which ends with that bar: NaN
// where one is undefined, as all are in the bars before the first whole window.
type Rolled struct {
	Return     []float64 // compounded over the window, not annual
	Volatility []float64 // annual
	Sharpe     []float64 // annual
	Alpha      []float64 // annual
	Beta       []float64
	Reason     []string // what is undefined and why, else ""
}

// Rolling measures each window of a curve by the definitions of Performance. A
// window's returns are those of its own bars: nothing outside of it counts, and
// each is summed afresh.
func Rolling(c Curve, bars int) Rolled {
	n := len(c.Equity)
	x := Rolled{nones(n), nones(n), nones(n), nones(n), nones(n), make([]string, n)}
	r, b := Returns(c.Equity), Returns(c.Benchmark)
	year := c.Interval.PerYear()
	for t := range n {
		if t < bars {
			x.Reason[t] = "all: " + TooFew.Error()
			continue
		}
		lo, hi := t-bars+1, t+1
		in, beside := r[lo:hi], []float64(nil)
		if len(b) == n {
			beside = b[lo:hi]
		}
		x.put(t, "return", x.Return)(TotalReturn(c.Equity[lo-1 : hi]))
		x.put(t, "volatility", x.Volatility)(Volatility(in, year))
		x.put(t, "sharpe", x.Sharpe)(Sharpe(in, year, c.RiskFree))
		alpha, err := Alpha(in, beside, year, c.RiskFree)
		x.put(t, "alpha", x.Alpha)(alpha, err)
		x.put(t, "beta", x.Beta)(Beta(in, beside))
	}
	return x
}

// put sets a measure of bar t, or says why there is none.
func (x *Rolled) put(t int, name string, out []float64) func(float64, error) {
	return func(value float64, err error) {
		if err == nil && !num.Finite(value) {
			err = OutOfRange
		}
		if err == nil {
			out[t] = value
			return
		}
		if x.Reason[t] != "" {
			x.Reason[t] += "; "
		}
		x.Reason[t] += name + ": " + err.Error()
	}
}

// nones is n values that are undefined.
func nones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = num.NaN()
	}
	return x
}
