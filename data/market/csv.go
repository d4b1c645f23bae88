package market

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"mantis/data"
)

const rowHint = "correct the row, or set bad rows aside with --quarantine"

// ReadCSV reads a file of candles that has a header line: CryptoDataDownload
// files, with their banner line, and any file whose header names a time, open,
// high, low and close. name is the file as the user spelled it; it appears in
// errors and may say symbol and interval, as BTCUSD_1h.csv does.
//
// Rows may stand in any order and come back ascending. Stamps are open
// instants, their unit told apart row by row. Where a file has both a number
// and a date, the number wins, and a row where they lie further apart than any
// time zone is bad. Volumes that are in each other's column are put right.
//
// A bad row is a *data.InputError that names it, or with opt.Quarantine all of
// them are set aside in the result; what else was changed is in its notes. Bad
// are: a number that is none or not finite, a price that is not positive, high
// below low, open or close outside them, a negative volume, a line cut short, a
// stamp off the interval's grid, and rows of one instant that disagree. An empty
// volume or count, or NULL, is one that the source does not say. Prices that are
// finite and absurd, as 1e308, are taken, and told of in a note. Mixed symbols
// and a file with no good row are errors either way.
func ReadCSV(name string, content []byte, opt CSVOptions) (Result, error) {
	return ReadCSVIn(name, bytes.NewReader(content), int64(len(content)), opt)
}

// ReadCSVIn is ReadCSV of a file of so many bytes that is not in memory: a few
// megabytes of it are at a time.
func ReadCSVIn(name string, in io.ReaderAt, size int64, opt CSVOptions) (Result, error) {
	from := plainOrigin(in, size)
	more, _, err := from.lines(opt.limits.orElse()) // there is nothing to be closed
	var top []byte
	if err == nil {
		top, err = more.first()
	}
	if err != nil {
		return Result{}, (&reader{file: name}).inFile(err)
	}
	r, err := open(name, top, opt)
	r.more, r.from = more, from
	if err == nil {
		err = r.rows()
	}
	if err == nil {
		err = r.inOrder()
	}
	if err != nil {
		return Result{}, r.inFile(err)
	}
	r.turnVolumes()
	r.noteAbsurd(r.out.Candles.absurd())
	return r.out, nil
}

// open reads what stands above the rows and settles the symbol.
func open(name string, content []byte, opt CSVOptions) (reader, error) {
	r := reader{file: name, opt: opt, content: bytes.TrimPrefix(content, []byte(byteOrderMark))}
	r.said.symbol, r.said.interval = nameSays(name)
	err := r.header()
	if err == nil {
		err = r.market()
	}
	return r, err
}

// reader is one reading of one file.
type reader struct {
	file    string
	opt     CSVOptions
	content []byte
	body    []byte // what follows the header, or a block of that
	more    *lines // the blocks behind it; nil: there are none
	from    *origin
	layout  layout
	line    []int32 // of each row in out.Candles
	tag     []byte  // the symbol as the first row writes it
	long    bool    // no row is read in the short way
	out     Result

	nameless bool                     // no line names the columns
	said     said                     // what the file's name, or its path, says
	spanned  data.Interval            // how long the only row says it is; 0 unknown
	finished bool                     // of rows of one instant the one of most volume is the finished candle
	recount  int                      // of rows: when crowded looks again
	aside    int64                    // bytes of rows that were set aside
	cite     func(rows []Quarantined) // fills in text and stamp of rows; nil for lines of text
}

// inFile names the file in an error about it.
func (r *reader) inFile(err error) error {
	if in, ok := err.(*data.InputError); ok {
		in.File = r.file
	}
	return err
}

// header finds the header line and checks that it names a candle's columns.
func (r *reader) header() error {
	if len(bytes.TrimSpace(r.content)) == 0 {
		return &data.InputError{Reason: "the file is empty", Hint: emptyHint}
	}
	if top := r.content[:min(len(r.content), 4096)]; bytes.IndexByte(top, 0) >= 0 || bytes.HasPrefix(top, []byte("\x1f\x8b")) {
		return &data.InputError{Reason: "this is no text file", Hint: "unpack it first, or convert it to CSV"}
	}
	if err := oldLines(1, r.content); err != nil {
		return err
	}
	first, firstLine := "", 0
	rest := r.content
	for number := 1; number <= headerLines && len(rest) > 0; number++ {
		var line []byte
		line, rest = cutLine(rest)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if len(line) > 1<<16 {
			break
		}
		if first == "" {
			first, firstLine = string(line), number
		}
		l, ok, err := readHeader(string(line), number, r.opt.Columns)
		if !ok {
			continue
		}
		if err != nil {
			return err
		}
		if err := r.opt.checkColumns(&l); err != nil {
			return err
		}
		if lost := l.missing(); len(lost) > 0 {
			return &data.InputError{Line: number, Reason: fmt.Sprintf("no column for %s; found: %s",
				strings.Join(lost, ", "), clip(strings.Join(l.names, ", "))), Hint: needed}
		}
		r.layout, r.body = l, rest
		return nil
	}
	r.nameless = true
	return &data.InputError{Line: firstLine, Reason: fmt.Sprintf("no header line that names the columns; found: %s", clip(first)),
		Hint: "put a header line in front; " + needed}
}

// market settles the symbol and what depends on it.
func (r *reader) market() error {
	c := &r.out.Candles
	named := r.said.symbol
	c.Symbol = r.opt.Symbol
	if col := r.layout.at[roleSymbol]; col >= 0 {
		if r.tag == nil {
			r.tag = r.firstTag(col)
		}
		said, err := data.ParseSymbol(string(r.tag))
		switch {
		case c.Symbol == "" && err == nil:
			c.Symbol = said
			if named != "" && named != said {
				r.note("the rows say %s where the file's name says %s: the rows were followed", said, named)
			}
		case c.Symbol == "" && named == "" && len(r.tag) > 0:
			return &data.InputError{Line: r.layout.line + 1, Column: r.layout.names[col], Value: clip(string(r.tag)),
				Reason: "no symbol like BTC-USD", Hint: "name the symbol: --symbol BTC-USD, or FILE,symbol=BTC-USD of a run"}
		case c.Symbol != "" && err == nil && said != c.Symbol:
			r.note("the rows say %s: read as %s, as asked", said, c.Symbol)
		}
	}
	if c.Symbol == "" {
		c.Symbol = named
	}
	if c.Symbol == "" {
		return &data.InputError{Reason: "no symbol: no symbol column, and none in the file's name",
			Hint: "name the symbol (--symbol BTC-USD, or FILE,symbol=BTC-USD of a run), or call the file as in BTCUSD_1h.csv"}
	}
	if unread := r.layout.placeVolumes(c.Symbol); len(unread) > 0 && !r.layout.quiet {
		r.note("columns not read: %s", clip(strings.Join(unread, ", ")))
	}
	return nil
}

// firstTag is the symbol in the first row that has one, of those in the first
// block.
func (r *reader) firstTag(col int) []byte {
	var c cells
	for rest := r.body; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		if c.cut(line, r.layout.sep, true); c.count() > col {
			if tag := trim(c.at(col)); len(tag) > 0 {
				return bytes.Clone(tag)
			}
		}
	}
	return nil
}

func (r *reader) note(format string, args ...any) {
	r.out.Notes = append(r.out.Notes, Note(r.file+": "+fmt.Sprintf(format, args...)))
}

// clip keeps a quotation short enough for a line.
func clip(s string) string {
	if len(s) > 160 {
		return strings.ToValidUTF8(s[:157], "") + "..."
	}
	return s
}
