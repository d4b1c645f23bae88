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

// The terms of copied opens. In real candles of liquid and of illiquid markets up
// to 70 % of the opens are the close before.
const (
	copiedBlock = 200 // candles with a range, of which
	copiedShare = 0.9 // so large a share opens at the close before
)

// opens tells long stretches in which opens are the close before: opens that were
// not observed but filled in.
func (f *faults) opens(s *Series) {
	var now Spot
	rows, same, begin := 0, 0, 0
	flush := func() {
		if now.Rows > 0 {
			now.Text = fmt.Sprintf("%s, %s", span(now.From, now.To), data.Thousands(now.Rows))
			f.add(CopiedOpen, now)
		}
		now = Spot{}
	}
	for i := 1; i < s.Len(); i++ {
		if s.flat(i) || s.Time[i]-s.Time[i-1] != int64(s.Interval) {
			continue
		}
		if rows == 0 {
			begin = i
		}
		rows++
		if s.Open[i] == s.Close[i-1] {
			same++
		}
		if rows < copiedBlock {
			continue
		}
		if float64(same) < float64(copiedShare*float64(rows)) {
			flush()
		} else {
			if now.Rows == 0 {
				now = Spot{Severity: Note, From: s.Time[begin]}
			}
			now.To, now.Rows, now.Weight = s.Time[i], now.Rows+same, now.Weight+float64(same)
		}
		rows, same = 0, 0
	}
	flush()
}
