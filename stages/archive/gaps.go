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
		n := int((times[i]-times[i-1])/int64(interval)) - 1
		if n <= 0 {
			continue
		}
		g.Holes++
		g.Missing += n
		if n > g.Longest {
			g.Longest, g.From = n, times[i-1]+int64(interval)
		}
	}
	return g
}
