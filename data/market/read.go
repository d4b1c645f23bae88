package market

import (
	"bytes"
	"io"
	"slices"

	"mantis/data"
)

// Read reads a file of candles in any of Formats. It tells the format by looking
// at the bytes, packed or not, and takes from the path, name, what the file does
// not say: symbol, interval and venue. An archive holds a Result for each file
// in it. What ReadCSV says of rows holds for those of every format.
//
// A file that is whole and holds no rows, like the empty page that a venue sends
// for a span without candles, is a Result of none. A file that holds something
// else than candles is a *data.InputError that says what it is.
//
// In errors, notes and rows set aside, a line is that of the file in text, and
// the number of the row, from 1, in the other kinds.
func Read(name string, content []byte, opt Options) (all []Result, err error) {
	err = Each(name, content, opt, func(r Result) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Each is Read that gives each Result when it is read, so that an archive takes
// the memory of its largest file. It stops at the first error, take's own too.
func Each(name string, content []byte, opt Options, take func(Result) error) error {
	return EachIn(name, bytes.NewReader(content), int64(len(content)), opt, take)
}

// EachIn is Each of a file of so many bytes that is not in memory. Of a text, and
// of a text that is packed, a few megabytes are at a time, however long it is;
// JSON, Feather and Parquet are whole, and of no more than 256 MiB, unpacked.
func EachIn(name string, in io.ReaderAt, size int64, opt Options, take func(Result) error) error {
	return unpack(name, in, size, &opt, func(entry string, o *origin) error {
		path := name
		if entry != "" {
			path += "/" + entry
		}
		r, err := readPage(path, o, opt)
		if in, ok := err.(*data.InputError); ok {
			in.File = path
		}
		if err != nil {
			return err
		}
		r.Entry = entry
		return take(r)
	})
}

func readPage(path string, o *origin, opt Options) (Result, error) {
	p, err := newPage(path, o, &opt)
	if err != nil {
		return Result{}, err
	}
	defer p.close()
	if p.hollow() {
		return p.none(nil, opt), nil
	}
	f, err := p.choose(&opt)
	if err != nil {
		return Result{}, err
	}
	r := &reader{file: path, opt: opt, said: p.said, body: p.body, more: p.more, from: o}
	if err = p.into(r, f); err != nil {
		return Result{}, err
	}
	if r.out.Candles.Len() == 0 && len(r.out.Quarantined) == 0 {
		empty := p.none(f, opt)
		empty.Notes = append(r.out.Notes, empty.Notes...)
		return empty, nil
	}
	if err = r.inOrder(); err != nil {
		return Result{}, err
	}
	r.turnVolumes()
	r.noteAbsurd(r.out.Candles.absurd())
	r.out.Format, r.out.Venue = f.Name, venueOf(f, r.said, opt)
	return r.out, nil
}

// into reads the rows of a page in a format.
func (p *page) into(r *reader, f *Format) (err error) {
	if r.layout, err = f.layoutOf(p, &r.opt); err != nil {
		return err
	}
	if f.settle != nil {
		err = f.settle(r, p)
	}
	if err == nil && p.kind == inTable && p.table.Rows == 0 {
		return nil
	}
	if err == nil && p.kind != inText {
		r.tag = p.firstTag(r.layout.at[roleSymbol])
	}
	if err == nil {
		err = r.market()
	}
	if err != nil {
		return err
	}
	switch p.kind {
	case inText:
		err = r.rows()
	case inJSON:
		err = r.jsonBody(p.doc, f)
	case inTable:
		err = r.tableBody(p.table)
	}
	if err == nil && r.out.Candles.Len() == 0 && len(r.out.Quarantined) > 0 {
		err = r.anyLeft()
	}
	if err == nil && f.mend != nil {
		err = f.mend(r, p)
	}
	return err
}

// firstTag is the symbol that the first row of a page other than text names.
func (p *page) firstTag(col int) []byte {
	switch {
	case col < 0:
	case p.kind == inTable:
		for _, s := range p.table.Columns[col].Texts {
			if s != "" {
				return []byte(s)
			}
		}
	default:
		rows := p.doc.rows(p.names())
		if _, ok, err := rows.next(); ok && err == nil {
			return slices.Clone(rows.row.at(col))
		}
	}
	return []byte{}
}

// hollow reports whether a page is an empty list where rows might be.
func (p *page) hollow() bool {
	if p.kind != inJSON || p.doc.at >= 0 || !p.doc.empty || p.doc.list != "" || p.doc.isMessage() {
		return false
	}
	return slices.ContainsFunc(Formats(), func(f Format) bool { return f.in&inJSON != 0 && p.doc.under(f.path) })
}

// none is the result of a page without rows.
func (p *page) none(f *Format, opt Options) Result {
	r := reader{file: p.path, opt: opt, said: p.said}
	r.out.Candles = Candles{Symbol: opt.Symbol, Until: data.Null}
	if opt.Symbol == "" {
		r.out.Candles.Symbol = p.said.symbol
	}
	r.out.Candles.Interval, _ = r.stated()
	r.note("no candles to take")
	r.out.Venue = venueOf(f, p.said, opt)
	if f != nil {
		r.out.Format = f.Name
	}
	return r.out
}

// venueOf is the venue that was asked for, or that the path names, or that alone
// writes the format. It stays told apart from the spot market of the same venue
// where the path says that these are futures.
func venueOf(f *Format, s said, opt Options) string {
	const futures = "futures"
	venue := s.venue
	if f != nil && f.Venue != "" && (venue == "" || venue == futures) {
		venue = f.Venue
		if s.venue == futures {
			venue += "-" + futures
		}
	}
	if opt.Venue == "" {
		return venue
	}
	if isFutures(venue) && !isFutures(opt.Venue) {
		return opt.Venue + "-" + futures
	}
	return opt.Venue
}
