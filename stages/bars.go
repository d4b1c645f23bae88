package stages

import (
	"fmt"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
)

// BarParams shape the grid.
type BarParams struct {
	Interval data.Interval `json:"interval"`
}

// Bars are candles on a regular UTC grid, one series a symbol. A quiet interval
// has a bar too: the previous close four times, no volume, filled. Nothing
// stands before the first candle, and no bar that is only partly covered.
var Bars = add(&pipeline.Stage{
	Name: "bars", Doc: "candles on a regular grid, quiet intervals filled forward", Code: 1,
	Inputs: []*pipeline.Stage{Candles},
	Params: &BarParams{Interval: 6 * data.Hour},
	Run:    makeBars,
})

var barSchema = data.Schema{
	Table: "bars", Doc: "candles on a regular UTC grid, quiet intervals filled forward",
	Fields: []data.Field{
		{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
		{Name: "time", Type: data.Time, Doc: "open instant"},
		{Name: "known_at", Type: data.Time, Doc: "close instant: nothing of the bar is known sooner"},
		{Name: "open", Type: data.Float, Doc: "quote currency"},
		{Name: "high", Type: data.Float, Doc: "quote currency"},
		{Name: "low", Type: data.Float, Doc: "quote currency"},
		{Name: "close", Type: data.Float, Doc: "quote currency"},
		{Name: "volume", Type: data.Float, Nullable: true, Doc: "base currency; null: some candle does not say"},
		{Name: "quote_volume", Type: data.Float, Nullable: true, Doc: "quote currency; null: some candle does not say"},
		{Name: "trades", Type: data.Int, Nullable: true, Doc: "count; null: some candle does not say"},
		{Name: "candles", Type: data.Int, Doc: "candles in the bar; 0 for a filled one"},
		{Name: "filled", Type: data.Bool, Doc: "no candle: the previous close, no volume"},
		{Name: "stale_bars", Type: data.Int, Doc: "bars since the last one with a candle; 0 for that one"},
	},
	Partition: []string{"symbol"}, Sort: []string{"time"},
}

func makeBars(t *pipeline.Task) error {
	p := t.Params.(*BarParams)
	series, err := t.ReadOne(Candles, "series")
	if err != nil {
		return err
	}
	c := series.Columns()
	symbol, interval, until := c.Strings("symbol"), c.Ints("interval_us"), c.Ints("until")
	if c.Err != nil {
		return c.Err
	}
	notes := make([][]string, len(symbol))
	err = pipeline.Each(t.Context, len(symbol), func(i int) error {
		if int64(p.Interval)%interval[i] != 0 {
			return &data.InputError{Reason: fmt.Sprintf("%s: bars of %s cannot be made of candles of %s", symbol[i], p.Interval, data.Interval(interval[i])),
				Hint: "set bars.interval to a multiple of the candles' interval, as in --set bars.interval=1d"}
		}
		candles, err := t.ReadOne(Candles, "candles", symbol[i])
		if err != nil {
			return err
		}
		b, said, err := resample(candles, symbol[i], p.Interval, data.Interval(interval[i]), until[i])
		if err != nil {
			return fmt.Errorf("%s: %w", symbol[i], err)
		}
		notes[i] = said
		return t.Put(b, symbol[i])
	})
	for _, said := range notes {
		for _, n := range said {
			t.Note("%s", n)
		}
	}
	return err
}

// resample puts one symbol's candles on the grid, from the first bar that they
// cover whole to the last, and says what it left out.
func resample(candles *data.Batch, symbol string, interval, candle data.Interval, until int64) (*data.Batch, []string, error) {
	c := candles.Columns()
	time, open, high, low, last := c.Ints("time"), c.Floats("open"), c.Floats("high"), c.Floats("low"), c.Floats("close")
	volume, quote, trades := c.Floats("volume"), c.Floats("quote_volume"), c.Ints("trades")
	if c.Err != nil {
		return nil, nil, c.Err
	}
	for _, open := range time {
		if interval.Floor(open)+int64(interval) < open+int64(candle) { // weeks from Monday on a grid that counts from a Thursday
			return nil, nil, &data.InputError{Reason: fmt.Sprintf("the candle of %s reaches over the end of its bar: candles of %s do not lie on the UTC grid of %s", data.Stamp(open), candle, interval),
				Hint: "give candles of a day or less"}
		}
	}
	var notes []string
	step := int64(interval)
	first, end := interval.Floor(time[0]), interval.Floor(until)
	from := 0
	if first < time[0] {
		first += step
		for from < len(time) && time[from] < first {
			from++
		}
		notes = append(notes, fmt.Sprintf("%s: left out at the start: %s, as the bar of %s is covered only from %s", symbol, data.Counted(from, "candle"), data.Stamp(first-step), data.Stamp(time[0])))
	}
	if end < until {
		left := 0
		for i := len(time) - 1; i >= 0 && time[i] >= end; i-- {
			left++
		}
		notes = append(notes, fmt.Sprintf("%s: left out at the end: %s, as the bar of %s is covered only to %s", symbol, data.Counted(left, "candle"), data.Stamp(end), data.Stamp(until)))
	}
	if from < len(time) && time[from]-first >= step { // nothing stands before the first candle
		first = interval.Floor(time[from])
	}
	n := int(max(0, (end-first)/step))
	if n == 0 || from == len(time) || time[from] >= end {
		return nil, nil, &data.InputError{Reason: fmt.Sprintf("%s do not cover one bar of %s", data.Counted(len(time), "candle"), interval), Hint: "give more candles, or set bars.interval lower"}
	}
	out := newBarColumns(n)
	for b, i := 0, from; b < n; b++ {
		begin := first + int64(b)*step
		j := i
		for j < len(time) && time[j] < begin+step {
			j++
		}
		out.time[b], out.known[b] = begin, begin+step
		if i == j {
			out.fill(b)
			continue
		}
		out.open[b], out.high[b], out.low[b], out.close[b] = open[i], high[i], low[i], last[j-1]
		for _, v := range high[i+1 : j] {
			out.high[b] = max(out.high[b], v)
		}
		for _, v := range low[i+1 : j] {
			out.low[b] = min(out.low[b], v)
		}
		out.volume[b], out.quote[b], out.trades[b] = num.Sum(volume[i:j]), num.Sum(quote[i:j]), total(trades[i:j])
		out.candles[b] = int64(j - i)
		i = j
	}
	batch, err := data.NewBatch(barSchema, repeat(symbol, n), out.time, out.known, out.open, out.high, out.low, out.close,
		out.volume, out.quote, out.trades, out.candles, out.filled, out.stale)
	return batch, notes, err
}

type barColumns struct {
	time, known, trades, candles, stale   []int64
	open, high, low, close, volume, quote []float64
	filled                                []bool
}

func newBarColumns(n int) *barColumns {
	f := func() []float64 { return make([]float64, n) }
	i := func() []int64 { return make([]int64, n) }
	return &barColumns{time: i(), known: i(), trades: i(), candles: i(), stale: i(),
		open: f(), high: f(), low: f(), close: f(), volume: f(), quote: f(), filled: make([]bool, n)}
}

// fill makes bar b of the one before it.
func (o *barColumns) fill(b int) {
	was := o.close[b-1]
	o.open[b], o.high[b], o.low[b], o.close[b] = was, was, was, was
	o.filled[b], o.stale[b] = true, o.stale[b-1]+1
}

// total is the sum of counts, Null where one is.
func total(x []int64) int64 {
	sum := int64(0)
	for _, v := range x {
		if v == data.Null {
			return data.Null
		}
		sum += v
	}
	return sum
}
