package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/semaphore"

	"mantis/data"
	"mantis/data/market"
)

// Intake is what became of a series in a file that was to be taken in.
type Intake struct {
	Path   string // of the file; in an archive file, also the name in it
	Taking Taking // with number 0 where there is no candle
	Known  bool   // the same bytes were taken before, by Taking; no more is told of them

	Gaps     Gaps
	Repeated int // rows dropped: repeats of another
	Notes    []string
	Refused  error // the file was not taken in
}

// Reading is what is said of files that they do not say themselves, and how
// they are read. It is market.Options.
type Reading = market.Options

// Importer takes files into the archive.
type Importer struct {
	Reading Reading
	Again   bool // take files in also whose bytes were taken before: what they say is said once more
	Now     func() time.Time
	Watch   func(done, total int64) // of bytes; may be nil

	large int64 // in the place of largeFile, where it is not 0
}

// Formats are the names and descriptions of the formats that files may have.
func Formats() [][2]string {
	var out [][2]string
	for _, f := range market.Formats() {
		out = append(out, [2]string{f.Name, f.Doc})
	}
	return out
}

// Import takes in files, in their order: what a later one says of a candle is
// what is said now. Files that are refused change nothing, and are told. The
// store's lock must be held. An error means that nothing was taken in.
func (im *Importer) Import(ctx context.Context, store *data.Store, paths []string) ([]Intake, *data.Version, error) {
	w, err := NewWriter(store)
	if err != nil {
		return nil, nil, err
	}
	defer w.Discard()
	var out []Intake
	ctx, stop := context.WithCancel(ctx)
	slots := im.readAhead(ctx, paths)
	defer func() {
		stop()
		for slot := range slots { // what was read in vain
			r := <-slot
			r.close()
		}
	}()
	done, total := int64(0), totalSize(paths)
	for _, path := range paths {
		slot, ok := <-slots
		if !ok {
			return nil, nil, ctx.Err()
		}
		r := <-slot
		took, err := im.take(ctx, w, path, r)
		r.close()
		if err != nil {
			return nil, nil, err
		}
		out = append(out, took...)
		if im.Watch != nil {
			done += fileSize(path)
			im.Watch(done, total)
		}
	}
	v, err := w.Commit(ctx, im.Now())
	return out, v, err
}

// anew tells whether files count whose bytes were taken before: it was asked
// for, or they may be read in another way.
func (im *Importer) anew() bool {
	return im.Again || len(im.Reading.Columns) > 0 || im.Reading.Format != ""
}

// read is a file that was read.
type read struct {
	sum     string
	results []market.Result
	chunked *chunked // in the place of results
	err     error
	release func()
}

// close gives back what the file holds.
func (r *read) close() {
	if r.release(); r.chunked != nil {
		r.chunked.in.Close()
	}
}

// room is how many bytes of files are read ahead at once; one file may have
// more.
const room = 64 << 20

// readAhead reads the files on all processors, and hands them out in order: all,
// or where the context ends, the first few.
func (im *Importer) readAhead(ctx context.Context, paths []string) <-chan chan read {
	slots := make(chan chan read, 2*runtime.GOMAXPROCS(0))
	space := semaphore.NewWeighted(room)
	go func() {
		defer close(slots)
		for _, path := range paths {
			size := min(max(1, unpackedSize(path)), room)
			slot := make(chan read, 1)
			if space.Acquire(ctx, size) != nil {
				return
			}
			select {
			case slots <- slot:
			case <-ctx.Done():
				return
			}
			go func() {
				r := im.read(path)
				r.release = func() { space.Release(size) }
				slot <- r
			}()
		}
	}()
	return slots
}

// read reads a file, or finds its chunks.
func (im *Importer) read(path string) read {
	if c, err := im.open(path); c != nil || err != nil {
		return read{chunked: c, err: err}
	}
	return im.readAll(path)
}

// readAll reads a file in which something is odd, or that is small, for all that
// is in it.
func (im *Importer) readAll(path string) (r read) {
	r.sum, r.err = market.ReadFile(path, im.Reading, func(x market.Result) error {
		r.results = append(r.results, x)
		return nil
	})
	if r.err != nil && fileSize(path+checksumExt) > 0 { // what is not what the venue gave out says best why it cannot be read
		if r.sum, _ = sumOf(path); r.sum == "" {
			return r
		}
	}
	if err := checkSum(path, r.sum); err != nil {
		r.err = err
	}
	return r
}

