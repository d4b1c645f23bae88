package market

// okx is a reply of OKX's candles routes, newest first. A candle whose last
// value is "0" is still open.
func okx() Format {
	return Format{
		Name: "okx", Venue: "okx",
		Doc:     "OKX REST replies: /api/v5/market/candles and history-candles, whole",
		in:      inJSON,
		path:    "data",
		columns: []string{"time open high low close volume - quote_volume -", "time open high low close volume quote_volume"},
		open:    func(row *cells) bool { return row.count() == 9 && text(row.at(8)) == "0" },
	}
}
