package archive

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
)

// largeFile is the size from which a file is taken in chunk by chunk, if it is
// CSV with rows in order: its rows are then never in memory all at once.
const largeFile = 32 << 20

// chunked is a file whose chunks can be taken in.
type chunked struct {
	path   string
	in     *os.File
	file   *market.CSVFile
	sum    *data.Sum
	source Source
}

// open finds the chunks of a file. It is nil where the file has to be read whole.
func (im *Importer) open(path string) (*chunked, error) {
	if im.Reading.Format != "" || fileSize(path) < cmp.Or(im.large, largeFile) {
		return nil, nil
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, &data.InputError{File: path, Reason: err.Error()}
	}
	c := &chunked{path: path, in: in}
	whole, err := c.look(im)
	if whole || err != nil {
		in.Close()
		return nil, err
	}
	return c, nil
}

// look tells whether the file has to be read whole, or settles what it is.
func (c *chunked) look(im *Importer) (whole bool, err error) {
	size := fileSize(c.path)
	f, ok, err := market.OpenCSV(c.path, c.in, size, im.Reading)
	if !ok || err != nil {
		return true, nil // then the error is the one of reading it whole
	}
	format, venue, ok := c.head(im)
	if !ok {
		return true, nil
	}
	var none *data.Store
	if c.sum, err = none.Seen(true).Sum(c.path, func(io.ReaderAt, int64) []data.Range { return f.Ranges() }); err != nil {
		return false, &data.InputError{File: c.path, Reason: err.Error()}
	}
	if c.sum.Rest != f.Rest() {
		return false, changed(c.path)
	}
	if err = checkSum(c.path, c.sum.SHA256); err != nil {
		return false, err
	}
	c.file = f
	c.source = Source{Name: filepath.Base(c.path), Format: format, SHA256: c.sum.SHA256, From: data.Null, Until: data.Null,
		Series: Series{cmp.Or(venue, Unknown), f.Symbol(), f.Interval()}}
	return false, nil
}

// head reads the first rows, for the format and the venue.
func (c *chunked) head(im *Importer) (format, venue string, ok bool) {
	top := make([]byte, 1<<16)
	n, err := c.in.ReadAt(top, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", "", false
	}
	top = top[:bytes.LastIndexByte(top[:n], '\n')+1]
	opt := im.Reading
	opt.Quarantine = false
	results, err := market.Read(c.path, top, opt)
	if err != nil || len(results) != 1 || results[0].Candles.Interval != 0 && im.Reading.Interval != 0 && results[0].Candles.Interval != im.Reading.Interval {
		return "", "", false
	}
	return results[0].Format, results[0].Venue, true
}

func changed(path string) error {
	return &data.InputError{File: path, Reason: "the file changed while it was read", Hint: "import it again when it is complete"}
}

// takeChunks takes in a file chunk by chunk. It is not ok where the file has to
// be read whole after all; then nothing is changed.
func (im *Importer) takeChunks(ctx context.Context, w *Writer, c *chunked) (took []Intake, ok bool, err error) {
	switch before := w.known[c.source.key()]; {
	case before && im.anew():
		return nil, false, nil
	case before:
		return []Intake{known(w, c.path, c.source)}, true, nil
	}
	in := Intake{Path: c.path, Gaps: GapsOf(nil, c.source.Interval)}
	if err := w.cells.write(ctx); err != nil {
		return nil, false, err
	}
	digests := map[data.Range]string{}
	for i, r := range c.sum.Ranges {
		digests[r] = c.sum.Each[i]
	}
	chunks := c.file.Chunks()
	proposals, summaries := make([]*proposal, len(chunks)), make([]market.Summary, len(chunks))
	gaps := make([]Gaps, len(chunks))
	err = pipeline.Each(ctx, len(chunks), func(i int) error {
		r, err := c.file.ReadChunk(i, c.in, digests[data.Range{From: chunks[i].From, To: chunks[i].To}])
		if err == nil && !r.Summary.Plain {
			err = errOdd
		}
		if err != nil {
			return err
		}
		summaries[i], gaps[i] = r.Summary, GapsOf(r.Candles.Time, c.source.Interval)
		proposals[i], err = w.cells.propose(c.source.Series, chunks[i].Period, &r.Candles)
		return err
	})
	if errors.Is(err, errOdd) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	series, ok, err := c.file.Finish(summaries)
	if !ok || err != nil {
		return nil, false, err
	}
	number := w.Take(c.source)
	for i, p := range proposals {
		w.adopt(number, p)
		in.Repeated += summaries[i].Repeats
		in.Gaps.join(gaps[i], summaries[max(0, i-1)].Last, summaries[i].First, c.source.Interval)
	}
	in.Taking = w.Taking(number)
	for _, n := range series.Notes {
		in.Notes = append(in.Notes, string(n))
	}
	return []Intake{in}, true, nil
}

// errOdd says that a chunk has to be seen in the light of the whole file.
var errOdd = errors.New("not plain")
