package market

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"sort"

	"mantis/data"
)

// inOrder sorts the rows, settles the interval, and takes out rows off the
// grid and rows of one instant.
func (r *reader) inOrder() error {
	r.sort()
	if err := r.interval(); err != nil {
		return err
	}
	if r.opt.Snap {
		r.snap()
	}
	bad := r.strays()
	if len(bad) == 0 {
		return nil
	}
	faults := make([]Quarantined, 0, len(bad))
	repeats, early, odd := 0, 0, 0
	for _, b := range bad {
		switch b.reason {
		case "":
			repeats++
			continue
		case unlike:
			odd++
			fallthrough
		case unfinished:
			early++
			continue
		}
		faults = append(faults, Quarantined{File: r.file, Line: int(r.line[b.row]), Symbol: r.out.Candles.Symbol,
			Column: r.layout.names[r.layout.at[roleStamp]], Reason: b.reason})
	}
	slices.SortFunc(faults, func(a, b Quarantined) int { return a.Line - b.Line })
	if !r.opt.Quarantine {
		faults = faults[:min(len(faults), 1)]
	}
	if err := r.quote(faults); err != nil {
		return err
	}
	if len(faults) > 0 && !r.opt.Quarantine {
		f := faults[0]
		return &data.InputError{Line: f.Line, Column: f.Column, Value: clip(f.Value), Reason: f.Reason, Hint: rowHint}
	}
	r.out.Quarantined = append(r.out.Quarantined, faults...)
	slices.SortStableFunc(r.out.Quarantined, func(a, b Quarantined) int { return a.Line - b.Line })
	r.noteRepeats(repeats)
	r.noteUnfinished(early, odd)
	r.drop(bad)
	return r.anyLeft()
}

func (r *reader) noteRepeats(rows int) {
	r.out.Repeated += rows
	if rows > 0 {
		r.note("%s dropped: exact repeats of another", data.Counted(rows, "row"))
	}
}

// stray is a row to take out: no reason is an exact repeat.
type stray struct {
	row    int
	reason string
}

// strays finds, in sorted rows, those off the grid and those that share an
// instant. Of rows that agree all but the first go. Rows that disagree all go:
// which of them is right the file does not tell.
func (r *reader) strays() (bad []stray) {
	c := &r.out.Candles
	grid := min(c.Interval, data.Day) // weeks and months open on a midnight
	for i := 0; i < c.Len(); {
		n := i + 1
		for n < c.Len() && c.Time[n] == c.Time[i] {
			n++
		}
		if c.Time[i]%int64(grid) != 0 {
			for ; i < n; i++ {
				bad = append(bad, stray{i, fmt.Sprintf("%s is off the %s grid", data.Stamp(c.Time[i]), c.Interval)})
			}
			continue
		}
		agree := true
		for k := i + 1; k < n; k++ {
			agree = agree && c.sameRow(i, k)
		}
		if !agree && r.finished {
			bad = append(bad, c.allBut(c.finished(i, n), i, n)...)
		} else if agree {
			for k := i + 1; k < n; k++ {
				bad = append(bad, stray{k, ""})
			}
		} else {
			for k := i; k < n; k++ {
				other := i
				if k == i {
					other = i + 1
				}
				bad = append(bad, stray{k, fmt.Sprintf("line %d gives other values for %s", r.line[other], data.Stamp(c.Time[k]))})
			}
		}
		i = n
	}
	return bad
}

// sameRow reports whether rows i and k hold the same bits.
func (c *Candles) sameRow(i, k int) bool {
	for _, x := range c.floats() {
		if math.Float64bits((*x)[i]) != math.Float64bits((*x)[k]) {
			return false
		}
	}
	return c.Trades[i] == c.Trades[k]
}

func (c *Candles) floats() [6]*[]float64 {
	return [6]*[]float64{&c.Open, &c.High, &c.Low, &c.Close, &c.Volume, &c.QuoteVolume}
}

// sort puts the rows in ascending order of time, rows of one instant in the
// order of the file. Files written newest first are turned round.
func (r *reader) sort() {
	c := &r.out.Candles
	up, down := true, true
	for i := 1; i < c.Len() && (up || down); i++ {
		up = up && c.Time[i-1] <= c.Time[i]
		down = down && c.Time[i-1] > c.Time[i]
	}
	switch {
	case up:
	case down:
		slices.Reverse(c.Time)
		slices.Reverse(c.Trades)
		slices.Reverse(r.line)
		for _, x := range c.floats() {
			slices.Reverse(*x)
		}
	default:
		order := make([]int, c.Len())
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(a, b int) bool { return c.Time[order[a]] < c.Time[order[b]] })
		r.keep(order)
	}
}

// drop takes the bad rows out; they are ascending.
func (r *reader) drop(bad []stray) {
	order := make([]int, 0, r.out.Candles.Len())
	for i := range r.out.Candles.Len() {
		if len(bad) > 0 && bad[0].row == i {
			bad = bad[1:]
			continue
		}
		order = append(order, i)
	}
	r.keep(order)
}

// keep rearranges every column to the rows of order.
func (r *reader) keep(order []int) {
	c := &r.out.Candles
	c.Time, c.Trades, r.line = pick(c.Time, order), pick(c.Trades, order), pick(r.line, order)
	for _, x := range c.floats() {
		*x = pick(*x, order)
	}
}

func pick[T any](x []T, order []int) []T {
	out := make([]T, len(order))
	for i, k := range order {
		out[i] = x[k]
	}
	return out
}

// quote fills in the text and stamp of rows, which are by line.
func (r *reader) quote(rows []Quarantined) error {
	if len(rows) == 0 {
		return nil
	}
	if r.cite == nil {
		return r.quoteText(rows)
	}
	r.cite(rows)
	for i := range rows {
		if err := r.enough(&rows[i], i+1); err != nil {
			return err
		}
	}
	return nil
}

// quoteText reads the text once more, for it is not in memory.
func (r *reader) quoteText(rows []Quarantined) error {
	text, in, err := r.from.lines(r.opt.limits.orElse())
	if err != nil {
		return err
	}
	defer in.Close()
	var c cells
	for i := 0; i < len(rows); {
		block, number, err := text.next()
		if err != nil {
			return err
		}
		if block == nil {
			return &data.InputError{Reason: "the file changed while it was read", Hint: "read it again when it is complete"}
		}
		for rest := block; len(rest) > 0 && i < len(rows); number++ {
			var line []byte
			if line, rest = cutLine(rest); number != rows[i].Line {
				continue
			}
			q := &rows[i]
			if number == 1 {
				line = bytes.TrimPrefix(line, []byte(byteOrderMark))
			}
			q.Text = string(line)
			if c.cut(line, r.layout.sep, true); c.count() > r.layout.at[roleStamp] {
				q.Value = string(trim(c.at(r.layout.at[roleStamp])))
			}
			i++
			if err := r.enough(q, i); err != nil {
				return err
			}
		}
	}
	return nil
}
