package page

import (
	"math"

	"mantis/data/num"
)

// scale maps values from lo..hi to positions from..to, evenly or by their
// logarithm. Products are rounded before they are added, so that positions
// agree on every machine.
type scale struct {
	lo, hi   float64
	from, to float64
	log      bool
}

// at is the position of v.
func (s scale) at(v float64) float64 {
	share := (v - s.lo) / (s.hi - s.lo)
	if s.log {
		bottom := num.Log(s.lo)
		share = (num.Log(v) - bottom) / (num.Log(s.hi) - bottom)
	}
	return s.from + float64(share*(s.to-s.from))
}

// ticks are the values to label.
func (s scale) ticks(want int) []float64 {
	if s.log {
		return logTicks(s.lo, s.hi, want)
	}
	return linearTicks(s.lo, s.hi, want)
}

// valueScale spans the finite values of all series, with a little air. It is
// logarithmic where the largest is more than five times the smallest and none
// is at or below zero, unless even is set.
func valueScale(series [][]float64, from, to float64, even bool) scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, ys := range series {
		for _, y := range ys {
			if finite(y) {
				lo, hi = math.Min(lo, y), math.Max(hi, y)
			}
		}
	}
	if lo > hi {
		lo, hi = 0, 1
	}
	if !even && lo > 1e-9 && hi > 5*lo {
		return scale{lo: float64(lo * 0.95), hi: float64(hi * 1.05), from: from, to: to, log: true}
	}
	lo, hi = widen(lo, hi)
	air := (hi - lo) / 25
	return scale{lo: lo - air, hi: hi + air, from: from, to: to}
}

// widen makes room around values that are all but equal.
func widen(lo, hi float64) (float64, float64) {
	size := math.Max(math.Abs(lo), math.Abs(hi))
	if hi-lo > size*1e-6 && hi-lo > 1e-9 {
		return lo, hi
	}
	room := math.Max(size/100, 1e-6)
	if size == 0 {
		room = 1
	}
	return lo - room, hi + room
}

// niceStep is the smallest of 1, 2 and 5 times a power of ten that is at least
// raw.
func niceStep(raw float64) float64 {
	for e := -12; e <= 16; e++ {
		for _, m := range [3]float64{1, 2, 5} {
			if step := power(m, e); step >= raw {
				return step
			}
		}
	}
	return 1e17
}

// power is m times ten to the e, rounded once: 3 tenths is 3/10, not 3*0.1.
func power(m float64, e int) float64 {
	if e < 0 {
		return m / math.Pow10(-e)
	}
	return float64(m * math.Pow10(e))
}

// linearTicks are the multiples of a nice step from lo to hi, about want of
// them and at most one more.
func linearTicks(lo, hi float64, want int) []float64 {
	step := niceStep((hi - lo) / float64(want))
	var ticks []float64
	first, last := math.Ceil(lo/step), math.Floor(hi/step)
	for k := first; k <= last && len(ticks) <= want; k++ {
		if step < 1 {
			ticks = append(ticks, k/math.Round(1/step))
		} else {
			ticks = append(ticks, float64(k*step))
		}
	}
	return ticks
}

// logTicks are 1, 2 and 5 times the powers of ten from lo to hi, or only every
// so many powers of ten where those are more than want, or even steps where
// they are too few to read a value by.
func logTicks(lo, hi float64, want int) []float64 {
	var fine, decades []float64
	for e := -12; e <= 16; e++ {
		for _, m := range [3]float64{1, 2, 5} {
			v := power(m, e)
			if v < lo || v > hi {
				continue
			}
			fine = append(fine, v)
			if m == 1 {
				decades = append(decades, v)
			}
		}
	}
	switch {
	case len(fine) < 4:
		return linearTicks(lo, hi, want)
	case len(fine) <= want || len(decades) < 2:
		return fine
	}
	every := (len(decades) + want - 1) / want
	var ticks []float64
	for i := 0; i < len(decades); i += every {
		ticks = append(ticks, decades[i])
	}
	return ticks
}
