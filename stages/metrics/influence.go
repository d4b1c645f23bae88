package metrics

import (
	"math"

	"mantis/data/num"
)

// Standard errors come from influence series. A measure T of n bars moves, when
// bar t is given a little more weight, by psi_t, and its standard error is the
// root of the long-run variance of psi over n. For a Sharpe ratio this is Lo's
// (2002) error: of independent normal returns where psi is taken to be so, of
// independent ones with Mertens' (2002) skew and kurtosis where only its
// variance counts, and of dependent ones where its autocovariances count too.

// longRun is the standard error of a measure with the influence psi, whose mean
// is 0 but for rounding: Newey and West (1987), with the weights 1 - k/(L+1)
// on the first L = floor(4 (n/100)^(2/9)) autocovariances, taken over n.
func longRun(psi []float64) float64 { return longRunOf(psi, lagsOf(len(psi))) }

// lagsOf is L for n bars.
func lagsOf(n int) int { return max(0, min(int(4*num.Pow(float64(n)/100, 2./9)), n-1)) }

// longRunOf is longRun with the first so many autocovariances.
func longRunOf(psi []float64, lags int) float64 {
	n := len(psi)
	if n < 2 {
		return num.NaN()
	}
	mean, sum := num.Mean(psi), 0.0
	for k := 0; k <= lags; k++ {
		product := 0.0
		for t := k; t < n; t++ {
			product += float64((psi[t] - mean) * (psi[t-k] - mean))
		}
		w := 1.0
		if k > 0 {
			w = float64(2 * (1 - float64(k)/float64(lags+1)))
		}
		sum += float64(w * product)
	}
	return math.Sqrt(math.Max(sum, 0)) / float64(n)
}

// sharpeInfluence is that of mean(x)/std(x): z - s/2 (z² - 1) for
// z = (x - mean)/std, times scale.
func sharpeInfluence(x []float64, ratio, scale float64) []float64 {
	mean, std := num.Mean(x), num.Std(x, 1)
	return each(x, func(v float64) float64 {
		z := (v - mean) / std
		return float64(scale * (z - float64(ratio/2*(float64(z*z)-1))))
	})
}

// sortinoInfluence is that of mean(x)/d, d² the mean of min(x, 0)².
func sortinoInfluence(x []float64, ratio, down, scale float64) []float64 {
	mean := num.Mean(x)
	return each(x, func(v float64) float64 {
		d := math.Min(v, 0) / down
		return float64(scale * ((v-mean)/down - float64(ratio/2*(float64(d*d)-1))))
	})
}

// volatilityInfluence is that of std(x).
func volatilityInfluence(x []float64, scale float64) []float64 {
	mean, std := num.Mean(x), num.Std(x, 1)
	return each(x, func(v float64) float64 {
		z := (v - mean) / std
		return float64(scale * float64(std/2) * (float64(z*z) - 1))
	})
}

// growthInfluence is that of exp(mean(log(1+x)) years) - 1, whose value is rate.
func growthInfluence(x []float64, rate, bars float64) []float64 {
	logs := each(x, func(v float64) float64 { return num.Log(1 + v) })
	mean := num.Mean(logs)
	return each(logs, func(v float64) float64 { return float64((1 + rate) * bars * (v - mean)) })
}

// lineInfluence is that of the intercept and of the slope of r over b: the
// residual, spread as the line's design spreads it.
func lineInfluence(r, b []float64, slope, scale float64) (intercept, beta []float64) {
	mr, mb := num.Mean(r), num.Mean(b)
	variance := num.Var(b, 0)
	intercept, beta = make([]float64, len(r)), make([]float64, len(r))
	for t := range r {
		d := b[t] - mb
		residual := r[t] - mr - float64(slope*d)
		beta[t] = float64(residual*d) / variance
		intercept[t] = float64(scale * (residual - float64(mb*beta[t])))
	}
	return intercept, beta
}

func each(x []float64, f func(float64) float64) []float64 {
	out := make([]float64, len(x))
	for t, v := range x {
		out[t] = f(v)
	}
	return out
}

// less is x - c, bar by bar.
func less(x []float64, c float64) []float64 {
	return each(x, func(v float64) float64 { return v - c })
}
