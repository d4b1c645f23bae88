package stages

import (
	"fmt"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
)

// grid is the bars of one symbol.
type grid struct {
	symbol      string
	candle, bar data.Interval
	until       int64 // end of the span that the candles cover
	candles     int   // how many there are, quiet ones too
	from, to    int64 // open of the first bar, close of the last
}

// make makes the symbol's bars, period by period, each from the candles in it
// and the bar before it, and says what it left out.
func (g *grid) make(t *pipeline.Task) (notes []string, err error) {
	if int64(g.bar)%int64(g.candle) != 0 {
		return nil, &data.InputError{Reason: fmt.Sprintf("%s: bars of %s cannot be made of candles of %s", g.symbol, g.bar, g.candle),
			Hint: "set bars.interval to a multiple of the candles' interval, as in --set bars.interval=1d"}
	}
	v, err := t.Input(Candles)
	if err != nil {
		return nil, err
	}
	parts, err := v.Where("candles", g.symbol)
	if err != nil {
		return nil, err
	}
	read := func(p data.Part) ([]int64, error) { return g.tradedAt(t, p) }
	first, err := begun(parts, func(p data.Part) (int64, error) { return g.firstTraded(t, p) })
	if err != nil {
		return nil, err
	}
	if notes, err = g.span(parts, first, read); err != nil {
		return nil, err
	}
	var before *pipeline.Kept
	moved := 0
	for from := g.from; from < g.to; {
		period := data.PeriodOf(g.bar).Of(from)
		_, end, err := data.PeriodBounds(period)
		if err != nil {
			return nil, err
		}
		to := min(g.to, g.bar.Floor(end-1)+int64(g.bar)) // the last bar of a period may end in the next
		made := pipeline.Part{Schema: barSchema, Values: []string{g.symbol, period}, With: []int64{int64(g.candle), from, to}}
		if before != nil {
			made.From = append(made.From, pipeline.Rows{Part: before.Part, Last: 1})
		}
		for _, p := range parts {
			if p.Last >= from && p.First < to {
				made.From = append(made.From, whole(v, p))
			}
		}
		carried := before != nil
		made.Make = func(rows []*data.Batch) (*data.Batch, any, error) {
			b, moved, err := g.resample(rows, carried, from, to)
			return b, moved, err
		}
		if before, err = t.Part(made); err != nil {
			return nil, fmt.Errorf("%s: %w", g.symbol, err)
		}
		n := 0
		if err := before.Said(&n); err != nil {
			return nil, err
		}
		moved, from = moved+n, to
	}
	if moved > 0 {
		notes = append(notes, movedNote(g.symbol, moved))
	}
	return notes, nil
}

// span settles the first and the last bar: those that the candles cover whole,
// and nothing before the first candle, which opens at first. It says what is
// left out. times are the open instants of a part's candles; quiet ones are none.
func (g *grid) span(parts []data.Part, first int64, times func(data.Part) ([]int64, error)) (notes []string, err error) {
	if first == data.Null {
		return nil, &data.InputError{Reason: fmt.Sprintf("%s: nothing was traded in %s", g.symbol, data.Counted(g.candles, "candle")), Hint: "give candles of a market that trades"}
	}
	g.from, g.to = g.bar.Floor(first), g.bar.Floor(g.until)
	left := 0
	if g.from < first {
		begun := g.from
		g.from += int64(g.bar)
		if left, err = g.count(parts, times, first, g.from); err != nil {
			return nil, err
		}
		notes = append(notes, fmt.Sprintf("%s: left out at the start: %s, as the bar of %s is covered only from %s", g.symbol, data.Counted(left, "candle"), data.Stamp(begun), data.Stamp(first)))
	}
	if g.to < g.until {
		n, err := g.count(parts, times, g.to, g.until)
		if err != nil {
			return nil, err
		}
		notes = append(notes, fmt.Sprintf("%s: left out at the end: %s, as the bar of %s is covered only to %s", g.symbol, data.Counted(n, "candle"), data.Stamp(g.to), data.Stamp(g.until)))
	}
	next := first
	if first < g.from {
		if next, err = g.next(parts, times); err != nil {
			return nil, err
		}
	}
	if next-g.from >= int64(g.bar) { // nothing stands before the first candle
		g.from = g.bar.Floor(next)
	}
	if g.from >= g.to || next >= g.to {
		return nil, &data.InputError{Reason: fmt.Sprintf("%s: %s do not cover one bar of %s", g.symbol, data.Counted(g.candles, "candle"), g.bar), Hint: "give more candles, or set bars.interval lower"}
	}
	return notes, nil
}

// count is the number of candles that open in a stretch of time.
func (g *grid) count(parts []data.Part, times func(data.Part) ([]int64, error), from, to int64) (n int, err error) {
	for _, p := range parts {
		if p.Last < from || p.First >= to {
			continue
		}
		open, err := times(p)
		if err != nil {
			return 0, err
		}
		lo, hi := cut(open, from, to)
		n += hi - lo
	}
	return n, nil
}

// next is the open instant of the first candle after the partial bar, the end
// of the grid where there is none.
func (g *grid) next(parts []data.Part, times func(data.Part) ([]int64, error)) (int64, error) {
	for _, p := range parts {
		if p.Last < g.from {
			continue
		}
		open, err := times(p)
		if err != nil {
			return 0, err
		}
		if lo, _ := cut(open, g.from, g.to); lo < len(open) {
			return open[lo], nil
		}
	}
	return g.to, nil
}

// resample puts candles on the grid from one instant to another. The first
// batch is the bar before, if it is carried. moved counts the quiet candles at
// another price than the close before them.
func (g *grid) resample(rows []*data.Batch, carried bool, begin, end int64) (bars *data.Batch, moved int, err error) {
	step := int64(g.bar)
	n := int((end - begin) / step)
	out := newBarColumns(n)
	last, stale := num.NaN(), int64(0)
	if carried {
		c := rows[0].Columns()
		last, stale = c.Floats("close")[0], c.Ints("stale_bars")[0]
		if c.Err != nil {
			return nil, 0, c.Err
		}
		rows = rows[1:]
	}
	candles := &candleColumns{}
	if len(rows) > 0 {
		all, err := data.Concat(rows...)
		if err != nil {
			return nil, 0, err
		}
		if candles, err = newCandleColumns(all, begin, end); err != nil {
			return nil, 0, err
		}
	}
	candles, moved = candles.traded(last)
	for _, open := range candles.time {
		if g.bar.Floor(open)+step < open+int64(g.candle) { // weeks from Monday on a grid that counts from a Thursday
			return nil, 0, &data.InputError{Reason: fmt.Sprintf("the candle of %s reaches over the end of its bar: candles of %s do not lie on the UTC grid of %s", data.Stamp(open), g.candle, g.bar),
				Hint: "give candles of a day or less"}
		}
	}
	for b, i := 0, 0; b < n; b++ {
		open := begin + int64(b)*step
		j := i
		for j < len(candles.time) && candles.time[j] < open+step {
			j++
		}
		out.time[b], out.known[b] = open, open+step
		if i == j {
			stale++
			out.fill(b, last, stale)
			continue
		}
		out.take(b, candles, i, j)
		last, stale, i = out.close[b], 0, j
	}
	bars, err = data.NewBatch(barSchema, data.Repeated{Text: g.symbol, Rows: n}, out.time, out.known, out.open, out.high, out.low, out.close,
		out.volume, out.quote, out.trades, out.candles, out.filled, out.stale)
	return bars, moved, err
}
