package market

// freqtrade is what Freqtrade keeps in a data folder, as JSON: the Feather and
// Parquet files beside it have names of columns and are read as such.
func freqtrade() Format {
	return Format{
		Name:    "freqtrade",
		Doc:     "Freqtrade JSON, gzipped or not: ms, open, high, low, close, volume",
		in:      inJSON,
		columns: []string{"time open high low close volume"},
	}
}

// feather is any Feather file whose columns have the names of a candle's.
func feather() Format {
	return Format{
		Name: "feather",
		Doc:  "Feather (Arrow IPC) files, Freqtrade's and others', by the names of their columns",
		in:   inTable,
		look: func(p *page) sight { return sureOf(p.binary == "feather") },
	}
}

// parquet is any Parquet file whose columns have the names of a candle's.
func parquet() Format {
	return Format{
		Name: "parquet",
		Doc:  "Parquet files, by the names of their columns",
		in:   inTable,
		look: func(p *page) sight { return sureOf(p.binary == "parquet") },
	}
}

func sureOf(ok bool) sight {
	if ok {
		return sure
	}
	return no
}
