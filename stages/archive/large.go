package archive

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
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
	path    string
	in      *os.File
	file    *market.CSVFile
	summing *summing
	source  Source // with the SHA-256 of the file once that is settled
}

// close gives back what the file holds.
func (c *chunked) close() {
	if c.summing != nil {
		c.summing.end()
	}
	c.in.Close()
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
	if !c.look(im) {
		in.Close()
		return nil, nil
	}
	return c, nil
}

// look settles what the file is, and begins to hash it. It is false where the file
// has to be read whole; then an error is the one of reading it whole.
func (c *chunked) look(im *Importer) bool {
	f, ok, err := market.OpenCSV(c.path, c.in, fileSize(c.path), im.Reading)
	if !ok || err != nil {
		return false
	}
	format, venue, ok := c.head(im)
	if !ok {
		return false
	}
	c.file, c.summing = f, sumBeside(c.path, f.Ranges())
	c.source = Source{Name: filepath.Base(c.path), Format: format, From: data.Null, Until: data.Null,
		Series: Series{cmp.Or(venue, Unknown), f.Symbol(), f.Interval()}}
	return true
}

// settle waits for the digests of the file, holds them against the checksum
// beside it, and tells whether its bytes were taken before.
func (c *chunked) settle(w *Writer) (known bool, err error) {
	sum, err := c.summing.wait()
	if err != nil {
		return false, &data.InputError{File: c.path, Reason: err.Error()}
	}
	if sum.Rest != c.file.Rest() {
		return false, changed(c.path)
	}
	if err = checkSum(c.path, sum.SHA256); err != nil {
		return false, err
	}
	c.source.SHA256 = sum.SHA256
	return w.known[c.source.key()], nil
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
//
// The file is hashed while its chunks are read: nothing of it counts before they
// are found to be the bytes that were hashed. Only where something of its series
// was taken before, and perhaps the file, its digest is waited for first.
func (im *Importer) takeChunks(ctx context.Context, w *Writer, c *chunked) (took []Intake, ok bool, err error) {
	if w.has(c.source.Series) {
		if before, err := c.settle(w); err != nil || before && im.anew() {
			return nil, false, err
		} else if before {
			return []Intake{known(w, c.path, c.source)}, true, nil
		}
	}
	in := Intake{Path: c.path, Gaps: GapsOf(nil, c.source.Interval)}
	if err := w.cells.write(ctx); err != nil {
		return nil, false, err
	}
	chunks := c.file.Chunks()
	digests := make([]string, len(chunks))
	proposals, summaries := make([]*proposal, len(chunks)), make([]market.Summary, len(chunks))
	gaps := make([]Gaps, len(chunks))
	err = pipeline.EachSynced(ctx, len(chunks), func(i int) error {
		seen := c.summing.quick.New()
		r, err := c.file.ReadChunkOf(i, c.in, seen)
		digests[i] = hex.EncodeToString(seen.Sum(nil))
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
	if _, err := c.settle(w); err != nil {
		return nil, false, err
	}
	if !c.summing.read(chunks, digests) {
		return nil, false, changed(c.path)
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
