package market

import (
	"fmt"

	"mantis/data"
)

// steps counts the distances between neighbouring rows.
type steps struct {
	commonest data.Interval
	most      int // how often the commonest stands
	total     int
	count     map[int64]int
}

// stepsOf counts the steps of ascending instants; of two that are equally
// common the shorter is the commonest.
func stepsOf(t []int64) steps {
	s := steps{count: map[int64]int{}}
	for i := 1; i < len(t); {
		step, run := t[i]-t[i-1], 0
		for ; i < len(t) && t[i]-t[i-1] == step; i++ {
			run++
		}
		if step > 0 {
			s.count[step] += run
			s.total += run
		}
	}
	for step, n := range s.count { // the order of a map does not matter here
		if n > s.most || n == s.most && data.Interval(step) < s.commonest {
			s.commonest, s.most = data.Interval(step), n
		}
	}
	return s
}

// fewSteps is the number of steps below which a quiet market may never show
// two candles in a row.
const fewSteps = 8

// agree reports whether an interval that was stated fits the rows: it is the
// commonest step; or, in a market with holes or a file with stray rows, over two
// thirds of the rows are on its grid and two of them stand one step apart.
func (s *steps) agree(i data.Interval, t []int64) bool {
	if s.total == 0 || i == s.commonest {
		return true
	}
	on := 0
	for _, at := range t {
		if at%int64(min(i, data.Day)) == 0 {
			on++
		}
	}
	return 3*on > 2*len(t) && (s.count[int64(i)] > 0 || s.total < fewSteps)
}

// interval settles the interval: what was asked for, or the file's name, or
// the commonest step; the rows must agree with the first two.
func (r *reader) interval() error {
	c := &r.out.Candles
	_, named := nameSays(r.file)
	s := stepsOf(c.Time)
	switch {
	case r.opt.Interval > 0:
		if c.Interval = r.opt.Interval; !s.agree(c.Interval, c.Time) {
			return &data.InputError{Reason: fmt.Sprintf("the interval asked for is %s, but the rows are mostly %s apart", c.Interval, s.commonest),
				Hint: fmt.Sprintf("ask for %s, or leave the interval out", s.commonest)}
		}
	case named > 0:
		if c.Interval = named; !s.agree(c.Interval, c.Time) {
			return &data.InputError{Reason: fmt.Sprintf("the file's name says %s, but the rows are mostly %s apart", c.Interval, s.commonest),
				Hint: fmt.Sprintf("rename the file, or ask for the interval %s", s.commonest)}
		}
	case s.total > 0:
		c.Interval = s.commonest
	default:
		return &data.InputError{Reason: "no interval: one row, and none in the file's name",
			Hint: "give the interval, or call the file as in BTCUSD_1h.csv"}
	}
	return nil
}
