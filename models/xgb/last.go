package xgb

// judge shows the splits of one feature to the gauges of two children that
// will not be divided again: the bench holds the light one, and the heavy one
// is what is left of the parent. It is part and scan in one pass over the
// parent, without keeping the histograms. Empty bins stay in the pass; they
// change nothing. The bench is zero afterwards; room is scratch.
func (d *bench) judge(u *rule, parent shelf, feature int32, light, heavy *gauge, wholeLight, wholeHeavy bool, room *[maxBins]pair) {
	var a, b pair
	var passedA, passedB bool
	for i := 0; ; i++ {
		if i, a, b = d.sieve(u.lambda, parent, i, light, heavy, a, b); i >= len(parent.sums) {
			break
		}
		if light.above(u.lambda, a) {
			passedA = true
			light.try(u, a, feature, int32(parent.bins[i]), true)
		}
		if heavy.above(u.lambda, b) {
			passedB = true
			heavy.try(u, b, feature, int32(parent.bins[i]), true)
		}
	}
	if a != light.total && (passedA || !wholeLight || !light.sieved) {
		sums := room[:len(parent.sums)]
		for i, bin := range parent.bins {
			sums[i] = d[bin]
		}
		light.backward(u, shelf{sums: sums, bins: parent.bins}, feature)
	}
	if b != heavy.total && (passedB || !wholeHeavy || !heavy.sieved) {
		sums := room[:len(parent.sums)]
		for i, bin := range parent.bins {
			sums[i] = pair{parent.sums[i].g - d[bin].g, parent.sums[i].h - d[bin].h}
		}
		heavy.backward(u, shelf{sums: sums, bins: parent.bins}, feature)
	}
	for _, bin := range parent.bins {
		d[bin] = pair{}
	}
	d[missing] = pair{}
}

// above reports whether a running sum is above the bar.
func (q *gauge) above(lambda float64, sum pair) bool {
	a := sum.h + lambda
	y := sum.g - float64(q.center*a)
	return !(float64(y*y) <= float64(float64(a*q.bar)*(q.span-a)))
}

// sieve adds bins from index i on to the running sums of both children until
// one is above its bar, and returns its index and the sums with it; or the
// number of bins and the totals.
func (d *bench) sieve(lambda float64, parent shelf, i int, light, heavy *gauge, a, b pair) (int, pair, pair) {
	sums, bins := parent.sums, parent.bins
	bins = bins[:len(sums)]
	centerA, spanA, barA := light.center, light.span, light.bar
	centerB, spanB, barB := heavy.center, heavy.span, heavy.bar
	for ; i < len(sums); i++ {
		p := &d[bins[i]]
		g, h := p.g, p.h
		a.g += g
		a.h += h
		b.g += sums[i].g - g
		b.h += sums[i].h - h
		x := a.h + lambda
		y := a.g - float64(centerA*x)
		if !(float64(y*y) <= float64(float64(x*barA)*(spanA-x))) {
			break
		}
		x = b.h + lambda
		y = b.g - float64(centerB*x)
		if !(float64(y*y) <= float64(float64(x*barB)*(spanB-x))) {
			break
		}
	}
	return i, a, b
}
