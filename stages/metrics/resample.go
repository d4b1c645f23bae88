package metrics

import (
	"math"
	"slices"

	"mantis/data/num"
	"mantis/stages/metrics/bootstrap"
)

// Resampling says how intervals are drawn.
type Resampling struct {
	Seed       uint64
	Resamples  int     // 0: no intervals
	Confidence float64 // share of the resamples that lie within an interval, 0.95
	Block      float64 // mean run of bars; 0: the longer one that bootstrap.Length has for returns and for their distances from the mean
}

// The measures of a resample. Other monthly ones are these over sqrt(12).
const (
	ofGrowth = iota
	ofMonth
	ofMean
	ofVolatility
	ofSharpe
	ofSortino
	ofOmega
	ofDrawdown
	ofCalmar
	ofAlpha
	ofBeta
	ofInformation
	measuresOfAll
)

// The columns of running sums. Sums of a run of bars are differences of them,
// which costs the same for a run of any length.
const (
	sumD      = iota // return less its mean
	sumDD            // squared
	sumUp            // what is above the minimum acceptable return
	sumDown          // what is below it, negative
	sumDownSq        // squared
	sumLog           // log(1+r)
	sumE             // return of the benchmark less its mean
	sumEE
	sumDE
	sumA // return less that of the benchmark, less its mean
	sumAA
	columns
)

// cancelled is the share of the history's own sum of squares up to which what
// a resample varies by is rounding: of running sums, or of returns that are one
// return again and again.
const cancelled = 1e-12

// history is what resamples of a curve are measured from.
type history struct {
	n                           int
	mean, benchMean, activeMean float64
	perYear, riskFree, least    float64 // the rates a bar
	sums                        []float64
	logs                        []float64
	compared                    bool
}

// newHistory wants returns above -1 and, for a comparison, a benchmark's of the
// same bars.
func newHistory(r, b []float64, perYear, riskFree, mar float64) *history {
	h := &history{n: len(r), mean: num.Mean(r), perYear: perYear, riskFree: PerBar(riskFree, perYear), least: PerBar(mar, perYear)}
	h.compared = len(b) == len(r)
	if h.compared {
		h.benchMean = num.Mean(b)
		h.activeMean = h.mean - h.benchMean
	}
	h.sums, h.logs = make([]float64, (h.n+1)*columns), make([]float64, h.n)
	var bar [columns]float64
	for t, x := range r {
		d, over := x-h.mean, x-h.least
		h.logs[t] = num.Log(1 + x)
		bar[sumD], bar[sumDD], bar[sumLog] = d, float64(d*d), h.logs[t]
		bar[sumUp], bar[sumDown] = math.Max(over, 0), math.Min(over, 0)
		bar[sumDownSq] = float64(bar[sumDown] * bar[sumDown])
		if h.compared {
			e := b[t] - h.benchMean
			a := x - b[t] - h.activeMean
			bar[sumE], bar[sumEE], bar[sumDE] = e, float64(e*e), float64(d*e)
			bar[sumA], bar[sumAA] = a, float64(a*a)
		}
		for i, v := range bar {
			h.sums[(t+1)*columns+i] = h.sums[t*columns+i] + v
		}
	}
	return h
}

// draw measures one resample into out; what it has no value for is NaN.
func (h *history) draw(s bootstrap.Stationary, k int, out *[measuresOfAll]float64) {
	var total [columns]float64
	level, peak, deepest := 0.0, 0.0, 0.0
	s.Runs(k, h.n, func(from, length int) {
		lo, hi := h.sums[from*columns:][:columns], h.sums[(from+length)*columns:][:columns]
		for i := range total {
			total[i] += hi[i] - lo[i]
		}
		for _, x := range h.logs[from : from+length] {
			level += x
			if level > peak {
				peak = level
			} else if d := level - peak; d < deepest {
				deepest = d
			}
		}
	})
	h.measure(&total, deepest, out)
}

