package stages

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
)

// CandleFile is a file of candles and what the user says about it.
type CandleFile struct {
	Path     string        `json:"path"`
	Symbol   data.Symbol   `json:"symbol,omitempty"`   // empty: as the file tells
	Interval data.Interval `json:"interval,omitempty"` // 0: as the file tells
}

// CandleParams say where candles come from.
type CandleParams struct {
	Source     string           `json:"source"`     // "sim" or "csv"
	Files      []CandleFile     `json:"files"`      // csv: one file a symbol
	Quarantine bool             `json:"quarantine"` // csv: set bad rows aside instead of refusing the file
	Sim        market.SimParams `json:"sim"`
}

// Key leaves out of the action key what says nothing about the candles: where
// on the disk a file lies, and the other sources' parameters.
func (p *CandleParams) Key() any {
	if p.Source == "sim" {
		return map[string]any{"source": p.Source, "sim": p.Sim}
	}
	files := append([]CandleFile{}, p.Files...)
	for i := range files {
		files[i].Path = filepath.Base(files[i].Path)
	}
	return map[string]any{"source": p.Source, "files": files, "quarantine": p.Quarantine}
}

// Candles are raw candles, checked, as a source gave them. Beside them lie the
// series (one row a symbol), the rows set aside, and, for a simulated market,
// the true class probabilities.
var Candles = add(&pipeline.Stage{
	Name: "candles", Doc: "raw candles, checked, as the source gave them", Code: 1,
	Params:  &CandleParams{Source: "sim", Files: []CandleFile{}, Sim: market.DefaultSim()},
	Check:   checkCandles,
	Outside: digestFiles,
	Run:     takeCandles,
})

// sources are where candles may come from; a new one is one line here.
var sources = map[string]func(*pipeline.Task, *CandleParams) ([]market.Result, error){
	"csv": readFiles,
	"sim": simulate,
}

func checkCandles(params any) error {
	p := params.(*CandleParams)
	if sources[p.Source] == nil {
		return fmt.Errorf("source %q: want sim or csv", p.Source)
	}
	if p.Source == "csv" && len(p.Files) == 0 {
		return data.WithHint(errors.New("source csv: no files"), "name them with --candles")
	}
	for i, f := range p.Files {
		for _, g := range p.Files[:i] {
			if sameFile(f.Path, g.Path) {
				return &data.InputError{File: f.Path, Reason: "this file is named twice", Hint: "name every file once"}
			}
		}
	}
	return nil
}

func sameFile(a, b string) bool {
	ai, errA := os.Stat(a)
	bi, errB := os.Stat(b)
	return a == b || errA == nil && errB == nil && os.SameFile(ai, bi)
}

// digestFiles names each file by its digest: the bytes, not the path, are the
// input.
func digestFiles(params any) ([]data.Input, error) {
	p := params.(*CandleParams)
	if p.Source != "csv" {
		return nil, nil
	}
	inputs := make([]data.Input, len(p.Files))
	for i, f := range p.Files {
		content, err := readFile(f.Path)
		if err != nil {
			return nil, err
		}
		inputs[i] = data.Input{Name: "file:" + filepath.Base(f.Path), ID: data.SHA256(content)}
	}
	return inputs, nil
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &data.InputError{File: path, Reason: "there is no such file", Hint: "check the path given with --candles"}
	case err == nil && info.IsDir():
		return nil, &data.InputError{File: path, Reason: "this is a directory", Hint: "name the candle files in it, one --candles each"}
	case err == nil:
		var content []byte
		if content, err = os.ReadFile(path); err == nil {
			return content, nil
		}
	}
	return nil, &data.InputError{File: path, Reason: err.Error()}
}

func takeCandles(t *pipeline.Task) error {
	p := t.Params.(*CandleParams)
	read, err := sources[p.Source](t, p)
	if err != nil {
		return err
	}
	sort.SliceStable(read, func(i, j int) bool { return read[i].Candles.Symbol < read[j].Candles.Symbol })
	for i := 1; i < len(read); i++ {
		if s := read[i].Candles.Symbol; s == read[i-1].Candles.Symbol {
			return &data.InputError{Reason: fmt.Sprintf("%s comes from two files", s), Hint: "give one file a symbol, or say which symbol a file holds: --candles FILE,symbol=ETH-BTC"}
		}
	}
	for _, r := range read {
		for _, n := range r.Notes {
			t.Note("%s", n)
		}
	}
	if err := putSeries(t, p.Source, read); err != nil {
		return err
	}
	if err := putQuarantine(t, read); err != nil {
		return err
	}
	return pipeline.Each(t.Context, len(read), func(i int) error { return putCandles(t, &read[i].Candles) })
}

