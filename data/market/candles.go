// Package market is where candles come from: files on disk and a simulated
// market. Every source gives the same columns in the same units, and says what
// it changed or set aside on the way.
package market

import (
	"mantis/data"
)

// Candles are the candles of one symbol and one interval as the source gave
// them, column by column. An instant without a trade has a candle or has none,
// as the source's habit is. All columns have the length of Time.
type Candles struct {
	Symbol   data.Symbol
	Interval data.Interval
	Time     []int64 // open instant, UTC µs, strictly ascending, on the interval's grid

	Open, High, Low, Close []float64 // quote currency, positive; Low <= Open, Close <= High
	Volume                 []float64 // base currency, not negative; NaN: the source does not say
	QuoteVolume            []float64 // quote currency, not negative; NaN: the source does not say
	Trades                 []int64   // data.Null: the source does not say

	// Until is the end of the span that the source declares to cover, or
	// data.Null: then it is the end of the last candle.
	Until int64
}

// Len is the number of candles.
func (c *Candles) Len() int { return len(c.Time) }

// End is Until, or the end of the last candle where the source declares none.
// It is data.Null for no candles at all.
func (c *Candles) End() int64 {
	if c.Until != data.Null || len(c.Time) == 0 {
		return c.Until
	}
	return c.Time[len(c.Time)-1] + int64(c.Interval)
}

// Quarantined is a row that was set aside, and why.
type Quarantined struct {
	File   string
	Line   int // 1-based line of the file
	Symbol data.Symbol
	Column string // the column's own name; "" where the whole row is at fault
	Value  string // the offending value as written
	Reason string
	Text   string // the row as written
}

// Note is a sentence about something a source changed on the way in.
type Note string

// Result is what a source read.
type Result struct {
	Format string // the name of the format it was written in; "" where no file was read
	Venue  string // lower case, "-futures" behind those of perpetual futures; "" unknown
	Entry  string // the file inside an archive; "" where there is none

	Candles     Candles
	Repeated    int           // rows dropped: other rows say the same, or the finished candle
	Quarantined []Quarantined // by line
	Notes       []Note
	Turned      []Span // rows whose two volumes stood in each other's column, put right
}

// columns makes room for n candles and holds none.
func columns(n int) Candles {
	f := make([]float64, 6*n) // one block, cut into six columns
	cut := func(i int) []float64 { return f[i*n : i*n : (i+1)*n] }
	return Candles{
		Time: make([]int64, 0, n), Trades: make([]int64, 0, n),
		Open: cut(0), High: cut(1), Low: cut(2), Close: cut(3), Volume: cut(4), QuoteVolume: cut(5),
		Until: data.Null,
	}
}
