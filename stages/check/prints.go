package check

import (
	"fmt"
	"math"

	"mantis/data"
)

// The terms of a bad print.
const (
	glance    = 1.05 // a price that is this many times the close before is looked at
	beside    = 5    // traded candles to either side
	farPrint  = 0.15 // a print is as far as this, as a share, and
	farRanges = 20.0 // so many times the usual range of a candle around it
	absurd    = 1.5  // an open or close so many times its surroundings is an error,
	wick      = 3.0  // and a high or low so many times
)

// prints tells candles with a price far from the closes around it, to which the
// price returns. What is far is measured against the median range and change of
// the candles around. At the ends of a series one side has to do.
func (f *faults) prints(s *Series, traded []int) {
	if len(traded) < 2 {
		return
	}
	ref := s.Close[traded[1]] // the last close that was none, and for the first candle the next
	for k := range traded {
		i := traded[k]
		if s.High[i] < float64(ref*glance) && s.Low[i] > ref/glance {
			ref = s.Close[i]
			continue
		}
		before, after, scale := s.surroundings(traded, k)
		if before != before && after != after {
			return
		}
		if before != before {
			before = after
		}
		if after != after {
			after = before
		}
		if !f.judge(s, i, max(before, after), min(before, after), max(farPrint, float64(farRanges*scale))) {
			ref = s.Close[i]
		}
	}
}

// surroundings are the median close of the traded candles before and behind the
// k-th, NaN where there are fewer than three, and the median size of a candle's
// range and of its change.
func (s *Series) surroundings(traded []int, k int) (before, after, scale float64) {
	var room [3][2 * beside]float64
	left, right, sizes := room[0][:0], room[1][:0], room[2][:0]
	size := func(j int) {
		i, change := traded[j], 1.0
		if j > 0 && j-1 != k {
			change = apart(s.Close[i], s.Close[traded[j-1]])
		}
		sizes = append(sizes, max(s.High[i]/s.Low[i], change)-1)
	}
	for j := max(0, k-beside); j < k; j++ {
		left = append(left, s.Close[traded[j]])
		size(j)
	}
	for j := k + 1; j < min(len(traded), k+1+beside); j++ {
		right = append(right, s.Close[traded[j]])
		size(j)
	}
	before, after = nan, nan
	if len(left) >= 3 {
		before = median(left)
	}
	if len(right) >= 3 {
		after = median(right)
	}
	return before, after, median(sizes)
}

// judge tells of candle i where a price of it is farther than far above high or
// below low, the medians around it, and whether there is one.
func (f *faults) judge(s *Series, i int, high, low, far float64) bool {
	var names []string
	how, worst, which, around := Warning, 0.0, 0.0, 0.0
	for _, p := range []struct {
		name  string
		price float64
		body  bool
	}{{"open", s.Open[i], true}, {"high", s.High[i], false}, {"low", s.Low[i], false}, {"close", s.Close[i], true}} {
		off, from := p.price/high, high
		if low/p.price > off {
			off, from = low/p.price, low
		}
		if off-1 <= far {
			continue
		}
		names = append(names, p.name)
		if off > worst {
			worst, which, around = off, p.price, from
		}
		if p.body && off > absurd || off > wick {
			how = Error
		}
	}
	if len(names) == 0 {
		return false
	}
	f.add(BadPrint, Spot{Severity: how, From: s.Time[i], To: s.Time[i], Rows: 1, Weight: math.Min(worst, 1e300),
		Text: fmt.Sprintf("%s %s %s, %s", data.Stamp(s.Time[i]), listed(names), price(which), against(which, around))})
	return true
}

// against says how a price lies to what is around it.
func against(p, around float64) string {
	if p > around {
		return fmt.Sprintf("%s times the %s around it", times(p/around), price(around))
	}
	return fmt.Sprintf("the %s around it are %s times as much", price(around), times(around/p))
}
