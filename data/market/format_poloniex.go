package market

// poloniex is what Poloniex's returnChartData gave, as CSV or JSON: "volume" is
// in the quote currency and "quoteVolume" in the base currency.
func poloniex() Format {
	return Format{
		Name: "poloniex", Venue: "poloniex",
		Doc:   "Poloniex chart data: date, high, low, open, close, volume (quote), quoteVolume (base), weightedAverage",
		in:    inText | inJSON,
		names: "time=date volume=quoteVolume quote_volume=volume average=weightedAverage",
	}
}
