package stages

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
)

// taken is a symbol's candles as parts that stand ready, and what there is to
// say of them. It is remembered for each file, so that a file that is known is
// not read again.
type taken struct {
	Source      string               `json:"source,omitempty"` // where it came from, if more is to say than the kind of source
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

// clean makes UTF-8 of what a file may have written in something else, so that
// it is the same when it is recalled.
func (r *taken) clean() {
	for i, n := range r.Notes {
		r.Notes[i] = data.Plain(n)
	}
	for i := range r.Quarantined {
		q := &r.Quarantined[i]
		for _, s := range []*string{&q.File, &q.Column, &q.Value, &q.Reason, &q.Text} {
			*s = strings.ToValidUTF8(*s, "\uFFFD")
		}
	}
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
	out.clean()
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
