package stages

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
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

func readFiles(t *pipeline.Task, p *CandleParams) ([]taken, error) {
	read := make([]taken, len(p.Files))
	var whole sync.Mutex
	return read, pipeline.Each(t.Context, len(p.Files), func(i int) error {
		f := p.Files[i]
		key := map[string]any{"sha256": t.Outside[i].ID, "name": filepath.Base(f.Path), "symbol": f.Symbol, "interval": f.Interval, "quarantine": p.Quarantine}
		if t.Recall(key, &read[i]) && t.Present(read[i].Parts) {
			return nil
		}
		r, err := readCandleFile(t, p, i, &whole)
		if err != nil {
			return err
		}
		read[i] = *r
		return t.Remember(key, r)
	})
}

// bigFile is the size from which files that have to be read whole are read one
// at a time: two would take twice the memory.
const bigFile = 32 << 20

// readCandleFile reads one file: chunk by chunk, of which only those that
// changed are parsed, or whole, where there is anything odd about it.
func readCandleFile(t *pipeline.Task, p *CandleParams, i int, whole *sync.Mutex) (*taken, error) {
	f := &p.Files[i]
	out, err := readChunks(t, p, i)
	if out == nil && err == nil {
		if info, err := os.Stat(f.Path); err == nil && info.Size() >= bigFile {
			whole.Lock()
			defer whole.Unlock()
		}
		out, err = readWhole(t, p, i)
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

// options say what is known of a file beside its bytes.
func (p *CandleParams) options(f *CandleFile) market.CSVOptions {
	return market.CSVOptions{Symbol: f.Symbol, Interval: f.Interval, Quarantine: p.Quarantine}
}

// chunks says where a file is cut, so that its chunks are hashed when it is.
func (p *CandleParams) chunks(f *CandleFile) data.Cut {
	return func(in io.ReaderAt, size int64) []data.Range {
		c, ok, err := market.OpenCSV(f.Path, in, size, p.options(f))
		if !ok || err != nil {
			return nil // whoever reads the file will see
		}
		return c.Ranges()
	}
}

// changed is what there is to say where the bytes of a file are not those that
// it was named by.
func changed(path string) error {
	return &data.InputError{File: path, Reason: "the file changed while it was read", Hint: "run again when it is complete"}
}

// readChunks prepares a part of each chunk of a file. It is nil where the file
// has to be read whole. Every byte that something is made of is one that the
// digest in t.Outside was made of: those of a chunk by its own digest, all others
// by that of the rest.
func readChunks(t *pipeline.Task, p *CandleParams, i int) (*taken, error) {
	path := p.Files[i].Path
	file, err := os.Open(path)
	if err != nil {
		return nil, &data.InputError{File: path, Reason: err.Error()}
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, &data.InputError{File: path, Reason: err.Error()}
	}
	f, ok, err := market.OpenCSV(path, file, info.Size(), p.options(&p.Files[i]))
	if !ok || err != nil {
		return nil, nil // who reads it whole says what is wrong with it, or that it is no CSV
	}
	sum, err := t.Seen.Sum(path, p.chunks(&p.Files[i]))
	if err != nil {
		return nil, &data.InputError{File: path, Reason: err.Error()}
	}
	chunks := f.Chunks()
	if sum.SHA256 != t.Outside[i].ID || !slices.Equal(sum.Ranges, f.Ranges()) || sum.Rest != f.Rest() {
		return nil, changed(path)
	}
	digests := map[data.Range]string{}
	for k, r := range sum.Ranges {
		digests[r] = sum.Each[k]
	}
	parts, summaries := make([]data.Part, len(chunks)), make([]market.Summary, len(chunks))
	err = pipeline.Each(t.Context, len(chunks), func(i int) error {
		digest := digests[data.Range{From: chunks[i].From, To: chunks[i].To}]
		k, err := t.Prepare(pipeline.Part{Schema: candleSchema, Values: []string{string(f.Symbol()), chunks[i].Period},
			Params: anyParams, With: chunks[i].Key(digest), Make: func([]*data.Batch) (*data.Batch, any, error) {
				r, err := f.ReadChunk(i, file, digest)
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

// readWhole reads all candles of a file into memory.
func readWhole(t *pipeline.Task, p *CandleParams, i int) (*taken, error) {
	path := p.Files[i].Path
	r, sum, err := market.ReadOne(path, p.options(&p.Files[i]))
	var in *data.InputError
	switch {
	case errors.As(err, &in):
		if strings.Contains(in.Hint, "--format") || strings.Contains(in.Hint, "--columns") {
			in.Hint += "; with `mantis candles import`, and then run on the --series"
		}
		return nil, in
	case err != nil:
		return nil, err
	case sum != t.Outside[i].ID:
		return nil, changed(path)
	case r.Candles.Len() == 0:
		return nil, &data.InputError{File: path, Reason: "there are no candles in it", Hint: "leave the file out, or fetch it again"}
	}
	return prepare(t, &r)
}
