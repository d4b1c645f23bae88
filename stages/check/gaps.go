package check

import (
	"cmp"
	"fmt"
	"slices"

	"mantis/data"
)

// Gap is a stretch of the grid without a candle.
type Gap struct {
	From    int64 `json:"from"`  // open instant of the first candle that is missing
	Until   int64 `json:"until"` // open instant of the candle that follows
	Missing int   `json:"missing"`
}

// Holes are the gaps of a series.
type Holes struct {
	Count   int   `json:"count"`
	Missing int   `json:"missing"`         // candles
	Worst   []Gap `json:"worst,omitempty"` // the longest, in order of time
}

// Longest is the length of the longest gap in candles, 0 where there is none.
func (h Holes) Longest() int {
	longest := 0
	for _, g := range h.Worst {
		longest = max(longest, g.Missing)
	}
	return longest
}

// HolesOf finds the gaps between ascending instants.
func HolesOf(time []int64, interval data.Interval) Holes {
	var h Holes
	for i := 1; i < len(time); i++ {
		if time[i]-time[i-1] > int64(interval) {
			h.Add(Between(time[i-1], time[i], interval))
		}
	}
	h.order()
	return h
}

// Between is the gap between two candles.
func Between(before, after int64, interval data.Interval) Gap {
	from := before + int64(interval)
	return Gap{From: from, Until: after, Missing: max(1, int((after-from)/int64(interval)))}
}

// Add takes a gap in.
func (h *Holes) Add(g Gap) {
	h.Count, h.Missing = h.Count+1, h.Missing+g.Missing
	if h.Worst = append(h.Worst, g); len(h.Worst) > 8*most {
		h.order()
	}
}

// Join takes in the gaps of another stretch.
func (h *Holes) Join(o Holes) {
	h.Count, h.Missing = h.Count+o.Count, h.Missing+o.Missing
	h.Worst = append(h.Worst, o.Worst...)
	h.order()
}

// order keeps the longest gaps, in order of time.
func (h *Holes) order() {
	slices.SortFunc(h.Worst, func(a, b Gap) int { return cmp.Or(b.Missing-a.Missing, cmp.Compare(a.From, b.From)) })
	h.Worst = slices.Clone(h.Worst[:min(most, len(h.Worst))])
	slices.SortFunc(h.Worst, func(a, b Gap) int { return cmp.Compare(a.From, b.From) })
}

// outages tells the stretches without a trade, whether their candles are absent
// or flat, that are longer than the market is ever quiet.
func (f *faults) outages(s *Series, traded []int) {
	if len(traded) == 0 {
		return
	}
	first := s.Time[0]
	slot := func(i int) int { return int((s.Time[i] - first) / int64(s.Interval)) }
	var runs []run
	var behind []int // the row in traded that follows each
	for k := 1; k < len(traded); k++ {
		a, b := slot(traded[k-1]), slot(traded[k])
		if b-a > 1 {
			runs, behind = append(runs, run{a + 1, b - a - 1}), append(behind, k)
		}
	}
	improbable(runs, slot(s.Len()-1)+1, func(i int) {
		k, n := behind[i], runs[i].length
		before, after := traded[k-1], traded[k]
		flat := after - before - 1
		from, to := s.Time[before]+int64(s.Interval), s.Time[after]-int64(s.Interval)
		habit := " absent"
		switch {
		case flat == n:
			habit = " flat"
		case flat > 0:
			habit = fmt.Sprintf(", %s of them flat and the others absent", data.Thousands(flat))
		}
		f.add(Outage, Spot{Severity: Warning, From: from, To: to, Rows: n, Weight: float64(n), Text: fmt.Sprintf("%s, %s%s", span(from, to), data.Counted(n, "candle"), habit)})
	})
}
