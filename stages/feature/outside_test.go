package feature

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mantis/data/num"
)

// gossip is said outside over n bars of wander: several things in a bar, nothing
// for days, on the instant of a close and a microsecond on either side of it, and
// revisions of what was said before.
func gossip(seed uint64, n int) Column {
	r := rand.New(rand.NewPCG(seed, 5))
	c := Column{Name: "gossip", MaxAge: 4 * 21_600_000_000}
	for at := int64(0); at < int64(n)*21_600_000_000; at += int64(r.IntN(3)) * int64(r.IntN(40_000_000_000)) {
		known := at
		if r.IntN(3) == 0 {
			known = at/21_600_000_000*21_600_000_000 + int64(r.IntN(3)) - 1
		}
		if len(c.Known) > 0 {
			known = max(known, c.Known[len(c.Known)-1])
		}
		at = max(at, known) + 1
		of := known
		if len(c.Time) > 0 && r.IntN(4) == 0 {
			of = c.Time[max(0, len(c.Time)-1-r.IntN(3))]
		}
		c.Time, c.Known, c.Value = append(c.Time, of), append(c.Known, known), append(c.Value, r.Float64())
	}
	return c
}

// TestOutsideNoLookAhead lets other things be said after a bar.
func TestOutsideNoLookAhead(t *testing.T) {
	const closed = 250 * 21_600_000_000 // of the last bar whose value must stay
	past, other := gossip(1, 400), gossip(2, 400)
	said := slices.IndexFunc(past.Known, func(at int64) bool { return at > closed })
	others := slices.IndexFunc(other.Known, func(at int64) bool { return at > closed })
	becomes := func(from int) Column {
		c := past
		c.Time = append(slices.Clone(past.Time[:said]), other.Time[from:]...)
		c.Known = append(slices.Clone(past.Known[:said]), other.Known[from:]...)
		c.Value = append(slices.Clone(past.Value[:said]), other.Value[from:]...)
		return c
	}
	after := becomes(others)
	after.Known[said] = closed + 1 // a microsecond too late
	if fault := looksAhead(Outside(past), Outside(after)); fault != "" {
		t.Error(fault)
	}
	early := becomes(others)
	early.Known[said], early.Time[said] = closed, closed
	if looksAhead(Outside(past), Outside(early)) == "" {
		t.Error("what is known at the close itself is not seen")
	}
}

// TestAsOf holds the join to its words, taken one by one, on any column.
func TestAsOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Column{MaxAge: rapid.Int64Range(0, 20).Draw(t, "age")}
		known := int64(0)
		for i := range rapid.IntRange(0, 12).Draw(t, "said") {
			known += rapid.Int64Range(0, 6).Draw(t, fmt.Sprint("later", i))
			c.Known, c.Value = append(c.Known, known), append(c.Value, float64(i))
			c.Time = append(c.Time, rapid.Int64Range(0, known).Draw(t, fmt.Sprint("of", i)))
		}
		closes := []int64{rapid.Int64Range(-3, 20).Draw(t, "first")}
		for range 9 {
			closes = append(closes, closes[len(closes)-1]+5)
		}
		got := make([]float64, len(closes))
		c.asOf(closes, got)
		for b, now := range closes {
			best := -1
			for i := range c.Known {
				if c.Known[i] > now {
					continue
				}
				if best < 0 || c.Time[i] > c.Time[best] || c.Time[i] == c.Time[best] && i > best {
					best = i
				}
			}
			want := num.NaN()
			if best >= 0 && c.Known[best] >= now-c.MaxAge {
				want = c.Value[best]
			}
			if !same(got[b], want) {
				t.Fatalf("at %d: %v, want %v", now, got[b], want)
			}
		}
	})
}
