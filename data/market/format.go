package market

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mantis/data"
)

// Format is one way in which candles are written into files. A new one is a
// file with a function that returns it and a line in Formats; the tests that
// every format has to pass find it there and want a file of testdata/formats.
//
// What a file says beside its rows is read by settle, what has to be done to
// them all by mend; most formats need neither. Rows without names are described
// by columns, rows with names by names; of several formats that a file may be
// in, Read takes the one that looks surest.
type Format struct {
	Name  string // as an option names it
	Doc   string // what it is and where it comes from
	Venue string // the venue that alone writes it; "" others do, too

	in      kind
	columns []string // what stands in rows without names, in their order: "time open - close"
	names   string   // names that have to be there, by what they hold: "time=T open=O"
	path    string   // of the rows in a JSON document: "" its top, "*" any key

	look   func(p *page) sight            // nil: by in, columns, names and path
	open   func(row *cells) bool          // whether a row without names is of a candle that is still open
	settle func(r *reader, p *page) error // before the rows are read
	mend   func(r *reader, p *page) error // after they are, still in the order of the file
}

// kind is what a format is written in.
type kind int

const (
	inText kind = 1 << iota
	inJSON
	inTable // Feather or Parquet
)

// sight is how surely a file is of a format.
type sight int

const (
	no    sight = iota
	maybe       // the rows have its number of columns: their numbers decide
	sure
)

// Formats are the formats of candle files that Read knows, the more particular
// before the more general.
func Formats() []Format {
	return []Format{
		binance(),
		krakenFiles(),
		krakenREST(),
		bitfinex(),
		bittrex(),
		poloniex(),
		coinbase(),
		coinbaseAdvanced(),
		bitstampREST(),
		okx(),
		bybit(),
		freqtrade(),
		lean(),
		ninjabot(),
		gocryptotrader(),
		cryptoDataDownload(),
		feather(),
		parquet(),
		plainRows(),
		plain(),
	}
}

// formatOf is the format of a name.
func formatOf(name string) (*Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return &f, nil
		}
		names = append(names, f.Name)
	}
	return nil, &data.InputError{Reason: fmt.Sprintf("no format %q", name), Hint: "one of " + strings.Join(names, ", ")}
}

// looks is how surely a page is of the format.
func (f *Format) looks(p *page) sight {
	switch {
	case f.in&p.kind == 0:
		return no
	case f.look != nil:
		return f.look(p)
	}
	return f.shaped(p)
}

// shaped is how surely the shape of a page is that of the format.
func (f *Format) shaped(p *page) sight {
	if p.kind == inJSON && !p.doc.under(f.path) {
		return no
	}
	if f.names != "" && len(p.names()) > 0 && has(p.names(), f.names) {
		return sure
	}
	if len(p.names()) > 0 || f.order(p.width) == nil {
		return no
	}
	if f.path != "" {
		return sure
	}
	return maybe
}

// order is what the columns of rows of a width hold, nil for a width that the
// format has not.
func (f *Format) order(width int) []string {
	for _, columns := range f.columns {
		if words := strings.Fields(columns); len(words) == width {
			return words
		}
	}
	return nil
}

// has reports whether all the wanted names are among those of a file.
func has(names []string, wanted string) bool {
	for _, pair := range strings.Fields(wanted) {
		_, want, _ := strings.Cut(pair, "=")
		if !slices.ContainsFunc(names, func(n string) bool { return fold(n) == fold(want) }) {
			return false
		}
	}
	return true
}

// layoutOf is the layout of a page's rows in the format.
func (f *Format) layoutOf(p *page, opt *Options) (layout, error) {
	if len(p.names()) == 0 && len(opt.Columns) > 0 {
		return opt.numbered(p)
	}
	if len(p.names()) == 0 {
		words := f.order(p.width)
		if words == nil {
			return layout{}, &data.InputError{Line: 1, Reason: fmt.Sprintf("rows of %d columns are not %s's", p.width, f.Name), Hint: "leave the format out to have it found"}
		}
		return numbered(words, p.sep), nil
	}
	own := map[string]string{}
	for _, pair := range strings.Fields(f.names) {
		holds, name, _ := strings.Cut(pair, "=")
		own[holds] = name
	}
	for holds, name := range opt.Columns {
		own[holds] = name
	}
	l, _, err := nameColumns(p.names(), own)
	if in, ok := err.(*data.InputError); ok {
		in.Line = p.header.line
	}
	l.line, l.sep = p.header.line, p.sep
	if err == nil {
		err = opt.checkColumns(&l)
	}
	if lost := l.missing(); err == nil && len(lost) > 0 {
		err = &data.InputError{Line: l.line, Reason: fmt.Sprintf("no column for %s; found: %s", strings.Join(lost, ", "), clip(strings.Join(l.names, ", "))),
			Hint: needed + "; or name them with --columns time=NAME,open=NAME,high=NAME,low=NAME,close=NAME"}
	}
	return l, err
}

// numbered is the layout of rows without names: the columns are called by what
// they hold.
func numbered(words []string, sep byte) layout {
	l := noLayout()
	l.sep, l.quiet = sep, true
	for i, w := range words {
		name := w
		if w == "-" {
			name = fmt.Sprintf("column %d", i+1)
		}
		l.names = append(l.names, name)
		for r, word := range [...]string{roleStamp: "time", roleDate: "date", roleSymbol: "symbol", roleOpen: "open", roleHigh: "high", roleLow: "low",
			roleClose: "close", roleVolume: "volume", roleQuote: "quote_volume", roleTrades: "trades"} {
			if word == w && word != "" {
				l.at[r] = i
			}
		}
	}
	return l
}

// numbered is the layout of rows without names whose columns the user numbers.
func (o *Options) numbered(p *page) (layout, error) {
	words := make([]string, p.width)
	for i := range words {
		words[i] = "-"
	}
	for _, holds := range roleWords() {
		n, given := o.Columns[holds]
		if !given {
			continue
		}
		i, err := strconv.Atoi(n)
		if err != nil || i < 1 || i > p.width {
			return layout{}, &data.InputError{Line: 1, Reason: fmt.Sprintf("no line names the columns, and %q is no number of one of the %d", n, p.width),
				Hint: "number them from 1: --columns time=1,open=2,high=3,low=4,close=5"}
		}
		words[i-1] = holds
	}
	l := numbered(words, p.sep)
	if lost := l.missing(); len(lost) > 0 {
		return l, &data.InputError{Reason: "no column for " + strings.Join(lost, ", "), Hint: "number the columns: --columns time=1,open=2,high=3,low=4,close=5"}
	}
	return l, nil
}
