package archive

import (
	"math"
	"sort"

	"mantis/data"
	"mantis/data/market"
)

// rows are candles of one series, column by column, ascending in time. NaN and
// data.Null stand for what a source does not say.
type rows struct {
	time, trades                          []int64
	open, high, low, close, volume, quote []float64
}

// rowsOf is a view of what a source gave.
func rowsOf(c *market.Candles) rows {
	return rows{time: c.Time, trades: c.Trades, open: c.Open, high: c.High, low: c.Low, close: c.Close, volume: c.Volume, quote: c.QuoteVolume}
}

func (r *rows) len() int { return len(r.time) }

// slice is rows from (inclusive) to to (exclusive), sharing the memory.
func (r *rows) slice(from, to int) rows {
	f := func(x []float64) []float64 { return x[from:to:to] }
	return rows{time: r.time[from:to:to], trades: r.trades[from:to:to], open: f(r.open), high: f(r.high), low: f(r.low), close: f(r.close), volume: f(r.volume), quote: f(r.quote)}
}

// append adds rows from (inclusive) to to (exclusive) of others.
func (r *rows) append(o *rows, from, to int) {
	r.time = append(r.time, o.time[from:to]...)
	r.trades = append(r.trades, o.trades[from:to]...)
	for i, column := range r.floats() {
		*column = append(*column, (*o.floats()[i])[from:to]...)
	}
}

// grow makes room for n more rows.
func (r *rows) grow(n int) {
	if cap(r.time)-len(r.time) >= n {
		return
	}
	n += len(r.time)
	r.time, r.trades = append(make([]int64, 0, n), r.time...), append(make([]int64, 0, n), r.trades...)
	for _, column := range r.floats() {
		*column = append(make([]float64, 0, n), *column...)
	}
}

func (r *rows) floats() [6]*[]float64 {
	return [6]*[]float64{&r.open, &r.high, &r.low, &r.close, &r.volume, &r.quote}
}

// find is the index of the first row at or after t.
func (r *rows) find(t int64) int {
	return sort.Search(len(r.time), func(i int) bool { return r.time[i] >= t })
}

// contradicts tells whether row i says otherwise than row j of what was said
// before. What it does not say contradicts nothing, and neither does the last
// digit of a float, which is all that two ways of writing a decimal differ in.
func (r *rows) contradicts(i int, before *rows, j int) bool {
	was := before.floats()
	for c, column := range r.floats() {
		now := (*column)[i]
		if now == now && !near(now, (*was[c])[j]) {
			return true
		}
	}
	return r.trades[i] != data.Null && r.trades[i] != before.trades[j]
}

// near tells whether two floats, neither of which is negative, are at most two
// steps apart.
func near(a, b float64) bool {
	const steps = 2
	d := int64(math.Float64bits(a+0)) - int64(math.Float64bits(b+0)) // -0 is 0
	return b == b && -steps <= d && d <= steps
}
