package market

import (
	sha "crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"mantis/data"
)

// ChunkResult is what ReadChunk makes of a chunk. Where it is not plain there
// are no candles.
type ChunkResult struct {
	Candles Candles
	Summary Summary
}

// Summary is what the whole file has to know of a chunk. It is all zero where
// the chunk is not plain.
type Summary struct {
	// Plain is false where something in the chunk has to be seen in the light of
	// the whole file: a row that is bad, off the grid or outside the period, rows
	// of one instant that disagree, volumes in each other's column.
	Plain bool `json:"plain"`

	Candles int           `json:"candles,omitempty"`
	First   int64         `json:"first,omitempty"`   // open instant of the first candle
	Last    int64         `json:"last,omitempty"`    // open instant of the last candle
	Steps   map[int64]int `json:"steps,omitempty"`   // how often two candles stand so many µs apart
	Repeats int           `json:"repeats,omitempty"` // rows dropped: exact repeats of another
	Strange int           `json:"strange,omitempty"` // rows whose volumes are not in the ratio of the price
	Absurd  int           `json:"absurd,omitempty"`  // candles with a price that no market has
}

// ReadChunk reads the rows of chunk i from the file, whose bytes must have the
// SHA-256 that is given. It may be called from several goroutines at once. It
// fails where they have another, and where there is no chunk i: what is wrong
// with a row is for ReadCSV to say, which knows its line.
func (f *CSVFile) ReadChunk(i int, in io.ReaderAt, sha256 string) (ChunkResult, error) {
	if i < 0 || i >= len(f.chunks) {
		return ChunkResult{}, fmt.Errorf("%s: chunk %d of %d", f.reader.file, i, len(f.chunks))
	}
	size := f.chunks[i].To - f.chunks[i].From
	sum := sha.New()
	hashed := io.TeeReader(io.NewSectionReader(in, f.chunks[i].From, size), sum)
	room, ok := f.rooms.Get().(*[]byte)
	if !ok {
		room = new([]byte)
	}
	text := newLines(hashed, size, f.reader.opt.limits.orElse(), *room)
	r := f.reader
	r.more, r.from, r.opt.Quarantine = text, &origin{told: size}, false
	var odd error
	if r.body, _, odd = text.next(); odd == nil {
		odd = r.rows()
	}
	*room = text.room
	f.rooms.Put(room)
	if _, err := io.Copy(io.Discard, hashed); err != nil { // what rows has left after an odd one
		return ChunkResult{}, &data.InputError{File: f.reader.file, Reason: err.Error()}
	}
	if hex.EncodeToString(sum.Sum(nil)) != sha256 {
		return ChunkResult{}, &data.InputError{File: f.reader.file, Reason: "the file changed while it was read", Hint: "run again when it is complete"}
	}
	if odd != nil {
		return ChunkResult{}, nil
	}
	return f.summed(i, &r)
}

// summed is what the rows of chunk i come to.
func (f *CSVFile) summed(i int, r *reader) (ChunkResult, error) {
	r.sort()
	c := &r.out.Candles
	from, until, err := data.PeriodBounds(f.chunks[i].Period)
	if err != nil || c.Time[0] < from || c.Time[c.Len()-1] >= until {
		return ChunkResult{}, nil
	}
	s := Summary{Plain: true, Steps: map[int64]int{}}
	steps(s.Steps).count(c.Time)
	bad := r.strays()
	if slices.ContainsFunc(bad, func(b stray) bool { return b.reason != "" }) {
		return ChunkResult{}, nil
	}
	if s.Repeats = len(bad); s.Repeats > 0 {
		r.drop(bad)
	}
	strange := 0
	if r.layout.at[roleVolume] >= 0 && r.layout.at[roleQuote] >= 0 {
		var way []int8
		if way, strange = c.orientations(); slices.Contains(way, swapped) {
			return ChunkResult{}, nil
		}
	}
	s.Candles, s.First, s.Last, s.Strange, s.Absurd = c.Len(), c.Time[0], c.Time[c.Len()-1], strange, c.absurd()
	return ChunkResult{*c, s}, nil
}

// Series is all that ReadCSV says of a file in which nothing had to be set
// aside, but for the rows.
type Series struct {
	Symbol   data.Symbol
	Interval data.Interval
	Candles  int   // how many there are
	First    int64 // open instant of the first candle
	End      int64 // end of the last candle
	Notes    []Note
}

// Series is what remains of a result, which has candles, without its rows.
func (r *Result) Series() Series {
	c := &r.Candles
	return Series{Symbol: c.Symbol, Interval: c.Interval, Candles: c.Len(), First: c.Time[0], End: c.End(), Notes: r.Notes}
}

// Finish joins the summaries of all chunks, in their order. It is not ok where
// the file has to be read whole: a chunk is not plain, or the interval is not
// what all steps together show, or contradict. It fails only where the summaries
// are not those of the chunks.
func (f *CSVFile) Finish(s []Summary) (joined Series, ok bool, err error) {
	if len(s) != len(f.chunks) {
		return Series{}, false, fmt.Errorf("%s: %d summaries of %d chunks", f.reader.file, len(s), len(f.chunks))
	}
	r := f.reader
	r.out.Notes = slices.Clone(r.out.Notes)
	joined = Series{Symbol: f.Symbol(), Interval: f.Interval(), First: s[0].First, End: s[len(s)-1].Last + int64(f.Interval())}
	found, repeats, strange, absurd := steps{}, 0, 0, 0
	for i, c := range s {
		if !c.Plain {
			return Series{}, false, nil
		}
		if period := f.period.Of(c.First); period != f.chunks[i].Period {
			return Series{}, false, fmt.Errorf("%s: a summary of %s for the chunk of %s", f.reader.file, period, f.chunks[i].Period)
		}
		if i > 0 {
			found[c.First-s[i-1].Last]++
		}
		for step, n := range c.Steps { // sums do not depend on the order
			found[step] += n
		}
		joined.Candles += c.Candles
		repeats += c.Repeats
		strange += c.Strange
		absurd += c.Absurd
	}
	if !f.confirmed(found) {
		return Series{}, false, nil
	}
	r.noteRepeats(repeats)
	r.noteStrange(strange)
	r.noteAbsurd(absurd)
	joined.Notes = r.out.Notes
	return joined, true, nil
}

// confirmed reports whether ReadCSV settles on the interval, given all steps.
// Every row of a plain chunk is on its grid.
func (f *CSVFile) confirmed(s steps) bool {
	if stated, _ := f.reader.stated(); stated > 0 {
		return s.agree(stated, func() bool { return true })
	}
	commonest, _ := s.commonest()
	return commonest == f.Interval()
}
