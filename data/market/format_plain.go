package market

// plain is any text or JSON whose columns have the names of a candle's, or are
// named by the user.
func plain() Format {
	return Format{
		Name: "csv",
		Doc:  "CSV with a header line, or JSON objects, by the names of the columns; --columns time=ts,open=o,… for other names",
		in:   inText | inJSON,
		look: func(p *page) sight {
			l, _, err := nameColumns(p.names(), p.own)
			return sureOf(len(p.names()) > 0 && (p.kind == inText || err == nil && len(l.missing()) == 0))
		},
	}
}

// plainRows are rows without names in the usual order, or in one that the user
// gives in numbers.
func plainRows() Format {
	return Format{
		Name:    "rows",
		Doc:     "CSV without a header line: time, open, high, low, close, volume; --columns time=1,open=2,… for another order",
		in:      inText,
		columns: []string{"time open high low close volume", "time open high low close"},
	}
}