// sumOf is the SHA-256 of a file.
func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return data.SHA256Of(f)
}

// checksumMost is the longest list of checksums that is read.
const checksumMost = 16 << 20

// checkSum holds the SHA-256 of a file against the checksum beside it, if there
// is one.
func checkSum(path, sum string) error {
	list, err := peek(path+checksumExt, 0, int(min(fileSize(path+checksumExt), checksumMost+1)))
	switch {
	case len(list) > checksumMost:
		return &data.InputError{File: path + checksumExt, Reason: "too long for a list of checksums", Hint: "fetch the checksum that belongs to the file"}
	case err == nil:
		return market.CheckSum(path, sum, list)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return &data.InputError{File: path + checksumExt, Reason: err.Error()}
}

// take merges what was read of a file.
func (im *Importer) take(ctx context.Context, w *Writer, path string, r read) ([]Intake, error) {
	if r.err != nil {
		return []Intake{{Path: path, Refused: r.err}}, nil
	}
	if r.chunked != nil {
		took, ok, err := im.takeChunks(ctx, w, r.chunked)
		if _, refused := err.(*data.InputError); refused {
			return []Intake{{Path: path, Refused: err}}, nil
		}
		if ok || err != nil {
			return took, err
		}
		return im.take(ctx, w, path, im.readAll(path))
	}
	var out []Intake
	for i := range r.results {
		x := &r.results[i]
		c := &x.Candles
		in := Intake{Path: path, Gaps: GapsOf(c.Time, c.Interval), Repeated: x.Repeated}
		for _, n := range x.Notes {
			in.Notes = append(in.Notes, string(n))
		}
		source := Source{Name: filepath.Base(path), Format: x.Format, SHA256: r.sum, From: data.Null, Until: c.Until,
			Series: Series{cmp.Or(x.Venue, Unknown), c.Symbol, c.Interval}}
		if len(r.results) > 1 {
			in.Path, source.Name = path+"/"+x.Entry, source.Name+"/"+x.Entry
		}
		in.Taking = Taking{Source: source, Candles: c.Len(), First: data.Null, Last: data.Null, SetAside: len(x.Quarantined)}
		if c.Len() > 0 {
			number, err := 0, error(nil)
			if im.anew() || !w.known[source.key()] {
				number, err = w.takeAnew(ctx, source, c)
			}
			if err != nil {
				return nil, err
			}
			if number == 0 {
				out = append(out, known(w, in.Path, source))
				continue
			}
			w.SetAside(number, x.Quarantined)
			in.Taking = w.Taking(number)
		}
		out = append(out, in)
	}
	return out, nil
}

// known is what there is to say of a source that was taken before.
func known(w *Writer, path string, s Source) Intake {
	i := slices.IndexFunc(w.takings, func(t Taking) bool { return t.Source.key() == s.key() })
	in := Intake{Path: path, Known: true, Taking: w.takings[i], Gaps: GapsOf(nil, s.Interval)}
	since := 0
	for _, x := range w.sayings[s.Series] {
		if x.taking == in.Taking.Number {
			since++
		}
	}
	if since > 0 {
		in.Notes = append(in.Notes, fmt.Sprintf("%s: taken in before; %s of it said otherwise by another source since, which counts: --again takes it in once more", path, data.Counted(since, "candle")))
	}
	return in
}

// peek reads some bytes of a file.
func peek(path string, at int64, n int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, n)
	n, err = f.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[:n], nil
}

// unpackedSize is how long a file is, or what it was made of if it was gzipped.
func unpackedSize(path string) int64 {
	size := fileSize(path)
	if magic, err := peek(path, 0, 2); err != nil || string(magic) != "\x1f\x8b" || size < 8 {
		return size
	}
	tail, err := peek(path, size-4, 4)
	if err != nil {
		return size
	}
	return max(size, market.Unpacked(tail))
}

// fileSize is the length of a file, 0 where there is none.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

func totalSize(paths []string) (n int64) {
	for _, path := range paths {
		n += fileSize(path)
	}
	return n
}
