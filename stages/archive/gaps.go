package archive

import "mantis/data"

// Gaps are the instants of a grid, from the first candle to the last, at which
// no candle opens.
type Gaps struct {
	Holes   int   `json:"holes"`   // stretches without a candle
	Missing int   `json:"missing"` // candles that are not there
	Longest int   `json:"longest"` // of one hole, in candles
	From    int64 `json:"from"`    // where the longest begins; data.Null for none
}

// GapsOf counts the gaps between ascending open instants.
func GapsOf(times []int64, interval data.Interval) Gaps {
	g := Gaps{From: data.Null}
	for i := 1; i < len(times); i++ {
		g.step(times[i-1], times[i], interval)
	}
	return g
}

// step counts what is missing between a candle and the next.
func (g *Gaps) step(from, to int64, interval data.Interval) {
	n := int((to-from)/int64(interval)) - 1
	if n <= 0 {
		return
	}
	g.Holes++
	g.Missing += n
	if n > g.Longest {
		g.Longest, g.From = n, from+int64(interval)
	}
}

// join adds the gaps of what follows: after the candle of one instant, from that
// of another on.
func (g *Gaps) join(next Gaps, last, first int64, interval data.Interval) {
	g.step(last, first, interval)
	g.Holes += next.Holes
	g.Missing += next.Missing
	if next.Longest > g.Longest {
		g.Longest, g.From = next.Longest, next.From
	}
}
