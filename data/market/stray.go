package market

import (
	"mantis/data"
)

// unfinished is what is wrong with a row whose instant has a later row of the
// same candle. It is no fault: a source that is asked for the candle that is
// still open gives it as it stands.
const unfinished = "an unfinished candle, with the finished one in another row"

// unlike is what is said of an unfinished candle that does not become the
// finished one as prices go: it opens elsewhere, or goes beyond its high or low.
const unlike = "an unfinished candle that is not the beginning of the finished one"

// finished is the finished candle among the rows i to n of one instant: that of
// the largest volume, of equals the last.
func (c *Candles) finished(i, n int) int {
	best := i
	for k := i + 1; k < n; k++ {
		if !(c.Volume[k] < c.Volume[best]) {
			best = k
		}
	}
	return best
}

// allBut are the rows i to n without the finished one.
func (c *Candles) allBut(finished, i, n int) (bad []stray) {
	for k := i; k < n; k++ {
		switch {
		case k == finished:
		case c.sameRow(k, finished):
			bad = append(bad, stray{k, ""})
		case c.Open[k] != c.Open[finished] || c.High[k] > c.High[finished] || c.Low[k] < c.Low[finished]:
			bad = append(bad, stray{k, unlike})
		default:
			bad = append(bad, stray{k, unfinished})
		}
	}
	return bad
}

func (r *reader) noteUnfinished(rows, odd int) {
	r.out.Repeated += rows
	if rows > 0 {
		r.note("%s dropped: an unfinished candle, whose instant has the finished one, that of more volume, in another row", data.Counted(rows, "row"))
	}
	if odd > 0 {
		r.note("%s of these: another open, or prices beyond the finished one's high and low", data.Counted(odd, "row"))
	}
}

// snap puts stamps on the nearest instant of the grid, of two equally near ones
// the earlier. Rows that thereby share an instant are then seen as such.
func (r *reader) snap() {
	c := &r.out.Candles
	grid := int64(min(c.Interval, data.Day))
	moved, most := 0, int64(0)
	for i, t := range c.Time {
		by := t - data.Interval(grid).Floor(t)
		if by == 0 {
			continue
		}
		if 2*by > grid {
			by -= grid
		}
		c.Time[i] = t - by
		moved, most = moved+1, max(most, by, -by)
	}
	if moved > 0 {
		r.note("%s put on the %s grid, as asked: the farthest by %s", data.Counted(moved, "stamp"), c.Interval, data.Interval(most))
	}
}
