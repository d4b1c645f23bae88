package profile

import (
	"math"
	"slices"

	"mantis/data/num"
	"mantis/stages/metrics"
)

// sample is what the libraries are given: returns, and those of the benchmark.
type sample struct {
	r, b          []float64
	year          float64 // bars
	riskFree, mar float64 // a bar
	trials        metrics.Trials
}

func newSample(c metrics.Curve) *sample {
	s := &sample{year: c.Interval.PerYear(), trials: c.Trials}
	s.riskFree, s.mar = metrics.PerBar(c.RiskFree, s.year), metrics.PerBar(c.MAR, s.year)
	if r := metrics.Returns(c.Equity); len(r) > 0 {
		s.r = r[1:]
	}
	if b := metrics.Returns(c.Benchmark); len(b) > 0 {
		s.b = b[1:]
	}
	return s
}

// of are the measures of a library by our names.
func (s *sample) of(name string) map[string]func() float64 {
	switch name {
	case "empyrical":
		return s.empyrical()
	case "quantstats":
		return s.quantstats()
	case "vectorbt":
		return s.vectorbt()
	}
	return nil
}

func (s *sample) root() float64 { return math.Sqrt(s.year) }

func (s *sample) total() float64 {
	v := 1.0
	for _, x := range s.r {
		v = float64(v * (1 + x))
	}
	return v
}

func (s *sample) cagr() float64 { return num.Pow(s.total(), s.year/float64(len(s.r))) - 1 }

func (s *sample) volatility() float64 { return float64(num.Std(s.r, 1) * s.root()) }

// downside is the downside deviation of x, a bar.
func downside(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		d := math.Min(v, 0)
		sum += float64(d * d)
	}
	return math.Sqrt(sum / float64(len(x)))
}

// ratio is mean/std x sqrt(N) of returns less a rate. Where the returns do not
// vary at all it is 0/0 or infinite.
func (s *sample) ratio(x []float64, less float64) float64 {
	return float64((num.Mean(x) - less) / num.Std(x, 1) * s.root())
}

func less(x []float64, c float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v - c
	}
	return out
}

func (s *sample) active() []float64 {
	out := make([]float64, len(s.r))
	for i := range s.r {
		out[i] = s.r[i] - s.b[i]
	}
	return out
}

func (s *sample) omega() float64 {
	above, below := 0.0, 0.0
	for _, v := range less(s.r, s.mar) {
		above += math.Max(v, 0)
		below += math.Max(-v, 0)
	}
	return above / below
}

// maxDrawdown is the deepest drawdown of the chained returns. The first peak is
// what stood before the first bar, or else what stands after it.
func (s *sample) maxDrawdown(before bool) float64 {
	v, peak, deepest := 1.0, 0.0, 0.0
	if before {
		peak = 1
	}
	for _, x := range s.r {
		v = float64(v * (1 + x))
		peak = math.Max(peak, v)
		deepest = math.Min(deepest, v/peak-1)
	}
	return deepest
}

// beta is 0/0 for a benchmark whose variance is below 1e-30.
func (s *sample) beta() float64 {
	variance := num.Var(s.b, 0)
	if variance < 1e-30 {
		return num.NaN()
	}
	return num.Cov(s.r, s.b, 0) / variance
}

// compoundedAlpha is (1 + mean(r - f - beta (b - f)))^N - 1.
func (s *sample) compoundedAlpha() float64 {
	mean := num.Mean(s.r) - s.riskFree - float64(s.beta()*(num.Mean(s.b)-s.riskFree))
	return num.Pow(1+mean, s.year) - 1
}

func (s *sample) quantile(p float64) float64 { return num.Quantile(sorted(s.r), p) }

func sorted(x []float64) []float64 {
	out := slices.Clone(x)
	slices.Sort(out)
	return out
}

// lowestMean is the mean of the lowest floor((n-1) alpha) + 1 returns.
func (s *sample) lowestMean(alpha float64) float64 {
	return num.Mean(sorted(s.r)[:int(float64(float64(len(s.r)-1)*alpha))+1])
}

func (s *sample) tailRatio() float64 { return math.Abs(s.quantile(.95)) / math.Abs(s.quantile(.05)) }

// moments are the skew g1 and the excess kurtosis g2, over n.
func (s *sample) moments() (g1, g2 float64) {
	mean := num.Mean(s.r)
	var m2, m3, m4 float64
	for _, x := range s.r {
		d := x - mean
		q := float64(d * d)
		m2 += q
		m3 += float64(q * d)
		m4 += float64(q * q)
	}
	n := float64(len(s.r))
	m2, m3, m4 = m2/n, m3/n, m4/n
	return m3 / float64(m2*math.Sqrt(m2)), m4/float64(m2*m2) - 3
}

// unbiased are G1 and G2, NaN for too few returns.
func (s *sample) unbiased() (skew, kurtosis float64) {
	skew, _ = metrics.Skew(s.r)
	kurtosis, _ = metrics.ExcessKurtosis(s.r)
	return skew, kurtosis
}

// certainty is Φ((s - s*) sqrt(n-1)/sqrt(1 - skew s + (excess+2)/4 s²)), s and s*
// a bar.
func (s *sample) certainty(sharpe, threshold, skew, excess float64) float64 {
	square := 1 - float64(skew*sharpe) + float64((excess+2)/4*float64(sharpe*sharpe))
	return num.NormalCDF(float64((sharpe - threshold) * math.Sqrt(float64(len(s.r)-1)/square)))
}
