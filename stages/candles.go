package stages

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"

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
	Name: "candles", Doc: "raw candles, checked, as the source gave them", Code: 2,
	Params:  &CandleParams{Source: "sim", Files: []CandleFile{}, Sim: market.DefaultSim()},
	Check:   checkCandles,
	Outside: digestFiles,
	Run:     takeCandles,
})

// sources are where candles may come from; a new one is one line here.
var sources = map[string]func(*pipeline.Task, *CandleParams) ([]taken, error){
	"csv": readFiles,
	"sim": simulate,
}

func checkCandles(params any) error {
	p := params.(*CandleParams)
	if sources[p.Source] == nil {
		return fmt.Errorf("source %q: want sim or csv", p.Source)
	}
	switch {
	case p.Source == "csv" && len(p.Files) == 0:
		return data.WithHint(errors.New("source csv: no files"), "name them with --candles")
	case p.Source == "sim" && len(p.Files) > 0:
		return errors.New("source sim: candle files are named too")
	case p.Source == "sim":
		return p.Sim.Check()
	}
	slices.SortFunc(p.Files, func(a, b CandleFile) int {
		return cmp.Or(cmp.Compare(filepath.Base(a.Path), filepath.Base(b.Path)), cmp.Compare(a.Path, b.Path))
	}) // the order given means nothing
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
func digestFiles(params any, sha256 func(path string) (string, error)) ([]data.Input, error) {
	p := params.(*CandleParams)
	if p.Source != "csv" {
		return nil, nil
	}
	inputs := make([]data.Input, len(p.Files))
	for i, f := range p.Files {
		if err := checkFile(f.Path); err != nil {
			return nil, err
		}
		id, err := sha256(f.Path)
		if err != nil {
			return nil, &data.InputError{File: f.Path, Reason: err.Error()}
		}
		inputs[i] = data.Input{Name: "file:" + filepath.Base(f.Path), ID: id}
	}
	return inputs, nil
}

// checkFile says why a path is no file of candles.
func checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &data.InputError{File: path, Reason: "there is no such file", Hint: "check the path given with --candles"}
	case err == nil && !info.IsDir() && !info.Mode().IsRegular():
		return &data.InputError{File: path, Reason: "this is no regular file", Hint: "write the candles to a file first: they are read twice"}
	case err == nil && info.IsDir():
		return &data.InputError{File: path, Reason: "this is a directory", Hint: "name the candle files in it, one --candles each"}
	case err != nil:
		return &data.InputError{File: path, Reason: err.Error()}
	}
	return nil
}

// readFile reads a file that checkFile found in order.
func readFile(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, &data.InputError{File: path, Reason: err.Error()}
	}
	return content, nil
}

