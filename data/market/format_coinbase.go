package market

// coinbase is Coinbase Exchange's order of prices, low before high and open,
// newest first.
func coinbase() Format {
	return Format{
		Name: "coinbase", Venue: "coinbase",
		Doc:     "Coinbase Exchange candles: seconds, low, high, open, close, volume; pages of /products/…/candles",
		in:      inText | inJSON,
		columns: []string{"time low high open close volume"},
	}
}

// coinbaseAdvanced is a reply of Coinbase's Advanced Trade interface.
func coinbaseAdvanced() Format {
	return Format{
		Name: "coinbase-advanced", Venue: "coinbase",
		Doc:   "Coinbase Advanced Trade replies: {\"candles\": [{start, low, high, open, close, volume}]}",
		in:    inJSON,
		path:  "candles",
		names: "time=start low=low high=high open=open close=close",
	}
}