func readFiles(t *pipeline.Task, p *CandleParams) ([]market.Result, error) {
	read := make([]market.Result, len(p.Files))
	err := pipeline.Each(t.Context, len(p.Files), func(i int) error {
		f := p.Files[i]
		content, err := readFile(f.Path)
		if err != nil {
			return err
		}
		if data.SHA256(content) != t.Outside[i].ID {
			return &data.InputError{File: f.Path, Reason: "the file changed while it was read", Hint: "run again when it is complete"}
		}
		read[i], err = market.ReadCSV(f.Path, content, market.CSVOptions{Symbol: f.Symbol, Interval: f.Interval, Quarantine: p.Quarantine})
		for j, n := range read[i].Notes { // where a file lies is nobody else's business
			read[i].Notes[j] = market.Note(strings.Replace(string(n), f.Path, filepath.Base(f.Path), 1))
		}
		return err
	})
	return read, err
}

func simulate(t *pipeline.Task, params *CandleParams) ([]market.Result, error) {
	p := params.Sim
	candles, truths, err := market.Simulate(p)
	if err != nil {
		return nil, err
	}
	read := make([]market.Result, len(candles))
	for i := range candles {
		read[i].Candles = candles[i]
	}
	t.Note("simulated market: seed %d, edge %v, clustering %v; no price here was ever paid", p.Seed, p.Edge, p.Clustering)
	if err := putClasses(t, "p_true_classes", p.Bins); err != nil {
		return nil, err
	}
	for i := range truths {
		if err := putTruth(t, &truths[i], p.Bar); err != nil {
			return nil, err
		}
	}
	return read, nil
}

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
	Partition: []string{"symbol"}, Sort: []string{"time"},
}

func putCandles(t *pipeline.Task, c *market.Candles) error {
	b, err := data.NewBatch(candleSchema, repeat(string(c.Symbol), c.Len()),
		c.Time, c.Open, c.High, c.Low, c.Close, c.Volume, c.QuoteVolume, c.Trades)
	if err != nil {
		return err
	}
	return t.Put(b, string(c.Symbol))
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
		{Name: "symbol", Type: data.String}, {Name: "source", Type: data.String},
		{Name: "interval_us", Type: data.Int, Doc: "length of a candle in microseconds"},
		{Name: "candles", Type: data.Int, Doc: "number of candles"},
		{Name: "first", Type: data.Time, Doc: "open instant of the first candle"},
		{Name: "until", Type: data.Time, Doc: "end of the span that the series covers"},
	},
	Sort: []string{"symbol"},
}

func putSeries(t *pipeline.Task, source string, read []market.Result) error {
	n := len(read)
	symbol, interval, count := make([]string, n), make([]int64, n), make([]int64, n)
	first, until := make([]int64, n), make([]int64, n)
	for i := range read {
		c := &read[i].Candles
		if c.Len() == 0 {
			return &data.InputError{Reason: fmt.Sprintf("%s: no candle is left", c.Symbol)}
		}
		symbol[i], interval[i], count[i] = string(c.Symbol), int64(c.Interval), int64(c.Len())
		first[i], until[i] = c.Time[0], c.End()
	}
	b, err := data.NewBatch(seriesSchema, symbol, repeat(source, n), interval, count, first, until)
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

func putQuarantine(t *pipeline.Task, read []market.Result) error {
	var file, symbol, column, value, reason, text []string
	var line []int64
	for _, r := range read {
		for _, q := range r.Quarantined {
			file, line, symbol = append(file, filepath.Base(q.File)), append(line, int64(q.Line)), append(symbol, string(q.Symbol))
			column, value = append(column, q.Column), append(value, q.Value)
			reason, text = append(reason, q.Reason), append(text, q.Text)
		}
		if n := len(r.Quarantined); n > 0 {
			t.Note("%s: %d rows set aside, see table quarantine", r.Candles.Symbol, n)
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
