package market

import (
	"fmt"

	"mantis/data"
)

// steps is how often each distance between neighbouring rows stands in a file.
type steps map[int64]int

// count adds the steps of ascending instants; rows of one instant are none.
func (s steps) count(t []int64) {
	for i := 1; i < len(t); {
		step, run := t[i]-t[i-1], 0
		for ; i < len(t) && t[i]-t[i-1] == step; i++ {
			run++
		}
		if step > 0 {
			s[step] += run
		}
	}
}

// commonest is the step that stands most often, of two equally common ones the
// shorter, and the number of all steps.
func (s steps) commonest() (commonest data.Interval, total int) {
	most := 0
	for step, n := range s { // the order of a map does not matter here
		if n > most || n == most && data.Interval(step) < commonest {
			commonest, most = data.Interval(step), n
		}
		total += n
	}
	return commonest, total
}

// fewSteps is the number of steps below which a quiet market may never show
// two candles in a row.
const fewSteps = 8

// agree reports whether an interval that was stated fits the rows: it is the
// commonest step; or, in a market with holes or a file with stray rows, two of
// them stand one step apart and most are on its grid.
func (s steps) agree(i data.Interval, mostOnGrid func() bool) bool {
	commonest, total := s.commonest()
	return total == 0 || i == commonest || (s[int64(i)] > 0 || total < fewSteps) && mostOnGrid()
}

// mostOnGrid reports whether over two thirds of the instants are on the grid of
// an interval; weeks and months open on a midnight.
func mostOnGrid(t []int64, i data.Interval) bool {
	on, grid := 0, int64(min(i, data.Day))
	for _, at := range t {
		if at%grid == 0 {
			on++
		}
	}
	return 3*on > 2*len(t)
}

// stated is the interval that was asked for, or else the one in the file's
// name; 0 is neither.
func (r *reader) stated() (i data.Interval, asked bool) {
	if r.opt.Interval > 0 {
		return r.opt.Interval, true
	}
	return r.said.interval, false
}

// interval settles the interval: the one that was stated, with which the rows
// must agree, or else the commonest step.
func (r *reader) interval() error {
	c := &r.out.Candles
	s := steps{}
	s.count(c.Time)
	stated, asked := r.stated()
	commonest, total := s.commonest()
	switch {
	case stated > 0:
		c.Interval = stated
		switch {
		case s.agree(stated, func() bool { return mostOnGrid(c.Time, stated) }):
		case asked:
			return &data.InputError{Reason: fmt.Sprintf("the interval asked for is %s, but the rows are mostly %s apart", stated, commonest),
				Hint: fmt.Sprintf("ask for %s, or leave the interval out", commonest)}
		default:
			return &data.InputError{Reason: fmt.Sprintf("the file's name says %s, but the rows are mostly %s apart", stated, commonest),
				Hint: fmt.Sprintf("rename the file, or ask for the interval %s", commonest)}
		}
	case total > 0:
		c.Interval = commonest
	case r.spanned > 0:
		c.Interval = r.spanned
	default:
		return &data.InputError{Reason: "no interval: one row, and none in the file's name",
			Hint: "give the interval (--interval 1h, or FILE,interval=1h of a run), or call the file as in BTCUSD_1h.csv"}
	}
	return nil
}
