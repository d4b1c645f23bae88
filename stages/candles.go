package stages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
	"mantis/stages/archive"
)

// CandleFile is a file of candles and what the user says about it.
type CandleFile struct {
	Path     string        `json:"path"`
	Symbol   data.Symbol   `json:"symbol,omitempty"`   // empty: as the file tells
	Interval data.Interval `json:"interval,omitempty"` // 0: as the file tells
}

// CandleParams say where candles come from.
type CandleParams struct {
	Source     string           `json:"source"`     // "sim", "csv" or "archive"
	Files      []CandleFile     `json:"files"`      // csv: one file a symbol
	Quarantine bool             `json:"quarantine"` // csv: set bad rows aside instead of refusing the file
	Archive    ArchiveParams    `json:"archive"`
	Sim        market.SimParams `json:"sim"`
}

// Key leaves out of the action key what says nothing about the candles: where
// on the disk a file lies, and the other sources' parameters.
func (p *CandleParams) Key() any {
	switch p.Source {
	case "sim":
		return map[string]any{"source": p.Source, "sim": p.Sim}
	case "archive":
		return map[string]any{"source": p.Source, "archive": p.Archive}
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
	Params:  &CandleParams{Source: "sim", Files: []CandleFile{}, Archive: ArchiveParams{Series: []archive.Series{}}, Sim: market.DefaultSim()},
	Check:   checkCandles,
	Outside: outsideCandles,
	Bring:   bringFiles,
	Run:     takeCandles,
})

// sources are where candles may come from; a new one is one line here.
var sources = map[string]func(*pipeline.Task, *CandleParams) ([]taken, error){
	"archive": takeArchived,
	"csv":     readFiles,
	"sim":     simulate,
}

func checkCandles(params any) error {
	p := params.(*CandleParams)
	if sources[p.Source] == nil {
		return fmt.Errorf("source %q: want sim, csv or archive", p.Source)
	}
	switch {
	case p.Source == "csv" && len(p.Files) == 0:
		return data.WithHint(errors.New("source csv: no files"), "name them with --candles")
	case p.Source != "csv" && len(p.Files) > 0:
		return fmt.Errorf("source %s: candle files are named too", p.Source)
	case p.Source == "archive":
		return p.Archive.check()
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

// outsideCandles names each file by its digest: the bytes, not the path, are
// the input. An archive is named by its version.
func outsideCandles(params any, seen *data.Seen) ([]data.Input, error) {
	p := params.(*CandleParams)
	if p.Source == "archive" {
		return []data.Input{{Name: archive.Dataset, ID: p.Archive.Version}}, nil
	}
	inputs := make([]data.Input, len(p.Files))
	return inputs, pipeline.Each(context.Background(), len(p.Files), func(i int) error {
		f := &p.Files[i]
		if err := checkFile(f.Path, "--candles"); err != nil {
			return err
		}
		id, err := seen.SHA256(f.Path, p.chunks(f))
		if err != nil {
			return &data.InputError{File: f.Path, Reason: err.Error()}
		}
		inputs[i] = data.Input{Name: "file:" + filepath.Base(f.Path), ID: id}
		return nil
	})
}

// bringFiles is the way back from Key, which leaves out where the files lie.
func bringFiles(params any, paths []string) error {
	p := params.(*CandleParams)
	if len(p.Files) != len(paths) {
		return fmt.Errorf("%d files, the parameters name %d", len(paths), len(p.Files))
	}
	for i := range paths {
		p.Files[i].Path = paths[i]
	}
	return nil
}

// checkFile says why a path, which a flag names, is no file that can be read.
func checkFile(path, flag string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &data.InputError{File: path, Reason: "there is no such file", Hint: "check the path given with " + flag}
	case err == nil && !info.IsDir() && !info.Mode().IsRegular():
		return &data.InputError{File: path, Reason: "this is no regular file", Hint: "write it to a file first: it is read twice"}
	case err == nil && info.IsDir():
		return &data.InputError{File: path, Reason: "this is a directory", Hint: "name the files in it, one " + flag + " each"}
	case err != nil:
		return &data.InputError{File: path, Reason: err.Error()}
	}
	return nil
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
