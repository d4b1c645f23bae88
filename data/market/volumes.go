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
	if r.layout.at[roleVolume] < 0 || r.layout.at[roleQuote] < 0 {
		return
	}
	spans, strange := c.TurnVolumes()
	if r.out.Turned = spans; len(spans) > 0 {
		turned := 0
		for _, s := range spans {
			turned += s.Rows
		}
		r.note("volume columns swapped in %s, put right: %s", data.Counted(turned, "row"), ranges(spans))
	}
	r.noteStrange(strange)
}

// Span is a run of neighbouring rows.
type Span struct {
	First, Last int64 // open instants
	Rows        int
}

// TurnVolumes swaps the two volumes of the rows in which they stand in each
// other's column, and says which these were. strange counts the rows whose two
// volumes are not in the ratio of the price either way.
func (c *Candles) TurnVolumes() (turned []Span, strange int) {
	way, strange := c.orientations()
	for i, w := range way {
		if w != swapped {
			continue
		}
		c.Volume[i], c.QuoteVolume[i] = c.QuoteVolume[i], c.Volume[i]
		if i == 0 || way[i-1] != swapped {
			turned = append(turned, Span{First: c.Time[i]})
		}
		t := &turned[len(turned)-1]
		t.Last, t.Rows = c.Time[i], t.Rows+1
	}
	return turned, strange
}

func (r *reader) noteStrange(rows int) {
	if rows > 0 {
		r.note("the two volumes are not in the ratio of the price in %s", data.Counted(rows, "row"))
	}
}

// orientations decides every row of candles with two volumes, and counts the
// strange ones: those of which both volumes fit neither way.
//
// A row is decided by quote/base, which is a price: it is upright where that
// is nearer the candle's typical price (high+low+close)/3 than its inverse is,
// in terms of ratios. A row is left to its neighbours where a volume is zero or
// not said, where the price is too near 1 to tell, and where neither fits: it
// takes the orientation of the row before, and the first rows that of the first
// row decided.
func (c *Candles) orientations() (way []int8, strange int) {
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

// ranges writes spans, first to last stamp of each.
func ranges(spans []Span) string {
	const most = 8
	var out []string
	for _, s := range spans[:min(most, len(spans))] {
		out = append(out, data.Stamp(s.First)+" to "+data.Stamp(s.Last))
	}
	if more := len(spans) - most; more > 0 {
		out = append(out, fmt.Sprintf("and %s more", data.Counted(more, "range")))
	}
	return strings.Join(out, ", ")
}
