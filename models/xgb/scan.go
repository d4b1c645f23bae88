package xgb

// shelf is the histogram of one feature in one cell: the sums of the bins that
// are not exactly zero, ascending. Empty bins change neither a running sum nor
// the best split.
type shelf struct {
	sums  []pair
	bins  []uint8
	broad []uint16 // instead of bins, of a column that has more than maxBins
}

// bin is the bin of the sums at index i.
func (s *shelf) bin(i int) int32 {
	if s.broad != nil {
		return int32(s.broad[i])
	}
	return int32(s.bins[i])
}

// scan shows the splits of one feature to the gauge: first with missing rows
// on the right, and, where the bins do not add up to the cell in every bit,
// with missing rows on the left. whole says that no row of the cell misses the
// feature.
func (q *gauge) scan(u *rule, s shelf, feature int32, whole bool) {
	forward, passed := q.forward(u, s, feature)
	if forward == q.total {
		return
	}
	// With nothing missing the splits from the other side are the same ones up
	// to rounding of the sums, far below the margin of the sieve.
	if whole && q.sieved && !passed {
		return
	}
	q.backward(u, s, feature)
}

func (q *gauge) forward(u *rule, s shelf, feature int32) (sum pair, passed bool) {
	for i := 0; ; {
		if i, sum = q.sieve(u.lambda, s.sums, i, sum); i == len(s.sums) {
			return sum, passed
		}
		passed = true
		q.try(u, sum, feature, s.bin(i), true)
		i++
	}
}

func (q *gauge) backward(u *rule, s shelf, feature int32) {
	var sum pair
	for i := len(s.sums) - 1; ; {
		if i, sum = q.sieveDown(u.lambda, s.sums, i, sum); i < 0 {
			return
		}
		q.try(u, sum, feature, s.bin(i)-1, false)
		i--
	}
}

// sieve adds sums from index i on to the running sum until one is above the
// bar, and returns its index and the running sum with it; or the length of
// sums and the total.
func (q *gauge) sieve(lambda float64, sums []pair, i int, sum pair) (int, pair) {
	center, span, bar := q.center, q.span, q.bar
	g, h := sum.g, sum.h
	for ; i < len(sums); i++ {
		g += sums[i].g
		h += sums[i].h
		a := h + lambda
		y := g - float64(center*a)
		if !(float64(y*y) <= float64(float64(a*bar)*(span-a))) {
			break
		}
	}
	return i, pair{g, h}
}

// sieveDown is sieve with falling indexes, to -1.
func (q *gauge) sieveDown(lambda float64, sums []pair, i int, sum pair) (int, pair) {
	center, span, bar := q.center, q.span, q.bar
	g, h := sum.g, sum.h
	for ; i >= 0 && i < len(sums); i-- {
		g += sums[i].g
		h += sums[i].h
		a := h + lambda
		y := g - float64(center*a)
		if !(float64(y*y) <= float64(float64(a*bar)*(span-a))) {
			break
		}
	}
	return i, pair{g, h}
}
