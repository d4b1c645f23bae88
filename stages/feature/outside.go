package feature

import (
	"encoding/binary"
	"math"

	"mantis/data"
	"mantis/data/num"
)

// OutsidePrefix begins the name of every feature that is a column from outside.
const OutsidePrefix = "outside_"

// Column is what was said of one quantity that is no candle, in the order in which
// it became known.
type Column struct {
	Name   string
	MaxAge int64   // µs; a value that became known longer ago is none
	Time   []int64 // instant that a value is of, UTC µs
	Known  []int64 // instant from which on it is known, UTC µs, ascending
	Value  []float64
}

// Outside is the feature that a column makes. At the close of a bar it is the
// value of the latest time that is known by then, and of the values of that time
// the one that became known last; null where there is none, or where it became
// known longer ago than MaxAge.
func Outside(c Column) *Feature {
	return &Feature{Name: OutsidePrefix + c.Name, Group: "outside", Doc: c.Name + " from outside: the last value known at the close of the bar", Code: 1, LookBack: 1, Extra: true,
		Compute: func(b Bars, out []float64) { c.asOf(b.Known, out) }}
}

// asOf fills out with what holds at instants that ascend.
func (c *Column) asOf(instants []int64, out []float64) {
	next, best := 0, -1
	for t, now := range instants {
		for ; next < len(c.Known) && c.Known[next] <= now; next++ {
			if best < 0 || c.Time[next] >= c.Time[best] {
				best = next
			}
		}
		if out[t] = num.NaN(); best >= 0 && now-c.Known[best] <= c.MaxAge {
			out[t] = c.Value[best]
		}
	}
}

// Digest is that of the first n things said.
func (c *Column) Digest(n int) string {
	raw := make([]byte, 0, 24*n)
	for i := range n {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(c.Time[i]))
		raw = binary.LittleEndian.AppendUint64(raw, uint64(c.Known[i]))
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(c.Value[i]))
	}
	return data.SHA256(raw)
}
