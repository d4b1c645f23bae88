package market

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"slices"
	"strconv"
	"sync"

	"mantis/data"
)

// CSVFile is a file of candles, cut into chunks of one period each. Where a file
// grows by a day or a row of it is corrected, one chunk has a new key and the
// others are known: only that one has to be read.
//
// A file is cut where its rows are found to be ordered by time, without reading
// them all. That they are ordered is found out where a chunk is read, and by
// Finish; wherever something in a file is out of the ordinary, the answer is to
// read it whole. So the chunks say what ReadCSV says, or nothing.
type CSVFile struct {
	reader reader // what the header, the name and the options settled
	period data.Period
	chunks []Chunk
	rest   string
	rooms  sync.Pool // of *[]byte, to read chunks into
}

// Chunk is what a file holds of one period.
type Chunk struct {
	Period   string // the partition value: "2024" or "2024-05"
	From, To int64  // the bytes of the file that are its rows, without the end of the last line

	read readAs
}

// readAs is all that decides, beside the bytes of a chunk, what comes of it.
type readAs struct {
	Code      int            `json:"code"`
	Symbol    data.Symbol    `json:"symbol"`
	Interval  int64          `json:"interval"`
	Period    string         `json:"period"`
	Tag       string         `json:"tag"` // the symbol that its rows have to name
	Columns   int            `json:"columns"`
	At        [roleCount]int `json:"at"`
	Separator byte           `json:"separator"`
	Bytes     string         `json:"bytes"` // SHA-256
}

// csvCode is raised when ReadChunk makes something else of the same chunk, so
// that nobody takes what was made before for it.
const csvCode = 2

// Key is a digest of all that ReadChunk's result depends on: of two chunks with
// one key, of whatever files, it makes the same. It takes the SHA-256 of the
// chunk's bytes.
func (c Chunk) Key(sha256 string) string {
	read := c.read
	read.Period, read.Bytes = c.Period, sha256
	text, err := data.Canonical(read)
	if err != nil {
		panic("market: " + err.Error()) // numbers and plain texts always encode
	}
	return data.Digest("mantis/csv/1", text)
}

// bare is the rows without the line end of the last one and empty lines behind
// it: that another row follows does not change a chunk.
func bare(rows []byte) []byte {
	for {
		rows = bytes.TrimSuffix(bytes.TrimSuffix(rows, []byte("\n")), []byte("\r"))
		if !bytes.HasSuffix(rows, []byte("\n")) {
			return rows
		}
	}
}

// topBytes is how much of a file is read to find the header in it.
const topBytes = 1 << 20

// OpenCSV reads the header of a file of so many bytes, settles symbol and
// interval as ReadCSV does, and finds where each period begins, for which it
// looks at a few rows only. It is not ok where the file has to be read whole,
// with ReadCSV: its rows are not ordered by time, or the few that were looked at
// are not all good. An error is the one that ReadCSV has for the file.
func OpenCSV(name string, in io.ReaderAt, size int64, opt CSVOptions) (f *CSVFile, ok bool, err error) {
	top := make([]byte, min(size, topBytes))
	if _, err := in.ReadAt(top, 0); err != nil && err != io.EOF {
		return nil, false, nil // ReadCSV will not be given it either
	}
	all := int64(len(top)) == size
	if !all {
		top = top[:bytes.LastIndexByte(top, '\n')+1]
	}
	r, err := open(name, top, opt)
	if !all && (err != nil || r.layout.at[roleSymbol] >= 0 && len(r.tag) == 0) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, r.inFile(err)
	}
	body := int64(len(top) - len(r.body))
	r.content, r.body = nil, nil
	s := seeker{r: &r, in: in, top: body, size: size, sight: 1 << 16}
	at, t, ok := s.row(body)
	if !ok {
		return nil, false, nil
	}
	_, last, _ := s.last()
	s.down = t > last
	c := &r.out.Candles
	if c.Interval, _ = r.stated(); c.Interval == 0 {
		c.Interval = s.step()
	}
	if c.Interval == 0 {
		return nil, false, nil
	}
	f = &CSVFile{reader: r, period: data.PeriodOf(c.Interval)}
	rest := sha256.New()
	rest.Write(top[:body])
	s.digest(rest, body, at)
	for before := int64(data.Null); ok; {
		chunk := Chunk{Period: f.period.Of(t), From: at, read: r.readAs()}
		from, until, err := data.PeriodBounds(chunk.Period)
		if err != nil {
			return nil, false, nil // a year that names no partition
		}
		if before != data.Null && (from > before) == s.down {
			return nil, false, nil
		}
		before = from
		at, t, ok = s.past(at, from, until)
		chunk.To = s.bare(chunk.From, at)
		s.digest(rest, chunk.To, at)
		f.chunks = append(f.chunks, chunk)
	}
	if s.lost {
		return nil, false, nil
	}
	f.rest = hex.EncodeToString(rest.Sum(nil))
	if s.down {
		slices.Reverse(f.chunks)
	}
	return f, true, nil
}

// digest takes a few bytes of the file into a digest.
func (s *seeker) digest(h hash.Hash, from, to int64) { h.Write(s.bytes(from, to)) }

// readAs is all but the period and the bytes.
func (r *reader) readAs() readAs {
	c, l := &r.out.Candles, &r.layout
	as := readAs{Code: csvCode, Symbol: c.Symbol, Interval: int64(c.Interval), Columns: len(l.names), At: l.at, Separator: l.sep}
	if s, err := data.ParseSymbol(string(r.tag)); err == nil {
		as.Tag = string(s) // in any spelling
	} else {
		as.Tag = strconv.Quote(string(r.tag))
	}
	return as
}

// Symbol is the market of the file.
func (f *CSVFile) Symbol() data.Symbol { return f.reader.out.Candles.Symbol }

// Interval is the interval of the file, as far as Finish does not say otherwise.
func (f *CSVFile) Interval() data.Interval { return f.reader.out.Candles.Interval }

// Period is how the file is cut.
func (f *CSVFile) Period() data.Period { return f.period }

// Chunks are the chunks of the file, ascending in time: at least one, no two of
// one period.
func (f *CSVFile) Chunks() []Chunk { return f.chunks }

// Ranges are the bytes of the chunks, in the order of the file.
func (f *CSVFile) Ranges() []data.Range {
	out := make([]data.Range, len(f.chunks))
	for i, c := range f.chunks {
		out[i] = data.Range{From: c.From, To: c.To}
	}
	slices.SortFunc(out, func(a, b data.Range) int { return cmp.Compare(a.From, b.From) })
	return out
}

// Rest is the SHA-256 of the bytes in no chunk, as OpenCSV read them: what
// stands above the rows, and the ends of lines and empty lines between chunks.
func (f *CSVFile) Rest() string { return f.rest }
