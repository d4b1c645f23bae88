package stages

import (
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
//
// A candle that says that nothing was traded is no candle here (market.Quiet has
// the rule): whether a venue leaves it out or writes it flat, at whatever price,
// the bars are the same to the bit. It is not among the candles of its bar, a
// series begins with the first that is not quiet, and a series that ends in
// quiet ones is covered to the end of the last.
var Bars = add(&pipeline.Stage{
	Name: "bars", Doc: "candles on a regular grid, quiet intervals filled forward", Code: 3,
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
		{Name: "candles", Type: data.Int, Doc: "candles in the bar in which something was traded; 0 for a filled one"},
		{Name: "filled", Type: data.Bool, Doc: "nothing was traded: the previous close, no volume"},
		{Name: "stale_bars", Type: data.Int, Doc: "bars since the last one with a trade; 0 for that one"},
	},
	Partition: []string{"symbol", "period"}, Sort: []string{"time"},
}

func makeBars(t *pipeline.Task) error {
	series, err := t.ReadOne(Candles, "series")
	if err != nil {
		return err
	}
	c := series.Columns()
	symbol, interval, until, count := c.Strings("symbol"), c.Ints("interval_us"), c.Ints("until"), c.Ints("candles")
	if c.Err != nil {
		return c.Err
	}
	notes := make([][]string, len(symbol))
	err = pipeline.Each(t.Context, len(symbol), func(i int) (err error) {
		g := grid{symbol: symbol[i], candle: data.Interval(interval[i]), bar: t.Params.(*BarParams).Interval, until: until[i], candles: int(count[i])}
		notes[i], err = g.make(t)
		return err
	})
	for _, said := range notes {
		for _, n := range said {
			t.Note("%s", n)
		}
	}
	return err
}

// candleColumns are the candles of a stretch of time.
type candleColumns struct {
	time, trades                          []int64
	open, high, low, close, volume, quote []float64
}

func newCandleColumns(b *data.Batch, from, to int64) (*candleColumns, error) {
	time, err := b.Ints("time")
	if err != nil {
		return nil, err
	}
	c := b.Slice(cut(time, from, to)).Columns()
	return &candleColumns{time: c.Ints("time"), trades: c.Ints("trades"), open: c.Floats("open"), high: c.Floats("high"), low: c.Floats("low"),
		close: c.Floats("close"), volume: c.Floats("volume"), quote: c.Floats("quote_volume")}, c.Err
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

// fill makes bar b of the close before it, stale bars old.
func (o *barColumns) fill(b int, last float64, stale int64) {
	o.open[b], o.high[b], o.low[b], o.close[b] = last, last, last, last
	o.filled[b], o.stale[b] = true, stale
}

// take makes bar b of candles i to j, j not included.
func (o *barColumns) take(b int, c *candleColumns, i, j int) {
	o.open[b], o.high[b], o.low[b], o.close[b] = c.open[i], c.high[i], c.low[i], c.close[j-1]
	for _, v := range c.high[i+1 : j] {
		o.high[b] = max(o.high[b], v)
	}
	for _, v := range c.low[i+1 : j] {
		o.low[b] = min(o.low[b], v)
	}
	o.volume[b], o.quote[b], o.trades[b] = num.Sum(c.volume[i:j]), num.Sum(c.quote[i:j]), total(c.trades[i:j])
	o.candles[b] = int64(j - i)
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
