package market

import "mantis/data"

// Quiet is the one rule for intervals in which nothing was traded. It tells
// whether a candle says so: open, high, low and close are one price, and of its
// volume, its quote volume and its count of trades at least one is given and
// each that is given is exactly 0. NaN and data.Null are not given.
//
// Venues disagree about such intervals. Kraken's files, Bitfinex and Bittrex
// leave the candle out; Bitstamp, Poloniex and Kraken's REST replies write a flat
// one of no volume. A quiet candle therefore counts as none at all wherever
// candles are put to use, and both habits come to the same.
//
// What does not count as quiet: a candle whose volume nobody gives, one that is
// flat and of no volume but counts trades, and one of no volume whose prices
// differ, which contradicts itself. They are taken as traded.
func Quiet(open, high, low, close, volume, quote float64, trades int64) bool {
	if !(open == high && high == low && low == close) {
		return false
	}
	if volume > 0 || quote > 0 || trades != data.Null && trades > 0 {
		return false
	}
	return volume == 0 || quote == 0 || trades == 0
}

// Quiet tells whether candle i says that nothing was traded.
func (c *Candles) Quiet(i int) bool {
	return Quiet(c.Open[i], c.High[i], c.Low[i], c.Close[i], c.Volume[i], c.QuoteVolume[i], c.Trades[i])
}