// measure is the definitions of this package over sums.
func (h *history) measure(total *[columns]float64, deepest float64, out *[measuresOfAll]float64) {
	n, root := float64(h.n), math.Sqrt(h.perYear)
	whole := h.sums[h.n*columns:]
	variance := func(square, sum int) float64 {
		v := total[square] - float64(total[sum]*total[sum])/n
		if v <= float64(cancelled*whole[square]) {
			return 0
		}
		return v / (n - 1)
	}
	mean := h.mean + total[sumD]/n
	std := math.Sqrt(math.Max(variance(sumDD, sumD), 0))
	down := math.Sqrt(math.Max(total[sumDownSq], 0) / n)
	out[ofGrowth] = num.Exp(float64(total[sumLog]/n*h.perYear)) - 1
	out[ofMonth] = num.Exp(float64(total[sumLog]/n*h.perYear/12)) - 1
	out[ofMean] = float64(mean * h.perYear)
	out[ofVolatility] = float64(std * root)
	out[ofSharpe] = over(float64((mean-h.riskFree)*root), std, noise)
	out[ofSortino] = over(float64((mean-h.least)*root), down, noise)
	out[ofOmega] = over(total[sumUp], -total[sumDown], float64(noise*n))
	out[ofDrawdown] = num.Exp(deepest) - 1
	out[ofCalmar] = over(out[ofGrowth], -out[ofDrawdown], noise)
	out[ofAlpha], out[ofBeta], out[ofInformation] = num.NaN(), num.NaN(), num.NaN()
	if !h.compared {
		return
	}
	bench := h.benchMean + total[sumE]/n
	product := (total[sumDE] - float64(total[sumD]*total[sumE])/n) / (n - 1)
	beta := over(product, variance(sumEE, sumE), noise*noise)
	out[ofBeta] = beta
	out[ofAlpha] = float64((mean - h.riskFree - float64(beta*(bench-h.riskFree))) * h.perYear)
	spread := math.Sqrt(math.Max(variance(sumAA, sumA), 0))
	out[ofInformation] = over(float64((h.activeMean+total[sumA]/n)*root), spread, noise)
}

// over is a/b, NaN where b is no more than what rounding leaves.
func over(a, b, least float64) float64 {
	if !(b > least) {
		return num.NaN()
	}
	return a / b
}

// spread is what the resamples of one measure say.
type spread struct {
	std, low, high float64
	undefined      int // resamples without a value
}

// spreads draws the resamples of a curve. r has no null and nothing at or below
// -1.
func (p Resampling) spreads(r, b []float64, perYear, riskFree, mar float64) (out [measuresOfAll]spread) {
	h := newHistory(r, b, perYear, riskFree, mar)
	s := bootstrap.Stationary{Seed: p.Seed, Block: p.Block}
	if s.Block == 0 {
		s.Block = block(r)
	}
	values := make([]float64, p.Resamples*measuresOfAll)
	var one [measuresOfAll]float64
	for k := range p.Resamples {
		h.draw(s, k, &one)
		for i, v := range one {
			values[i*p.Resamples+k] = v
		}
	}
	for i := range out {
		out[i] = p.spread(values[i*p.Resamples:][:p.Resamples])
	}
	return out
}

// block is the mean run for returns r. Returns hardly depend on those before
// them, but their size does, and with it all that is measured by their spread.
func block(r []float64) float64 {
	mean := num.Mean(r)
	return math.Max(bootstrap.Length(r), bootstrap.Length(each(r, func(x float64) float64 { return math.Abs(x - mean) })))
}

// spread is the standard deviation and the percentile interval of resamples.
func (p Resampling) spread(values []float64) spread {
	x := spread{num.NaN(), num.NaN(), num.NaN(), 0}
	for _, v := range values {
		if !num.Finite(v) {
			x.undefined++
		}
	}
	if x.undefined > 0 {
		return x
	}
	x.std = num.Std(values, 1)
	slices.Sort(values)
	tail := float64((1 - p.Confidence) / 2)
	x.low, x.high = num.Quantile(values, tail), num.Quantile(values, 1-tail)
	return x
}
