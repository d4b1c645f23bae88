package check

import (
	"fmt"

	"mantis/data"
)

// leastStuck is how many candles in a row have one close before it is looked at.
const leastStuck = 6

// stuck tells closes that stay the same over traded candles for longer than
// chance has it, given how often they do around.
func (f *faults) stuck(s *Series, traded []int) {
	var runs []run
	for k := 1; k < len(traded); {
		from := k
		for k < len(traded) && s.Close[traded[k]] == s.Close[traded[k-1]] {
			k++
		}
		if k > from {
			runs = append(runs, run{from, k - from})
		}
		k++
	}
	improbable(runs, len(traded), func(i int) {
		r := runs[i]
		if r.length+1 < leastStuck {
			return
		}
		from, to := traded[r.at-1], traded[r.at+r.length-1]
		volume, given := "with volume", false
		for _, k := range traded[r.at : r.at+r.length] {
			given = given || s.Volume[k] == s.Volume[k]
		}
		if !given {
			volume = "no volume given"
		}
		f.add(Stuck, Spot{Severity: Warning, From: s.Time[from], To: s.Time[to], Rows: r.length + 1, Weight: float64(r.length),
			Text: fmt.Sprintf("%s at %s, %s, %s", span(s.Time[from], s.Time[to]), price(s.Close[from]), data.Counted(r.length+1, "candle"), volume)})
	})
}

// leastCopied is how many opens in a row are the close before until it is told.
const leastCopied = 200

// opens tells long stretches in which every open is the close before: opens that
// were not observed but filled in.
func (f *faults) opens(s *Series) {
	for i := 1; i < s.Len(); {
		from, moved := i, 0
		for i < s.Len() && s.Open[i] == s.Close[i-1] && s.Time[i]-s.Time[i-1] == int64(s.Interval) {
			if !s.flat(i) {
				moved++
			}
			i++
		}
		if n := i - from; moved >= leastCopied {
			f.add(CopiedOpen, Spot{Severity: Note, From: s.Time[from], To: s.Time[i-1], Rows: n, Weight: float64(n), Text: fmt.Sprintf("%s, %s in a row", span(s.Time[from], s.Time[i-1]), data.Thousands(n))})
		}
		if i == from {
			i++
		}
	}
}
