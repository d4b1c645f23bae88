package page

import (
	"math"
	"sort"
)

// ordinaryBins is about how many bins the inner 99 in 100 returns fall into,
// and mostBins the most there are in all, but for the rim.
const (
	ordinaryBins = 50
	mostBins     = 120
)

// histogram counts returns in bins of one width whose edges are multiples of
// it; the outermost bins also hold what lies beyond them.
type histogram struct {
	step   float64
	first  int // the multiple of step at the lower edge
	bins   int
	beyond int // returns of the first series outside the edges
}

// newHistogram chooses bins for returns rs, at least one, and the returns they
// are compared with. Bins cover all of both, and zero and the marks, unless a
// few lie so far out that the rest would be squeezed together.
func newHistogram(rs, others []float64, marks []Mark) histogram {
	lo, hi, inner := reach(rs)
	if len(others) > 0 {
		l, h, _ := reach(others)
		lo, hi = math.Min(lo, l), math.Max(hi, h)
	}
	lo, hi = math.Min(lo, 0), math.Max(hi, 0)
	room := float64((hi - lo) / 2)
	for _, m := range marks {
		if finite(m.Value) && m.Value > lo-room && m.Value < hi+room {
			lo, hi = math.Min(lo, m.Value), math.Max(hi, m.Value)
		}
	}
	step := niceStep(math.Max(inner/ordinaryBins, (hi-lo)/mostBins))
	h := histogram{step: step, first: int(math.Floor(lo/step)) - 1}
	h.bins = int(math.Ceil(hi/step)) + 1 - h.first
	for _, r := range rs {
		if k := h.place(r); k < 0 || k >= h.bins {
			h.beyond++
		}
	}
	return h
}

// reach is how far returns spread: from the lowest to the highest, but no
// farther beyond the inner 99 in 100 than a third of their width.
func reach(rs []float64) (lo, hi, inner float64) {
	sorted := append([]float64(nil), rs...)
	sort.Float64s(sorted)
	n := len(sorted)
	trim := n / 200
	if n >= 20 {
		trim = max(trim, 1)
	}
	lo, hi = sorted[trim], sorted[n-1-trim]
	inner = hi - lo
	return math.Max(sorted[0], lo-inner/3), math.Min(sorted[n-1], hi+inner/3), inner
}

// place is the bin of a return, which may lie outside the bins.
func (h histogram) place(r float64) int { return int(math.Floor(r/h.step)) - h.first }

// edge is the lower edge of a bin.
func (h histogram) edge(k int) float64 { return float64(float64(h.first+k) * h.step) }

// shares is the part of total that falls into each bin.
func (h histogram) shares(rs []float64, total int) []float64 {
	counts := make([]int, h.bins)
	for _, r := range rs {
		counts[min(max(h.place(r), 0), h.bins-1)]++
	}
	if total == 0 {
		return nil
	}
	shares := make([]float64, h.bins)
	for k, c := range counts {
		shares[k] = float64(c) / float64(total)
	}
	return shares
}

// barReturns are the simple returns from mark to mark, less those that are not
// finite and those of exactly zero, which it counts.
func barReturns(equity []float64) (rs []float64, zero int) {
	for i := 1; i < len(equity); i++ {
		if !finite(equity[i]) || !finite(equity[i-1]) {
			continue
		}
		r := growth(equity[i-1], equity[i])
		switch {
		case r == 0:
			zero++
		case math.Abs(r) < 1e6:
			rs = append(rs, r)
		}
	}
	return rs, zero
}
