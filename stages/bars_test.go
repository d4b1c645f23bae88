package stages

import (
	"fmt"
	"strings"
	"testing"

	"mantis/data"
	"mantis/data/num"
)

const hour = int64(data.Hour)

// candlesAt makes hourly candles at the given hours; candle h opens at h, goes
// up to h+2, down to h-1 and closes at h+1, at a volume of 1.
func candlesAt(t *testing.T, hours ...int64) *data.Batch {
	t.Helper()
	n := len(hours)
	time, trades := make([]int64, n), make([]int64, n)
	var cols [6][]float64
	for i := range cols {
		cols[i] = make([]float64, n)
	}
	for i, h := range hours {
		time[i], trades[i] = h*hour, data.Null
		for j, v := range []float64{float64(h), float64(h + 2), float64(h - 1), float64(h + 1), 1, num.NaN()} {
			cols[j][i] = v
		}
	}
	b, err := data.NewBatch(candleSchema, repeat("A-B", n), time, cols[0], cols[1], cols[2], cols[3], cols[4], cols[5], trades)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestResample lays candles on a grid of 6 hours, case by case: a bar is
// written as open/high/low/close volume, or "quiet n" for the n-th filled one
// in a row.
func TestResample(t *testing.T) {
	for _, c := range []struct {
		name  string
		hours []int64
		until int64 // hour; 0: the last candle's end
		first int64 // hour of the first bar
		want  string
		notes string
	}{
		{"whole bars", []int64{6, 7, 8, 9, 10, 11, 12, 17}, 0, 6, "6/13/5/12 6, 12/19/11/18 2", ""},
		{"a partial first bar is left out", []int64{7, 11, 12, 17}, 0, 12, "12/19/11/18 2", "A-B: left out at the start: 2 candles, as the bar of 1970-01-01 06:00 is covered only from 1970-01-01 07:00"},
		{"a partial last bar is left out", []int64{6, 11, 12}, 0, 6, "6/13/5/12 2", "A-B: left out at the end: 1 candle, as the bar of 1970-01-01 12:00 is covered only to 1970-01-01 13:00"},
		{"a declared end completes the last bar", []int64{6, 11, 12}, 18, 6, "6/13/5/12 2, 12/14/11/13 1", ""},
		{"quiet bars in the middle are filled", []int64{6, 11, 24, 29}, 0, 6, "6/13/5/12 2, quiet 1, quiet 2, 24/31/23/30 2", ""},
		{"quiet bars at a declared end are filled", []int64{6}, 24, 6, "6/8/5/7 1, quiet 1, quiet 2", ""},
		{"nothing stands before the first candle", []int64{7, 24, 29}, 0, 24, "24/31/23/30 2", "A-B: left out at the start: 1 candle, as the bar of 1970-01-01 06:00 is covered only from 1970-01-01 07:00"},
	} {
		candles := candlesAt(t, c.hours...)
		until := c.until * hour
		if until == 0 {
			until = (c.hours[len(c.hours)-1] + 1) * hour
		}
		b, notes, err := resample(candles, "A-B", 6*data.Hour, data.Hour, until)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := written(t, b, c.first); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if got := strings.Join(notes, "; "); got != c.notes {
			t.Errorf("%s: says %q, want %q", c.name, got, c.notes)
		}
	}
	for _, hours := range [][]int64{{7, 8}, {0, 1}} {
		if _, _, err := resample(candlesAt(t, hours...), "A-B", 6*data.Hour, data.Hour, (hours[1]+1)*hour); err == nil {
			t.Errorf("candles at %v cover no bar, and one is made", hours)
		}
	}
}

// resample makes the bars of candles: all at once, and then, which must be the
// same, in two parts cut at every bar, the second carrying on from the first.
func resample(candles *data.Batch, symbol string, bar, candle data.Interval, until int64) (*data.Batch, []string, error) {
	time, err := candles.Ints("time")
	if err != nil {
		return nil, nil, err
	}
	g := &grid{symbol: symbol, candle: candle, bar: bar, until: until, candles: len(time)}
	parts := []data.Part{{Rows: len(time), First: time[0], Last: time[len(time)-1]}}
	columns, err := newCandleColumns(candles, time[0], time[len(time)-1]+1)
	if err != nil {
		return nil, nil, err
	}
	traded, _ := columns.traded(0)
	times := func(data.Part) ([]int64, error) { return traded.time, nil }
	first := int64(data.Null)
	if len(traded.time) > 0 {
		first = traded.time[0]
	}
	notes, err := g.span(parts, first, times)
	if err != nil {
		return nil, nil, err
	}
	all, moved, err := g.resample([]*data.Batch{candles}, false, g.from, g.to)
	if err != nil {
		return nil, nil, err
	}
	for at := g.from + int64(bar); at < g.to; at += int64(bar) {
		first, before, err := g.resample([]*data.Batch{candles}, false, g.from, at)
		if err != nil {
			return nil, nil, err
		}
		carry := first.Slice(first.Rows()-1, first.Rows())
		second, after, err := g.resample([]*data.Batch{carry, candles}, true, at, g.to)
		if err != nil {
			return nil, nil, err
		}
		if before+after != moved {
			return nil, nil, fmt.Errorf("cut at %s, %d and %d prices moved, of %d", data.Stamp(at), before, after, moved)
		}
		joined, err := data.Concat(first, second)
		if err != nil {
			return nil, nil, err
		}
		if joined.Content() != all.Content() {
			return nil, nil, fmt.Errorf("cut at %s, the bars are others", data.Stamp(at))
		}
	}
	if moved > 0 {
		notes = append(notes, movedNote(symbol, moved))
	}
	return all, notes, nil
}

// TestCandlesOverTheEnd refuses candles that end after the bar they open in:
// the bar would know their close too soon.
func TestCandlesOverTheEnd(t *testing.T) {
	monday := 4 * 24 // the hour of the first Monday of 1970; weeks count from a Thursday
	candles := candlesAt(t, int64(monday), int64(monday+7*24))
	if _, _, err := resample(candles, "A-B", 7*data.Day, 7*data.Day, int64(monday+14*24)*hour); err == nil {
		t.Error("a week from Monday lies in a bar from Thursday")
	}
}

func written(t *testing.T, b *data.Batch, first int64) string {
	t.Helper()
	c := b.Columns()
	time, known := c.Ints("time"), c.Ints("known_at")
	open, high, low, last, volume := c.Floats("open"), c.Floats("high"), c.Floats("low"), c.Floats("close"), c.Floats("volume")
	filled, stale, candles := c.Bools("filled"), c.Ints("stale_bars"), c.Ints("candles")
	if c.Err != nil {
		t.Fatal(c.Err)
	}
	var bars []string
	for i := range time {
		if time[i] != (first+6*int64(i))*hour || known[i] != time[i]+6*hour {
			t.Errorf("bar %d opens at hour %d", i, time[i]/hour)
		}
		if filled[i] {
			if open[i] != last[i-1] || high[i] != last[i-1] || low[i] != last[i-1] || last[i] != last[i-1] || volume[i] != 0 || candles[i] != 0 {
				t.Errorf("bar %d is no copy of the close before it", i)
			}
			bars = append(bars, fmt.Sprint("quiet ", stale[i]))
			continue
		}
		if stale[i] != 0 || candles[i] == 0 {
			t.Errorf("bar %d traded and is stale", i)
		}
		bars = append(bars, fmt.Sprintf("%v/%v/%v/%v %v", open[i], high[i], low[i], last[i], volume[i]))
	}
	return strings.Join(bars, ", ")
}
