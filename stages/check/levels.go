package check

import (
	"fmt"
	"slices"

	"mantis/data"
)

// The terms of a new level.
const (
	step      = 3.0  // a close this many times the one before may begin a new level,
	levelRows = 10   // which this many traded candles to either side show,
	leastRows = 3    // or as many as there are, but no fewer
	ofTen     = 1.25 // a unit changed where the factor is so near a power of ten
)

// levels tells prices that change by a great factor from one candle to the next
// and stay there.
func (f *faults) levels(s *Series, traded []int) {
	var room [2][levelRows]float64
	for k := 1; k < len(traded); k++ {
		a, b := s.Close[traded[k-1]], s.Close[traded[k]]
		if apart(a, b) < step {
			continue
		}
		left, right := room[0][:0], room[1][:0]
		for _, i := range traded[max(0, k-levelRows):k] {
			left = append(left, s.Close[i])
		}
		for _, i := range traded[k:min(len(traded), k+levelRows)] {
			right = append(right, s.Close[i])
		}
		if len(left) < leastRows || len(right) < leastRows {
			continue
		}
		before, after := median(left), median(right)
		factor := apart(before, after)
		if factor < step || (after > before) != (b > a) {
			continue
		}
		at, kind, how := s.Time[traded[k]], PriceJump, Warning
		if ten := powerOfTen(factor, ofTen); ten > 0 {
			kind, how = PriceUnit, Error
		}
		f.add(kind, Spot{Severity: how, From: at, To: at, Rows: 1, Weight: factor,
			Text: fmt.Sprintf("%s from about %s to about %s, %s", data.Stamp(at), price(before), price(after), ofFactor(before, after))})
	}
}

// powerOfTen is the power of ten that a factor is near, 0 for none.
func powerOfTen(factor, near float64) float64 {
	for ten := 10.0; ten < 1e16; ten = float64(ten * 10) {
		if apart(factor, ten) <= near {
			return ten
		}
	}
	return 0
}

func ofFactor(before, after float64) string {
	if after > before {
		return times(after/before) + " times as much"
	}
	return times(before/after) + " times as little"
}

// The terms of a new scale of the volume.
const (
	blockRows   = 64   // traded candles whose median stands for a level of the volume,
	blockDays   = 2    // or as many as two days have
	scaleStep   = 30.0 // medians so far apart may be two scales,
	separate    = 0.97 // where so large a share of the rows lies on its side of the middle
	ofThousands = 2.0  // a unit changed where the factor is so near 1000, a million and so on,
	ofPrice     = 2.0  // or the price: from base to quote currency, or back
)

// volumes tells volumes that change their scale from one candle to the next.
func (f *faults) volumes(s *Series, traded []int) {
	rows := make([]int, 0, len(traded))
	for _, i := range traded {
		if s.Volume[i] > 0 {
			rows = append(rows, i)
		}
	}
	size := blockRows
	if s.Interval > 0 {
		size = max(size, int(blockDays*data.Day/s.Interval))
	}
	if len(rows) < 2*size {
		return
	}
	medians, room := make([]float64, len(rows)/size), make([]float64, size)
	for b := range medians {
		for k := range room {
			room[k] = s.Volume[rows[b*size+k]]
		}
		medians[b] = median(room)
	}
	for b := 1; b < len(medians); b++ {
		// The change lies in block b-1, in block b or between them.
		from, to := max(0, b-2), min(len(medians), b+2)
		low, high := medians[from], medians[to-1]
		if apart(low, high) < scaleStep || apart(medians[b-1], medians[b]) < 1.5 {
			continue
		}
		if f.scale(s, rows[from*size:to*size], size) {
			b += 2
		}
	}
}

// scale looks for the row, at least half a block from either end, that parts
// volumes of two scales, and tells it.
func (f *faults) scale(s *Series, rows []int, size int) bool {
	x := make([]float64, len(rows))
	for k, i := range rows {
		x[k] = s.Volume[i]
	}
	half := size / 2
	a, b := median(slices.Clone(x[:half])), median(slices.Clone(x[len(x)-half:]))
	rises := b > a
	above := func(v float64) int { // v > sqrt(a b), without the root
		if v/a > b/v {
			return 1
		}
		return 0
	}
	right := 0 // rows on their side for a cut before the first row: all are behind it
	for _, v := range x {
		right += above(v)
	}
	if !rises {
		right = len(x) - right
	}
	best, cut := 0, 0
	for k, v := range x {
		if k >= half && len(x)-k >= half && right > best {
			best, cut = right, k
		}
		if (above(v) == 1) == rises {
			right--
		} else {
			right++
		}
	}
	if cut == 0 || float64(best) < float64(separate*float64(len(x))) {
		return false
	}
	before, after := median(slices.Clone(x[:cut])), median(slices.Clone(x[cut:]))
	factor := apart(before, after)
	if factor < scaleStep {
		return false
	}
	at, p := s.Time[rows[cut]], s.Close[rows[cut]]
	kind, how, why := VolumeJump, Warning, ""
	switch {
	case apart(p, 1) > scaleStep && min(apart(after/before, p), apart(before/after, p)) <= ofPrice:
		kind, how, why = VolumeUnit, Error, ", which is the price: one is in "+s.Symbol.Base()+" and the other in "+s.Symbol.Quote()
	case thousands(factor):
		kind, how = VolumeUnit, Error
	}
	f.add(kind, Spot{Severity: how, From: at, To: at, Rows: 1, Weight: factor,
		Text: fmt.Sprintf("%s from about %s to about %s, %s%s", data.Stamp(at), price(before), price(after), ofFactor(before, after), why)})
	return true
}

func thousands(factor float64) bool {
	for unit := 1e3; unit < 1e13; unit = float64(unit * 1e3) {
		if apart(factor, unit) <= ofThousands {
			return true
		}
	}
	return apart(factor, 1e8) <= ofThousands // satoshis
}
