package market

import (
	"bytes"
	"slices"
	"strconv"

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
}

// Chunk is what a file holds of one period.
type Chunk struct {
	Period string // the partition value: "2024" or "2024-05"

	body []byte // its rows
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
const csvCode = 1

// Key is a digest of all that ReadChunk's result depends on: of two chunks with
// one key, of whatever files, it makes the same. It is computed on each call,
// from all bytes of the chunk, and may be called from several goroutines.
func (c Chunk) Key() string {
	read := c.read
	read.Period, read.Bytes = c.Period, data.SHA256(bare(c.body))
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

// OpenCSV reads the header of a file, settles symbol and interval as ReadCSV
// does, and finds where each period begins, for which it looks at a few rows only.
// It is not ok where the file has to be read whole, with ReadCSV: its rows are
// not ordered by time, or the few that were looked at are not all good. An error
// is the one that ReadCSV has for the file. content must not change as long as
// the file is in use.
func OpenCSV(name string, content []byte, opt CSVOptions) (f *CSVFile, ok bool, err error) {
	r, err := open(name, content, opt)
	if err != nil {
		return nil, false, r.inFile(err)
	}
	s := seeker{r: &r, sight: 1 << 16}
	at, t, ok := s.row(0)
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
	for ok {
		chunk := Chunk{Period: f.period.Of(t), read: r.readAs()}
		from, until, err := data.PeriodBounds(chunk.Period)
		if err != nil {
			return nil, false, nil // a year that names no partition
		}
		begin := at
		at, t, ok = s.past(begin, from, until)
		chunk.body = r.body[begin:at]
		f.chunks = append(f.chunks, chunk)
	}
	if s.lost {
		return nil, false, nil
	}
	if s.down {
		slices.Reverse(f.chunks)
	}
	return f, true, nil
}

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
