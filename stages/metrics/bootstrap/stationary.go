package bootstrap

import (
	"math"

	"mantis/data/num"
)

// Stationary is a way to draw resamples.
type Stationary struct {
	Seed  uint64
	Block float64 // mean length of a run in bars, 1 or more
}

// Runs gives resample number k of n bars, n up to 2^31, as runs of consecutive
// bars in their order: from, of length bars. A run that passes the last bar is
// given in two. All lengths together are n.
//
// The length of a run is 1 + floor(log(U)/log(1 - 1/Block)), which is geometric
// with the mean Block.
func (s Stationary) Runs(k, n int, run func(from, length int)) {
	d, scale := drawsOf(s.Seed, k), 0.0
	if s.Block > 1 {
		scale = 1 / num.Log(1-1/s.Block)
	}
	for left := n; left > 0; {
		from, length := d.below(n), 1
		if scale != 0 {
			length += int(math.Min(float64(num.Log(d.unit())*scale), float64(n)))
		}
		length = min(length, left)
		left -= length
		for from+length > n {
			run(from, n-from)
			length -= n - from
			from = 0
		}
		run(from, length)
	}
}

// Indices are the bars of resample number k of n, one by one.
func (s Stationary) Indices(k, n int) []int {
	out := make([]int, 0, n)
	s.Runs(k, n, func(from, length int) {
		for i := range length {
			out = append(out, from+i)
		}
	})
	return out
}