func takeCandles(t *pipeline.Task) error {
	p := t.Params.(*CandleParams)
	read, err := sources[p.Source](t, p)
	if err != nil {
		return err
	}
	sort.SliceStable(read, func(i, j int) bool { return read[i].Symbol < read[j].Symbol })
	for i := 1; i < len(read); i++ {
		if s := read[i].Symbol; s == read[i-1].Symbol {
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
	for _, r := range read {
		for _, part := range r.Parts {
			if err := t.Reuse(candleSchema, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// taken is a symbol's candles as parts that stand ready, and what there is to
// say of them. It is remembered for each file, so that a file that is known is
// not read again.
type taken struct {
	Symbol      data.Symbol          `json:"symbol"`
	Interval    data.Interval        `json:"interval"`
	Count       int                  `json:"count"`
	First       int64                `json:"first"`
	Until       int64                `json:"until"`
	Notes       []string             `json:"notes"`
	Quarantined []market.Quarantined `json:"quarantined"`
	Parts       []data.Part          `json:"parts"`
}

func newTaken(s *market.Series, parts []data.Part, quarantined []market.Quarantined) *taken {
	out := &taken{Symbol: s.Symbol, Interval: s.Interval, Count: s.Candles, First: s.First, Until: s.End, Quarantined: quarantined, Parts: parts}
	for _, n := range s.Notes {
		out.Notes = append(out.Notes, string(n))
	}
	return out
}

// prepare cuts what a source read into parts. A part of the same rows as one
// that was made before is not written again.
func prepare(t *pipeline.Task, r *market.Result) (*taken, error) {
	c := &r.Candles
	if c.Len() == 0 {
		return nil, &data.InputError{Reason: fmt.Sprintf("%s: no candle is left", c.Symbol)}
	}
	b, err := candleBatch(c)
	if err != nil {
		return nil, err
	}
	cuts := data.PeriodOf(c.Interval).Cut(c.Time)
	parts, series := make([]data.Part, len(cuts)), r.Series()
	return newTaken(&series, parts, r.Quarantined), pipeline.Each(t.Context, len(cuts), func(i int) error {
		rows := b.Slice(cuts[i].From, cuts[i].To)
		k, err := t.Prepare(pipeline.Part{Schema: candleSchema, Values: []string{string(c.Symbol), cuts[i].Period},
			Params: anyParams, With: rows.Content(), Make: func([]*data.Batch) (*data.Batch, any, error) { return rows, nil, nil }})
		if err == nil {
			parts[i] = k.Part
		}
		return err
	})
}

// anyParams stand for a part that is the same whatever the parameters are: its
// With says it all.
var anyParams = struct{}{}

// bigFile is the size from which files are read one at a time: the chunks of
// one keep every processor busy, and two would take twice the memory.
const bigFile = 32 << 20

func readFiles(t *pipeline.Task, p *CandleParams) ([]taken, error) {
	read := make([]taken, len(p.Files))
	var big sync.Mutex
	return read, pipeline.Each(t.Context, len(p.Files), func(i int) error {
		f := p.Files[i]
		key := map[string]any{"sha256": t.Outside[i].ID, "name": filepath.Base(f.Path), "symbol": f.Symbol, "interval": f.Interval, "quarantine": p.Quarantine}
		if t.Recall(key, &read[i]) && t.Present(read[i].Parts) {
			return nil
		}
		if info, err := os.Stat(f.Path); err == nil && info.Size() >= bigFile {
			big.Lock()
			defer big.Unlock()
		}
		r, err := readCandleFile(t, p, i)
		if err != nil {
			return err
		}
		read[i] = *r
		return t.Remember(key, r)
	})
}

// readCandleFile reads one file: chunk by chunk, of which only those that
// changed are parsed, or whole, where there is anything odd about it.
func readCandleFile(t *pipeline.Task, p *CandleParams, i int) (*taken, error) {
	f := p.Files[i]
	content, err := readFile(f.Path)
	if err != nil {
		return nil, err
	}
	if data.SHA256(content) != t.Outside[i].ID {
		return nil, &data.InputError{File: f.Path, Reason: "the file changed while it was read", Hint: "run again when it is complete"}
	}
	opt := market.CSVOptions{Symbol: f.Symbol, Interval: f.Interval, Quarantine: p.Quarantine}
	out, err := readChunks(t, f.Path, content, opt)
	if out == nil && err == nil {
		out, err = readWhole(t, f.Path, content, opt)
	}
	if err != nil {
		return nil, err
	}
	for j, n := range out.Notes { // where a file lies is nobody else's business
		out.Notes[j] = strings.Replace(n, f.Path, filepath.Base(f.Path), 1)
	}
	for j := range out.Quarantined {
		out.Quarantined[j].File = filepath.Base(f.Path)
	}
	return out, nil
}

// readChunks prepares a part of each chunk of a file. It is nil where the file
// has to be read whole.
func readChunks(t *pipeline.Task, path string, content []byte, opt market.CSVOptions) (*taken, error) {
	f, ok, err := market.OpenCSV(path, content, opt)
	if !ok || err != nil {
		return nil, err
	}
	chunks := f.Chunks()
	parts, summaries := make([]data.Part, len(chunks)), make([]market.Summary, len(chunks))
	err = pipeline.Each(t.Context, len(chunks), func(i int) error {
		k, err := t.Prepare(pipeline.Part{Schema: candleSchema, Values: []string{string(f.Symbol()), chunks[i].Period},
			Params: anyParams, With: chunks[i].Key(), Make: func([]*data.Batch) (*data.Batch, any, error) {
				r, err := f.ReadChunk(i)
				if err == nil && !r.Summary.Plain {
					err = errOdd
				}
				if err != nil {
					return nil, nil, err
				}
				b, err := candleBatch(&r.Candles)
				return b, r.Summary, err
			}})
		if err != nil {
			return err
		}
		parts[i] = k.Part
		return k.Said(&summaries[i])
	})
	if errors.Is(err, errOdd) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	series, ok, err := f.Finish(summaries)
	if !ok || err != nil {
		return nil, err
	}
	return newTaken(&series, parts, nil), nil
}

// errOdd says that a chunk has to be seen in the light of the whole file.
var errOdd = errors.New("not plain")

func readWhole(t *pipeline.Task, path string, content []byte, opt market.CSVOptions) (*taken, error) {
	r, err := market.ReadCSV(path, content, opt)
	if err != nil {
		return nil, err
	}
	return prepare(t, &r)
}

func simulate(t *pipeline.Task, params *CandleParams) ([]taken, error) {
	p := params.Sim
	candles, truths, err := market.Simulate(p)
	if err != nil {
		return nil, err
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
	read := make([]taken, len(candles))
	for i := range candles {
		r, err := prepare(t, &market.Result{Candles: candles[i]})
		if err != nil {
			return nil, err
		}
		read[i] = *r
	}
	return read, nil
}
