package market

import (
	"math"

	"mantis/data/num"
)

// The law of a simulated market. With closes c up to bar t, all of them on the
// tick, and r(i) = c(i)/c(i-1) - 1:
//
//	a     mean |r| over the last 7 and over the last 30 bars, halves of each,
//	      over the mean |z|: a scale; bars before the first count as calmScale
//	scale calmScale where clustering is 0; towards 0.05 calmScale + 0.95 a,
//	      kept within 0.35 and 2.8 calmScale, as clustering goes to 1
//	m     move over 7 bars / (scale √7)
//	l     move over 30 bars / (scale √30); both 0 until there are as many bars
//	sign  1 where |l| <= 1: the market trends; else -1: it turns
//	s     sign m - l/2, kept within -1 and 1
//	ln(1 + r(t+1)) = scale (edge s + z) / √(1 + edge²/3)
//
// The move over n bars is (c(t) - c(t-n)) / √(c(t) c(t-n)), in which a doubling
// weighs what a halving does. z is drawn from a mixture of two logistic
// distributions around 0, of variance 0.99 and excess kurtosis 6. The root keeps
// the size of returns much the same for every edge. The term -l/2 outweighs a
// trend that lasts, so that no edge makes the price run away.
const (
	calmScale = 0.012
	short     = 7
	long      = 30
	momentum  = 7
	swing     = 30
	wide      = 0.15 // weight of the wide logistic
	spreadIn  = 0.40 // its narrow and wide spreads
	spreadOut = 1.05
	// meanSize is E|z|: a logistic distribution of spread s has 2 ln 2 s.
	meanSize = 2 * math.Ln2 * ((1-wide)*spreadIn + wide*spreadOut)
)

// law is what a bar's return is drawn from, given the past.
type law struct {
	drift float64                 // of the logarithm of 1 + the return
	scale float64                 // of the same about the drift
	p     [Classes]float64        // probability of each class
	cdf   [2][Classes + 1]float64 // of the narrow and the wide logistic at the classes' bounds
}

// lawAt is the law of the bar after the last one of closes; size holds the
// absolute returns |r(i)| of closes[i], with size[0] unused, and bounds the
// logarithms of 1 + the class boundaries.
func lawAt(p *SimParams, bounds, closes, size []float64) law {
	t := len(closes) - 1
	scale := calmScale
	if p.Clustering > 0 {
		a := float64(0.5*meanOfLast(size, short)) + float64(0.5*meanOfLast(size, long))
		a = float64(0.05*calmScale) + float64(0.95*(a/meanSize))
		a = min(max(a, 0.35*calmScale), 2.8*calmScale)
		scale = float64((1-p.Clustering)*calmScale) + float64(p.Clustering*a)
	}
	signal := 0.0
	if t >= momentum {
		m := move(closes, momentum) / scale
		l := 0.0
		if t >= swing {
			l = move(closes, swing) / scale
		}
		if math.Abs(l) > 1 {
			m = -m
		}
		signal = min(max(m-float64(0.5*l), -1), 1)
	}
	root := math.Sqrt(1 + float64(p.Edge*p.Edge)/3)
	w := law{scale: scale / root}
	w.drift = float64(w.scale * float64(p.Edge*signal))
	w.classes(bounds)
	return w
}

// move is the change of the last close over n bars, over √n.
func move(closes []float64, n int) float64 {
	a, b := closes[len(closes)-1-n], closes[len(closes)-1]
	return (b - a) / math.Sqrt(float64(a*b)*float64(n))
}

// logs are the logarithms of 1 + the class boundaries.
func logs(bins []float64) []float64 {
	out := make([]float64, len(bins))
	for i, b := range bins {
		out[i] = num.Log(1 + b)
	}
	return out
}

// meanOfLast is the mean of the last n sizes, those before the first bar
// counted as what calmScale gives, summed afresh from left to right.
func meanOfLast(size []float64, n int) float64 {
	sum, have := 0.0, max(len(size)-1, 0)
	if have < n {
		sum = float64(float64(n-have) * (calmScale * meanSize))
	}
	for _, v := range size[len(size)-min(n, have):] {
		sum += v
	}
	return sum / float64(n)
}

// classes fills in the class probabilities as differences of the distribution
// function at the boundaries.
func (w *law) classes(bounds []float64) {
	for i, spread := range [2]float64{spreadIn, spreadOut} {
		for k, b := range bounds {
			w.cdf[i][k+1] = logistic((b - w.drift) / float64(w.scale*spread))
		}
		w.cdf[i][Classes] = 1
	}
	for k := range w.p {
		in, out := w.cdf[0][k+1]-w.cdf[0][k], w.cdf[1][k+1]-w.cdf[1][k]
		w.p[k] = float64((1-wide)*in) + float64(wide*out)
	}
}

// logistic is 1/(1 + e^-x).
func logistic(x float64) float64 { return 1 / (1 + num.Exp(-x)) }

// class is the class of a return, from 0: the number of boundaries below it.
func class(r float64, bins []float64) int {
	k := 0
	for _, b := range bins {
		if r > b {
			k++
		}
	}
	return k
}

// draws are the three uniform numbers of a bar.
type draws struct{ class, part, place float64 }

// pick draws a class, and a return within it: the logistic by its share of the
// class, the place by the inverse of its distribution function.
func (w *law) pick(u draws) (k int, r float64) {
	rest := u.class
	for k = 0; k < Classes-1 && rest >= w.p[k]; k++ {
		rest -= w.p[k]
	}
	for w.p[k] <= 0 { // the last class of all, where rounding left nothing
		k--
	}
	i, spread := 0, spreadIn
	if in := float64((1-wide)*(w.cdf[0][k+1]-w.cdf[0][k])) / w.p[k]; u.part >= in {
		i, spread = 1, spreadOut
	}
	lo, hi := w.cdf[i][k], w.cdf[i][k+1]
	v := lo + float64((hi-lo)*u.place)
	z := float64(spread * num.Log(v/(1-v)))
	return k, num.Exp(min(max(w.drift+float64(w.scale*z), -0.9), 0.9)) - 1
}
