package check

import (
	"cmp"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/data/num"
)

// ordered tells rows out of order, repeated and off the grid, and returns the
// rows ascending, the last of those of one instant, as a feed that corrects
// itself means it. A series that descends throughout is one that is written
// newest first, and no fault.
func (f *faults) ordered() Series {
	s := f.of
	n := s.Len()
	up, down := true, true
	for i := 1; i < n; i++ {
		up, down = up && s.Time[i-1] <= s.Time[i], down && s.Time[i-1] >= s.Time[i]
	}
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	switch {
	case up:
	case down:
		slices.Reverse(rows)
	default:
		f.disorder()
		slices.SortStableFunc(rows, func(i, k int) int { return cmp.Compare(s.Time[i], s.Time[k]) })
	}
	kept := rows[:0:0]
	for at := 0; at < n; {
		end := at + 1
		for end < n && s.Time[rows[end]] == s.Time[rows[at]] {
			end++
		}
		if end-at > 1 {
			f.repeated(rows[at:end])
		}
		if i := rows[end-1]; f.onGrid(i) {
			kept = append(kept, i)
		}
		at = end
	}
	if len(kept) == n && up {
		return *s
	}
	return s.some(kept)
}

// disorder tells the rows that stand behind a later one, or, where most rows
// descend, behind an earlier one.
func (f *faults) disorder() {
	t, breaks := f.of.Time, [2]int{}
	for i := 1; i < len(t); i++ {
		if t[i] < t[i-1] {
			breaks[0]++
		}
		if t[i] > t[i-1] {
			breaks[1]++
		}
	}
	falls := breaks[0] > breaks[1]
	for i := 1; i < len(t); i++ {
		if t[i] != t[i-1] && (t[i] > t[i-1]) == falls {
			f.add(Order, Spot{Severity: Warning, From: min(t[i-1], t[i]), To: max(t[i-1], t[i]), Rows: 1, Weight: 1,
				Text: fmt.Sprintf("row %s of %s stands behind that of %s", data.Thousands(i+1), data.Stamp(t[i]), data.Stamp(t[i-1]))})
		}
	}
}

// repeated tells of rows of one instant: a warning where they agree, else an
// error.
func (f *faults) repeated(rows []int) {
	s, how, text := f.of, Warning, "the same"
	for _, i := range rows[1:] {
		for _, x := range [][]float64{s.Open, s.High, s.Low, s.Close, s.Volume} {
			if num.Canonical(x[i]) != num.Canonical(x[rows[0]]) && !(x[i] != x[i] && x[rows[0]] != x[rows[0]]) {
				how = Error
			}
		}
	}
	if how == Error {
		text = fmt.Sprintf("close %s and %s, the later taken", price(s.Close[rows[0]]), price(s.Close[rows[len(rows)-1]]))
	}
	at := s.Time[rows[0]]
	f.add(Duplicate, Spot{Severity: how, From: at, To: at, Rows: len(rows) - 1, Weight: float64(len(rows)), Text: data.Stamp(at) + " " + text})
}

// onGrid tells whether a row's stamp is a multiple of the interval; weeks and
// months open on a midnight.
func (f *faults) onGrid(i int) bool {
	grid, t := int64(min(f.of.Interval, data.Day)), f.of.Time[i]
	if grid <= 0 || t%grid == 0 {
		return true
	}
	f.add(OffGrid, Spot{Severity: Error, From: t, To: t, Rows: 1, Weight: 1, Text: fmt.Sprintf("%s, %s behind it", stampOf(t), data.Interval((t%grid+grid)%grid))})
	return false
}

// possible tells rows that no market makes, and returns the others.
func (f *faults) possible(s Series) Series {
	kept := make([]int, 0, s.Len())
	for i := range s.Time {
		why := s.impossible(i)
		if why == "" {
			kept = append(kept, i)
			continue
		}
		f.add(Invalid, Spot{Severity: Error, From: s.Time[i], To: s.Time[i], Rows: 1, Weight: 1, Text: data.Stamp(s.Time[i]) + " " + why})
	}
	if len(kept) == s.Len() {
		return s
	}
	return s.some(kept)
}

func (s *Series) impossible(i int) string {
	for _, p := range []struct {
		name  string
		price float64
	}{{"open", s.Open[i]}, {"high", s.High[i]}, {"low", s.Low[i]}, {"close", s.Close[i]}} {
		if !(p.price > 0) || !num.Finite(p.price) {
			return p.name + " is " + price(p.price)
		}
	}
	if hi, lo := max(s.Open[i], s.Close[i], s.Low[i]), min(s.Open[i], s.Close[i], s.High[i]); s.High[i] < hi || s.Low[i] > lo {
		return fmt.Sprintf("high %s and low %s do not hold open %s and close %s", price(s.High[i]), price(s.Low[i]), price(s.Open[i]), price(s.Close[i]))
	}
	if v := s.Volume[i]; v < 0 || v > 1e300 {
		return "volume is " + price(v)
	}
	return ""
}

// contradictions tells candles of no volume that have a range or trades, and
// prices that moved without a trade.
func (f *faults) contradictions(s *Series) {
	last := nan
	for i := range s.Time {
		at := s.Time[i]
		switch {
		case s.quiet(i):
			if last == last && s.Close[i] != last {
				f.add(Moved, Spot{Severity: Warning, From: at, To: at, Rows: 1, Weight: apart(s.Close[i], last),
					Text: fmt.Sprintf("%s from %s to %s", data.Stamp(at), price(last), price(s.Close[i]))})
			}
			continue
		case s.Volume[i] != 0:
		case !s.flat(i):
			f.add(Contradiction, Spot{Severity: Warning, From: at, To: at, Rows: 1, Weight: s.High[i] / s.Low[i],
				Text: fmt.Sprintf("%s no volume, and prices from %s to %s", data.Stamp(at), price(s.Low[i]), price(s.High[i]))})
		default:
			f.add(Contradiction, Spot{Severity: Warning, From: at, To: at, Rows: 1, Weight: 1,
				Text: data.Stamp(at) + " no volume, and yet it says that something was traded"})
		}
		last = s.Close[i]
	}
}
