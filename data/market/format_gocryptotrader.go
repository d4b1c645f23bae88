package market

// gocryptotrader has the volume before the prices.
func gocryptotrader() Format {
	return Format{
		Name:    "gocryptotrader",
		Doc:     "GoCryptoTrader CSV: seconds, volume, open, high, low, close",
		in:      inText,
		columns: []string{"time volume open high low close"},
	}
}
