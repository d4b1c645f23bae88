package trade

import (
	"context"
	"fmt"

	"mantis/data"
	"mantis/data/num"
)

// Series is one market as columns, one value a bar.
type Series struct {
	Symbol      data.Symbol
	Open, Close []float64
	Filled      []bool    // nil: every bar traded
	Volume      []float64 // nil: not said
	Gone        []bool    // nil: never; see Quote
}

// History is a feed of bars that lie in memory. It serves one run.
type History struct {
	time, known []int64
	series      []Series
	row         int
}

// NewHistory makes a feed of bars with the given open and close instants. The
// first series is the hub, BTC-USD; the others are the alts, in BTC. The
// slices are not copied: do not change them during a run.
func NewHistory(time, known []int64, series ...Series) (*History, error) {
	if len(series) == 0 {
		return nil, fmt.Errorf("feed: no market")
	}
	if len(known) != len(time) {
		return nil, fmt.Errorf("feed: %d close instants for %d bars", len(known), len(time))
	}
	for _, s := range series {
		if len(s.Open) != len(time) || len(s.Close) != len(time) || (s.Filled != nil && len(s.Filled) != len(time)) ||
			(s.Volume != nil && len(s.Volume) != len(time)) || (s.Gone != nil && len(s.Gone) != len(time)) {
			return nil, fmt.Errorf("feed: %s: %d opens, %d closes, %d filled flags, %d volumes, %d gone flags for %d bars",
				s.Symbol, len(s.Open), len(s.Close), len(s.Filled), len(s.Volume), len(s.Gone), len(time))
		}
	}
	return &History{time: time, known: known, series: series}, nil
}

// Len is the number of bars.
func (h *History) Len() int { return len(h.time) }

// Next writes the next bar into b, reusing its quotes.
func (h *History) Next(_ context.Context, b *Bar) (bool, error) {
	t := h.row
	if t == len(h.time) {
		return false, nil
	}
	h.row++
	b.Time, b.Known = h.time[t], h.known[t]
	if len(b.Quotes) != len(h.series) {
		b.Quotes = make([]Quote, len(h.series))
	}
	for i := range h.series {
		s := &h.series[i]
		q := Quote{Symbol: s.Symbol, Open: s.Open[t], Close: s.Close[t], Volume: num.NaN(),
			Filled: s.Filled != nil && s.Filled[t], Gone: s.Gone != nil && s.Gone[t]}
		if s.Volume != nil {
			q.Volume = s.Volume[t]
		}
		b.Quotes[i] = q
	}
	return true, nil
}
