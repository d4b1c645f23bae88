package archive

import (
	"cmp"
	"time"

	"mantis/data"
)

// Source is one source of candles of one series.
type Source struct {
	Series
	Name   string // file or address, without what is secret
	Format string
	SHA256 string // of its bytes
	From   int64  // begin of the span that it answers for in full, or data.Null
	Until  int64  // its end, or data.Null
}

// Taking is what was taken in at once from a source, and what came of it.
type Taking struct {
	Source
	Number   int
	Candles  int
	First    int64 // open instant of the first candle, or data.Null
	Last     int64 // of the last one
	Added    int
	Restated int
	SetAside int

	Observed time.Time // zero where nobody knows any more
}

func takingBatch(takings []Taking) (*data.Batch, error) {
	n := len(takings)
	ints := make([][]int64, 9)
	for i := range ints {
		ints[i] = make([]int64, n)
	}
	text := make([][]string, 6)
	for i := range text {
		text[i] = make([]string, n)
	}
	for i, t := range takings {
		for c, v := range []int64{int64(t.Number), int64(t.Candles), t.First, t.Last, t.From, t.Until, int64(t.Added), int64(t.Restated), int64(t.SetAside)} {
			ints[c][i] = v
		}
		for c, v := range []string{t.Venue, string(t.Symbol), t.Interval.String(), data.Plain(t.Name), t.Format, t.SHA256} {
			text[c][i] = v
		}
	}
	return data.NewBatch(takingSchema, ints[0], text[0], text[1], text[2], text[3], text[4], text[5],
		ints[1], ints[2], ints[3], ints[4], ints[5], ints[6], ints[7], ints[8])
}

func readTakings(b *data.Batch) ([]Taking, error) {
	c := b.Columns()
	series, err := readSeries(b)
	number, candles, first, last := c.Ints("taking"), c.Ints("candles"), c.Ints("first"), c.Ints("last")
	from, until := c.Ints("covers_from"), c.Ints("covers_until")
	added, restated, aside := c.Ints("added"), c.Ints("restated"), c.Ints("set_aside")
	name, format, sum := c.Strings("source"), c.Strings("format"), c.Strings("sha256")
	if err = cmp.Or(err, c.Err); err != nil {
		return nil, err
	}
	out := make([]Taking, b.Rows())
	for i := range out {
		out[i] = Taking{Source: Source{Series: series[i], Name: name[i], Format: format[i], SHA256: sum[i], From: from[i], Until: until[i]},
			Number: int(number[i]), Candles: int(candles[i]), First: first[i], Last: last[i],
			Added: int(added[i]), Restated: int(restated[i]), SetAside: int(aside[i])}
	}
	return out, nil
}

// readSeries reads the three columns that name a series, row by row.
func readSeries(b *data.Batch) ([]Series, error) {
	c := b.Columns()
	venue, symbol, interval := c.Strings("venue"), c.Strings("symbol"), c.Strings("interval")
	if c.Err != nil {
		return nil, c.Err
	}
	out := make([]Series, len(venue))
	for i := range out {
		if i > 0 && venue[i] == venue[i-1] && symbol[i] == symbol[i-1] && interval[i] == interval[i-1] {
			out[i] = out[i-1]
			continue
		}
		length, err := data.ParseInterval(interval[i])
		if err != nil {
			return nil, err
		}
		out[i] = Series{venue[i], data.Symbol(symbol[i]), length}
	}
	return out, nil
}
