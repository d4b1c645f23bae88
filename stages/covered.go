package stages

import (
	"mantis/data"
	"mantis/pipeline"
)

var coverageSchema = data.Schema{
	Table: "coverage", Doc: "how many candles there are a day; longer ones stand by themselves",
	Fields: []data.Field{
		{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
		{Name: "time", Type: data.Time, Doc: "begin of the day, UTC"},
		{Name: "candles", Type: data.Int, Doc: "those that are there"},
		{Name: "quiet", Type: data.Int, Doc: "those of them that say that nothing was traded"},
		{Name: "missing", Type: data.Int, Doc: "those that are not there, between the first and the end of the series"},
	},
	Partition: []string{"symbol"}, Sort: []string{"time"},
}

var spansSchema = data.Schema{
	Table: "spans", Doc: "what the candles of each symbol cover",
	Fields: []data.Field{
		{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
		{Name: "interval_us", Type: data.Int, Doc: "length of a candle in microseconds"},
		{Name: "first", Type: data.Time, Doc: "open instant of the first candle"},
		{Name: "until", Type: data.Time, Doc: "end of the span that the series covers"},
		{Name: "candles", Type: data.Int}, {Name: "quiet", Type: data.Int, Doc: "those that say that nothing was traded"},
		{Name: "gaps", Type: data.Int}, {Name: "missing", Type: data.Int, Doc: "candles in the gaps"},
		{Name: "longest", Type: data.Int, Doc: "candles in the longest gap"},
	},
	Sort: []string{"symbol"},
}

var findingsSchema = data.Schema{
	Table: "findings", Doc: "what is wrong with the candles of each symbol, a row a kind",
	Fields: []data.Field{
		{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"}, {Name: "kind", Type: data.String, Doc: "as `mantis candles check` names it"},
		{Name: "severity", Type: data.String, Doc: "error, warn or note"},
		{Name: "first", Type: data.Time, Doc: "open instant of the first candle concerned"}, {Name: "last", Type: data.Time},
		{Name: "candles", Type: data.Int, Doc: "how many are concerned"}, {Name: "places", Type: data.Int},
		{Name: "text", Type: data.String, Doc: "in words, with figures"},
	},
}

var spotsSchema = data.Schema{
	Table: "spots", Doc: "the worst places of each finding",
	Fields: []data.Field{
		{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"}, {Name: "kind", Type: data.String}, {Name: "severity", Type: data.String},
		{Name: "first", Type: data.Time}, {Name: "last", Type: data.Time}, {Name: "candles", Type: data.Int}, {Name: "text", Type: data.String},
	},
}

// putCovered puts the tables that hold all symbols.
func putCovered(t *pipeline.Task, all []covered) error {
	for _, put := range []func(*pipeline.Task, []covered) error{putSpans, putFindings, putSpots} {
		if err := put(t, all); err != nil {
			return err
		}
	}
	return nil
}

func putSpans(t *pipeline.Task, all []covered) error {
	var symbol []string
	var ints [8][]int64
	for _, c := range all {
		rows, quiet := int64(0), int64(0)
		for _, s := range c.seen {
			for _, n := range s.Candles {
				rows += n
			}
			for _, n := range s.Quiet {
				quiet += n
			}
		}
		symbol = append(symbol, c.symbol)
		for i, x := range []int64{int64(c.interval), c.first, c.until, rows, quiet, int64(c.holes.Count), int64(c.holes.Missing), int64(c.holes.Longest())} {
			ints[i] = append(ints[i], x)
		}
	}
	b, err := data.NewBatch(spansSchema, symbol, ints[0], ints[1], ints[2], ints[3], ints[4], ints[5], ints[6], ints[7])
	if err != nil {
		return err
	}
	return t.Put(b)
}

func putFindings(t *pipeline.Task, all []covered) error {
	var symbol, kind, severity, text []string
	var first, last, candles, places []int64
	for _, c := range all {
		for _, f := range c.findings {
			symbol, kind, severity, text = append(symbol, c.symbol), append(kind, string(f.Kind)), append(severity, string(f.Severity)), append(text, f.Text())
			first, last, candles, places = append(first, f.From), append(last, f.To), append(candles, int64(f.Count)), append(places, int64(f.Places))
		}
	}
	b, err := data.NewBatch(findingsSchema, symbol, kind, severity, first, last, candles, places, text)
	if err != nil {
		return err
	}
	return t.Put(b)
}

func putSpots(t *pipeline.Task, all []covered) error {
	var symbol, kind, severity, text []string
	var first, last, candles []int64
	for _, c := range all {
		for _, f := range c.findings {
			for _, s := range f.Spots {
				symbol, kind, severity, text = append(symbol, c.symbol), append(kind, string(f.Kind)), append(severity, string(s.Severity)), append(text, s.Text)
				first, last, candles = append(first, s.From), append(last, s.To), append(candles, int64(s.Rows))
			}
		}
	}
	b, err := data.NewBatch(spotsSchema, symbol, kind, severity, first, last, candles, text)
	if err != nil {
		return err
	}
	return t.Put(b)
}
