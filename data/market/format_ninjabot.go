package market

// ninjabot is NinjaBot's order of prices, close and low before high. Its files
// with a header line are plain CSV.
func ninjabot() Format {
	return Format{
		Name:    "ninjabot",
		Doc:     "NinjaBot CSV: seconds, open, close, low, high, volume, trades",
		in:      inText,
		columns: []string{"time open close low high volume trades", "time open close low high volume"},
	}
}
