package archive

import "mantis/data"

// Dataset is the name of the archive in a store, and of its main table.
const Dataset = "archive"

// candleFields are the columns of a candle, as in the dataset candles.
var candleFields = []data.Field{
	{Name: "time", Type: data.Time, Doc: "open instant"},
	{Name: "open", Type: data.Float, Doc: "quote currency"},
	{Name: "high", Type: data.Float, Doc: "quote currency"},
	{Name: "low", Type: data.Float, Doc: "quote currency"},
	{Name: "close", Type: data.Float, Doc: "quote currency"},
	{Name: "volume", Type: data.Float, Nullable: true, Doc: "base currency; null: the source does not say"},
	{Name: "quote_volume", Type: data.Float, Nullable: true, Doc: "quote currency; null: the source does not say"},
	{Name: "trades", Type: data.Int, Nullable: true, Doc: "count; null: the source does not say"},
}

// seriesFields name a series.
var seriesFields = []data.Field{
	{Name: "venue", Type: data.String, Doc: "lower case; unknown: nobody says"},
	{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
	{Name: "interval", Type: data.String, Doc: "as in 1h"},
}

func fields(lists ...[]data.Field) []data.Field {
	var out []data.Field
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

var candleSchema = data.Schema{
	Table: Dataset, Doc: "every candle ever taken in, as it is said now",
	Fields:    fields(seriesFields, candleFields),
	Partition: []string{"venue", "symbol", "interval", "period"}, Sort: []string{"time"},
}

var restatedSchema = data.Schema{
	Table: "restated", Doc: "what was said of a candle before it was said otherwise",
	Fields: fields(seriesFields, candleFields, []data.Field{
		{Name: "taking", Type: data.Int, Doc: "that said so"},
		{Name: "corrected_by", Type: data.Int, Doc: "the taking that said otherwise"},
	}),
	Sort: []string{"venue", "symbol", "interval", "time", "corrected_by"},
}

var originSchema = data.Schema{
	Table: "origins", Doc: "which taking says the candles as they stand: those from first to last, and no others",
	Fields: fields(seriesFields, []data.Field{
		{Name: "first", Type: data.Time, Doc: "open instant of the first candle"},
		{Name: "last", Type: data.Time, Doc: "open instant of the last candle"},
		{Name: "taking", Type: data.Int},
	}),
	Sort: []string{"venue", "symbol", "interval", "first"},
}

var takingSchema = data.Schema{
	Table: "takings", Doc: "what was taken in at once of one series from one source, in order",
	Fields: fields([]data.Field{{Name: "taking", Type: data.Int, Doc: "counted from 1"}}, seriesFields, []data.Field{
		{Name: "source", Type: data.String, Doc: "file or address"},
		{Name: "format", Type: data.String},
		{Name: "sha256", Type: data.String, Doc: "of the source's bytes"},
		{Name: "candles", Type: data.Int},
		{Name: "first", Type: data.Time, Nullable: true, Doc: "open instant of the first candle"},
		{Name: "last", Type: data.Time, Nullable: true, Doc: "open instant of the last candle"},
		{Name: "covers_from", Type: data.Time, Nullable: true, Doc: "begin of the span that the source answers for in full; null: it does not say"},
		{Name: "covers_until", Type: data.Time, Nullable: true, Doc: "its end"},
		{Name: "added", Type: data.Int, Doc: "candles that were new"},
		{Name: "restated", Type: data.Int, Doc: "candles that are said otherwise now"},
		{Name: "set_aside", Type: data.Int, Doc: "rows in the table set_aside"},
	}),
	Sort: []string{"taking"},
}

var asideSchema = data.Schema{
	Table: "set_aside", Doc: "rows that were not taken in, and why",
	Fields: []data.Field{
		{Name: "taking", Type: data.Int},
		{Name: "file", Type: data.String}, {Name: "line", Type: data.Int, Doc: "1-based"},
		{Name: "column", Type: data.String}, {Name: "value", Type: data.String},
		{Name: "reason", Type: data.String}, {Name: "text", Type: data.String, Doc: "the row as written"},
	},
	Sort: []string{"taking", "line"},
}

// candleBatch makes a part of the main table.
func candleBatch(s Series, r *rows) (*data.Batch, error) {
	n := r.len()
	return data.NewBatch(candleSchema, data.Repeated{Text: s.Venue, Rows: n}, data.Repeated{Text: string(s.Symbol), Rows: n}, data.Repeated{Text: s.Interval.String(), Rows: n},
		r.time, r.open, r.high, r.low, r.close, r.volume, r.quote, r.trades)
}

// candleRows reads what candleBatch made, or rows of the table restated.
func candleRows(b *data.Batch) (rows, error) {
	c := b.Columns()
	return rows{time: c.Ints("time"), trades: c.Ints("trades"), open: c.Floats("open"), high: c.Floats("high"), low: c.Floats("low"),
		close: c.Floats("close"), volume: c.Floats("volume"), quote: c.Floats("quote_volume")}, c.Err
}
