package market

import (
	"fmt"
	"strings"

	"mantis/data"
)

// Orientations of a row's two volumes.
const (
	undecided int8 = iota
	upright
	swapped
)

// turnVolumes finds the rows whose two volumes stand in each other's column,
// swaps them back, and notes which rows these were. Some sources changed the
// order of the two in the middle of a file.
func (r *reader) turnVolumes() {
	c := &r.out.Candles
	way, strange := r.orientations()
	turned := 0
	for i, w := range way {
		if w == swapped {
			c.Volume[i], c.QuoteVolume[i] = c.QuoteVolume[i], c.Volume[i]
			turned++
		}
	}
	if turned > 0 {
		r.note("volume columns swapped in %s, put right: %s", data.Counted(turned, "row"), ranges(c.Time, way))
	}
	r.noteStrange(strange)
}

func (r *reader) noteStrange(rows int) {
	if rows > 0 {
		r.note("the two volumes are not in the ratio of the price in %s", data.Counted(rows, "row"))
	}
}

// orientations decides every row of a file with two volumes, and counts the
// strange ones: those of which both volumes fit neither way.
//
// A row is decided by quote/base, which is a price: it is upright where that
// is nearer the candle's typical price (high+low+close)/3 than its inverse is,
// in terms of ratios. A row is left to its neighbours where a volume is zero or
// not said, where the price is too near 1 to tell, and where neither fits: it
// takes the orientation of the row before, and the first rows that of the first
// row decided.
func (r *reader) orientations() (way []int8, strange int) {
	if r.layout.at[roleVolume] < 0 || r.layout.at[roleQuote] < 0 {
		return nil, 0
	}
	c := &r.out.Candles
	way = make([]int8, c.Len())
	last := undecided
	for i := range way {
		base, quote := c.Volume[i], c.QuoteVolume[i]
		way[i] = orientation(base, quote, (c.High[i]+c.Low[i]+c.Close[i])/3)
		if way[i] == undecided {
			way[i] = last
			if base > 0 && quote > 0 && !nearOne(c.Close[i]) {
				strange++
			}
		}
		if last == undecided && way[i] != undecided {
			for k := range i {
				way[k] = way[i]
			}
		}
		last = way[i]
	}
	return way, strange
}

// offPrice is how many times quote/base may be off the price and still count:
// volumes written with two decimals are off by much in quiet hours.
const offPrice = 4

// orientation decides one row, or leaves it undecided.
func orientation(base, quote, price float64) int8 {
	if !(base > 0 && quote > 0) || nearOne(price) {
		return undecided
	}
	up, turned := apart(quote/base, price), apart(base/quote, price)
	switch {
	case up < turned && up < offPrice:
		return upright
	case turned < up && turned < offPrice:
		return swapped
	}
	return undecided
}

// apart is how many times the greater of two ratios is the lesser.
func apart(a, b float64) float64 { return max(a/b, b/a) }

// nearOne reports whether a price is so near 1 that its inverse is, too.
func nearOne(price float64) bool { return price > 0.95 && price < 1.05 }

// ranges writes the runs of swapped rows, first to last stamp of each.
func ranges(t []int64, way []int8) string {
	const most = 8
	var out []string
	more := 0
	for i := 0; i < len(way); i++ {
		if way[i] != swapped {
			continue
		}
		first := i
		for i+1 < len(way) && way[i+1] == swapped {
			i++
		}
		if len(out) == most {
			more++
			continue
		}
		out = append(out, data.Stamp(t[first])+" to "+data.Stamp(t[i]))
	}
	if more > 0 {
		out = append(out, fmt.Sprintf("and %s more", data.Counted(more, "range")))
	}
	return strings.Join(out, ", ")
}
