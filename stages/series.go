package stages

import (
	"cmp"
	"strings"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
)

var candleSchema = data.Schema{
	Table: "candles", Doc: "raw candles, checked, as the source gave them",
	Fields: []data.Field{
		{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
		{Name: "time", Type: data.Time, Doc: "open instant"},
		{Name: "open", Type: data.Float, Doc: "quote currency"},
		{Name: "high", Type: data.Float, Doc: "quote currency"},
		{Name: "low", Type: data.Float, Doc: "quote currency"},
		{Name: "close", Type: data.Float, Doc: "quote currency"},
		{Name: "volume", Type: data.Float, Nullable: true, Doc: "base currency; null: the source does not say"},
		{Name: "quote_volume", Type: data.Float, Nullable: true, Doc: "quote currency; null: the source does not say"},
		{Name: "trades", Type: data.Int, Nullable: true, Doc: "count; null: the source does not say"},
	},
	Partition: []string{"symbol", "period"}, Sort: []string{"time"},
}

func candleBatch(c *market.Candles) (*data.Batch, error) {
	return data.NewBatch(candleSchema, data.Repeated{Text: string(c.Symbol), Rows: c.Len()},
		c.Time, c.Open, c.High, c.Low, c.Close, c.Volume, c.QuoteVolume, c.Trades)
}

var truthSchema = data.Schema{
	Table: "p_true", Doc: "simulated market: the probabilities that the next bar's return was drawn from",
	Fields: []data.Field{
		{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
		{Name: "time", Type: data.Time, Doc: "open instant of the bar"},
		{Name: "known_at", Type: data.Time, Doc: "close instant of the bar: the past that this is a function of"},
		{Name: "settles_at", Type: data.Time, Doc: "close instant of the next bar, whose return was drawn"},
		{Name: "p1", Type: data.Float}, {Name: "p2", Type: data.Float}, {Name: "p3", Type: data.Float},
		{Name: "p4", Type: data.Float}, {Name: "p5", Type: data.Float},
	},
	Partition: []string{"symbol"}, Sort: []string{"time"},
}

func putTruth(t *pipeline.Task, x *market.Truth, bar data.Interval) error {
	n := len(x.Time)
	known, settles := make([]int64, n), make([]int64, n)
	for i, open := range x.Time {
		known[i], settles[i] = open+int64(bar), open+2*int64(bar)
	}
	b, err := data.NewBatch(truthSchema, repeat(string(x.Symbol), n), x.Time, known, settles, x.P[0], x.P[1], x.P[2], x.P[3], x.P[4])
	if err != nil {
		return err
	}
	return t.Put(b, string(x.Symbol))
}

var seriesSchema = data.Schema{
	Table: "series", Doc: "the candle series, one row a symbol",
	Fields: []data.Field{
		{Name: "symbol", Type: data.String},
		{Name: "source", Type: data.String, Doc: "sim, csv, or the series of the archive"},
		{Name: "interval_us", Type: data.Int, Doc: "length of a candle in microseconds"},
		{Name: "candles", Type: data.Int, Doc: "number of candles"},
		{Name: "first", Type: data.Time, Doc: "open instant of the first candle"},
		{Name: "until", Type: data.Time, Doc: "end of the span that the series covers"},
	},
	Sort: []string{"symbol"},
}

func putSeries(t *pipeline.Task, source string, read []taken) error {
	n := len(read)
	symbol, interval, count, from := make([]string, n), make([]int64, n), make([]int64, n), make([]string, n)
	first, until := make([]int64, n), make([]int64, n)
	for i, r := range read {
		symbol[i], interval[i], count[i] = string(r.Symbol), int64(r.Interval), int64(r.Count)
		first[i], until[i], from[i] = r.First, r.Until, cmp.Or(r.Source, source)
	}
	b, err := data.NewBatch(seriesSchema, symbol, from, interval, count, first, until)
	if err != nil {
		return err
	}
	return t.Put(b)
}

var quarantineSchema = data.Schema{
	Table: "quarantine", Doc: "rows that were set aside, and why",
	Fields: []data.Field{
		{Name: "file", Type: data.String}, {Name: "line", Type: data.Int, Doc: "1-based"},
		{Name: "symbol", Type: data.String}, {Name: "column", Type: data.String},
		{Name: "value", Type: data.String}, {Name: "reason", Type: data.String},
		{Name: "text", Type: data.String, Doc: "the row as written"},
	},
}

func putQuarantine(t *pipeline.Task, read []taken) error {
	var file, symbol, column, value, reason, text []string
	var line []int64
	for _, r := range read {
		for _, q := range r.Quarantined {
			file, line, symbol = append(file, q.File), append(line, int64(q.Line)), append(symbol, string(q.Symbol))
			column, value = append(column, q.Column), append(value, q.Value)
			reason, text = append(reason, q.Reason), append(text, q.Text)
		}
		if n := len(r.Quarantined); n > 0 {
			t.Note("%s: %s set aside, see table quarantine", r.Symbol, data.Counted(n, "row"))
		}
	}
	clean := func(x []string) []string {
		for i, s := range x {
			x[i] = strings.ToValidUTF8(s, "\uFFFD")
		}
		return x
	}
	b, err := data.NewBatch(quarantineSchema, clean(file), line, clean(symbol), clean(column), clean(value), clean(reason), clean(text))
	if err != nil {
		return err
	}
	return t.Put(b)
}

func repeat(s string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s
	}
	return out
}
