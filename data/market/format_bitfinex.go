package market

// bitfinex is Bitfinex's order of prices, close before high and low: replies of
// its candles route, and files made of them. There is no candle where there was
// no trade.
func bitfinex() Format {
	return Format{
		Name: "bitfinex", Venue: "bitfinex",
		Doc:     "Bitfinex candles: ms, open, close, high, low, volume; pages of /v2/candles and CSV made of them",
		in:      inText | inJSON,
		columns: []string{"time open close high low volume"},
	}
}
