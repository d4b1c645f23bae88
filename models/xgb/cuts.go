package xgb

import "math"

// cutsOf returns the upper bounds of the bins of a column, strictly
// increasing, at least one and at most maxBin. A value belongs to the first
// bin whose cut is above it; the last cut is above every value.
func cutsOf(summary []rank, maxBin int) []float32 {
	n := len(summary)
	if n == 0 {
		return []float32{1e-5}
	}
	last := summary[0].value
	after := func(i int, v float32) int { // first entry from i on above v
		for i < n && summary[i].value <= v {
			i++
		}
		return i
	}
	next := after(1, last)
	var cuts []float32
	if n <= maxBin {
		for next < n {
			last = summary[next].value
			cuts = append(cuts, last)
			next = after(next+1, last)
		}
	} else {
		total := float64(summary[n-1].rmax)
		at := 0
		for i := 1; i < maxBin; i++ {
			goal := float64(2 * (float64(float64(i)*total) / float64(maxBin)))
			for at < n-2 && goal >= float64(summary[at+1].rmin+summary[at+1].rmax) {
				at++
			}
			pick := summary[at+1].value
			if goal < float64(summary[at].next()+summary[at+1].prev()) {
				pick = summary[at].value
			}
			if pick <= last {
				if next = after(next, last); next == n {
					break
				}
				pick = summary[next].value
			} else {
				next = after(next, pick)
			}
			cuts = append(cuts, pick)
			last = pick
		}
	}
	top := summary[n-1].value
	return append(cuts, top+(float32(math.Abs(float64(top)))+1e-5))
}

// cuts17 is cutsOf with the arithmetic of Dialect17, of the summary of a column
// with n values, and the threshold below all bins.
func cuts17(summary []rank, n, maxBin int) (cuts []float32, floor float32) {
	const little = float64(float32(1e-5)) // is added in float64
	if len(summary) == 0 {
		return []float32{float32(3 * little)}, 1e-5
	}
	// max_bin times XGBoost's oversampling, then max_bin.
	summary = prune(summary, min(n, 8*maxBin))
	bins := min(n, 8*maxBin, maxBin)
	summary = prune(summary, bins+1)
	low := float64(summary[0].value)
	floor = float32(low - math.Abs(low) - little)
	for i := 1; i < min(len(summary), bins); i++ {
		if v := summary[i].value; i == 1 || v > cuts[len(cuts)-1] {
			cuts = append(cuts, v)
		}
	}
	top := float64(summary[len(summary)-1].value)
	return append(cuts, float32(top+(math.Abs(top)+little))), floor
}

// binOf returns the index of the first cut above v, the last at most.
func binOf(cuts []float32, v float32) int {
	low, high := 0, len(cuts)-1
	for low < high {
		if mid := int(uint(low+high) >> 1); cuts[mid] > v {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// finder is binOf for columns of at most maxBins bins, without branches, for
// which way a search goes cannot be foreseen.
type finder struct {
	keys [maxBins]int32 // of the cuts, and behind them one above all values
	last int
}

// key orders as values do, of which none is NaN and zeros are the same.
func key(v float32) int32 {
	b := int32(math.Float32bits(v + 0))
	return b ^ b>>31&math.MaxInt32
}

func newFinder(cuts []float32) *finder {
	f := &finder{last: len(cuts) - 1}
	for i := range f.keys {
		f.keys[i] = math.MaxInt32
		if i < len(cuts) {
			f.keys[i] = key(cuts[i])
		}
	}
	return f
}

// find finds the bins of four values at once, so that one search need not wait
// for another.
func (f *finder) find(v [4]float32) (bins [4]int) {
	a, b, c, d := int64(key(v[0])), int64(key(v[1])), int64(key(v[2])), int64(key(v[3]))
	var i, j, k, l int
	for half := maxBins / 2; half > 0; half /= 2 {
		i += half &^ int((a-int64(f.keys[uint8(i+half-1)]))>>63)
		j += half &^ int((b-int64(f.keys[uint8(j+half-1)]))>>63)
		k += half &^ int((c-int64(f.keys[uint8(k+half-1)]))>>63)
		l += half &^ int((d-int64(f.keys[uint8(l+half-1)]))>>63)
	}
	return [4]int{min(i, f.last), min(j, f.last), min(k, f.last), min(l, f.last)}
}
