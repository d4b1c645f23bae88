// Package check looks for what is wrong with candles: holes, outages, prices
// that stick or stand out, columns and units that change, and venues that
// disagree. It is a pure function of columns: no clock, no file, no map order.
// Everything is linear in the rows.
//
// It repairs nothing. What is found is a Finding, with the figures that led to
// it; the thresholds stand as constants beside each rule. Rates that a threshold
// depends on are those of the series itself around the place, so that a market
// that seldom trades is not blamed for its habit.
package check

import (
	"mantis/data"
	"mantis/data/market"
)

// Series are the candles of one symbol at one venue, column by column, as they
// were written: in any order, with anything wrong. All columns have the length
// of Time; QuoteVolume and Trades may be nil, where nobody gives them.
type Series struct {
	Venue    string // "" where nobody says
	Symbol   data.Symbol
	Interval data.Interval

	Time                   []int64   // open instants, UTC µs
	Open, High, Low, Close []float64 // quote currency
	Volume                 []float64 // base currency; NaN: not given
	QuoteVolume            []float64 // quote currency; NaN: not given
	Trades                 []int64   // data.Null: not given
}

// Of is the series of candles that a source read.
func Of(venue string, c *market.Candles) Series {
	return Series{Venue: venue, Symbol: c.Symbol, Interval: c.Interval, Time: c.Time, Open: c.Open, High: c.High, Low: c.Low,
		Close: c.Close, Volume: c.Volume, QuoteVolume: c.QuoteVolume, Trades: c.Trades}
}

// Len is the number of rows.
func (s *Series) Len() int { return len(s.Time) }

// quote is the quote volume of row i, NaN where it is not given.
func (s *Series) quote(i int) float64 {
	if s.QuoteVolume == nil {
		return nan
	}
	return s.QuoteVolume[i]
}

// trades is the count of trades of row i, data.Null where it is not given.
func (s *Series) trades(i int) int64 {
	if s.Trades == nil {
		return data.Null
	}
	return s.Trades[i]
}

// flat tells whether the four prices of row i are one.
func (s *Series) flat(i int) bool {
	return s.Open[i] == s.High[i] && s.High[i] == s.Low[i] && s.Low[i] == s.Close[i]
}

// quiet tells whether row i says that nothing was traded.
func (s *Series) quiet(i int) bool {
	return market.Quiet(s.Open[i], s.High[i], s.Low[i], s.Close[i], s.Volume[i], s.quote(i), s.trades(i))
}

// some are the rows that keep, as a series of their own.
func (s *Series) some(rows []int) Series {
	out := *s
	out.Time = take(s.Time, rows)
	out.Open, out.High, out.Low, out.Close = take(s.Open, rows), take(s.High, rows), take(s.Low, rows), take(s.Close, rows)
	out.Volume = take(s.Volume, rows)
	if s.QuoteVolume != nil {
		out.QuoteVolume = take(s.QuoteVolume, rows)
	}
	if s.Trades != nil {
		out.Trades = take(s.Trades, rows)
	}
	return out
}

func take[T any](x []T, rows []int) []T {
	out := make([]T, len(rows))
	for k, i := range rows {
		out[k] = x[i]
	}
	return out
}
