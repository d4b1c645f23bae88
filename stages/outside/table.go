// Package outside reads columns of anybody that have to do with a market and are
// no candles: an indicator of moods, of a chain, of rates. A file is CSV with a
// header, or Parquet. Each row says from which instant on its values were known,
// in the column known_at; or it has a column time, the instant that the values are
// of, and the user says after what delay they are published. A column symbol gives
// a row to one symbol; without it a row is of all. Every other column is numbers.
//
// The rows of a symbol stand in the order in which they became known. Values of
// one time that became known later are revisions, which hold from then on. An
// empty cell says nothing: what was said before stands.
package outside

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mantis/data"
)

// Options are what the user says of a file.
type Options struct {
	Delay   data.Interval // values are known so much later than time; 0: known_at tells
	Columns []string      // the columns of numbers that count; none: all of them
}

// Table is the columns of a file, row by row.
type Table struct {
	Columns []string      // in lower case
	Symbols []data.Symbol // of each row; nil: every row is of every symbol
	Time    []int64       // instant that the values are of, UTC µs; as Known where the file does not say
	Known   []int64       // instant from which on they are known, UTC µs
	Lines   []int         // 1-based, of the file
	Values  [][]float64   // by column; NaN: nothing is said
}

// The columns that are no numbers.
const (
	knownAt  = "known_at"
	timeOf   = "time"
	symbolOf = "symbol"
)

// columnName is what a column of numbers may be called, in lower case.
var columnName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// Read reads the content of a file. The path is for errors, which are
// *data.InputError and name the row and the column.
func Read(path string, content []byte, o Options) (*Table, error) {
	s, err := open(content)
	if err != nil {
		return nil, in(path, err)
	}
	t, err := read(s, o)
	if err == nil {
		err = t.check()
	}
	if err != nil {
		return nil, in(path, err)
	}
	return t, nil
}

// in says which file an error is about.
func in(path string, err error) error {
	if e, ok := err.(*data.InputError); ok {
		e.File = path
	}
	return err
}

// sheet is a file whose cells can be looked at.
type sheet interface {
	names() []string // as written
	rows() int
	line(row int) int
	instant(column, row int) (t int64, dated bool, err *data.InputError) // rounded up to µs; dated: no time of day
	number(column, row int) (float64, *data.InputError)                  // NaN: nothing is said
	text(column, row int) (string, *data.InputError)
}

func open(content []byte) (sheet, error) {
	if bytes.HasPrefix(content, []byte("PAR1")) {
		return openParquet(content)
	}
	return openCSV(content)
}

func read(s sheet, o Options) (*Table, error) {
	places, err := locate(s.names(), o)
	if err != nil {
		return nil, err
	}
	if s.rows() == 0 {
		return nil, &data.InputError{Reason: "there is a header and no rows"}
	}
	t := &Table{Columns: places.names, Values: make([][]float64, len(places.names))}
	for row := range s.rows() {
		if err := t.add(s, row, places, o); err != nil {
			err.Line = s.line(row)
			return nil, err
		}
	}
	for i, name := range t.Columns {
		if !slices.ContainsFunc(t.Values[i], func(v float64) bool { return v == v }) {
			return nil, &data.InputError{Column: name, Reason: "no row has a value", Hint: "leave the column out; or name the columns that count: columns=a+b"}
		}
	}
	return t, nil
}

// places says where the columns of a file stand; -1: nowhere.
type places struct {
	known, time, symbol int
	names               []string // of the columns of numbers
	at                  []int
}

func locate(header []string, o Options) (p places, err error) {
	p = places{known: -1, time: -1, symbol: -1}
	var seen []string
	for i, written := range header {
		name := strings.ToLower(strings.TrimSpace(written))
		if slices.Contains(seen, name) {
			return p, &data.InputError{Column: written, Reason: "two columns of this name"}
		}
		seen = append(seen, name)
		switch {
		case name == knownAt:
			p.known = i
		case name == timeOf:
			p.time = i
		case name == symbolOf:
			p.symbol = i
		case len(o.Columns) > 0 && !slices.Contains(o.Columns, name):
		case !columnName.MatchString(name):
			return p, &data.InputError{Column: written, Reason: "this is no name for a feature", Hint: "name it with letters, digits and _, beginning with a letter; or leave it out by naming those that count: columns=a+b"}
		default:
			p.names, p.at = append(p.names, name), append(p.at, i)
		}
	}
	for _, name := range o.Columns {
		if !slices.Contains(p.names, name) {
			return p, &data.InputError{Reason: fmt.Sprintf("there is no column %s of numbers among %s", name, strings.Join(seen, ", "))}
		}
	}
	switch {
	case p.known < 0 && p.time < 0:
		return p, &data.InputError{Reason: "no column known_at among " + strings.Join(seen, ", "), Hint: "a column known_at says from which instant on a value was known; or a column time and delay=1d, after what time it was published"}
	case p.known < 0 && o.Delay == 0:
		return p, &data.InputError{Column: timeOf, Reason: "nothing says when the values became known", Hint: "give the file a column known_at, or say after what delay its values are published: delay=1d"}
	case p.known >= 0 && o.Delay != 0:
		return p, &data.InputError{Column: knownAt, Reason: "the file says when the values became known: no delay can be added", Hint: "leave delay out"}
	case len(p.names) == 0:
		return p, &data.InputError{Reason: "no column of numbers among " + strings.Join(seen, ", ")}
	}
	return p, nil
}

// add reads a row.
func (t *Table) add(s sheet, row int, p places, o Options) (err *data.InputError) {
	at, known, dated := int64(data.Null), int64(data.Null), false
	if p.time >= 0 {
		if at, _, err = s.instant(p.time, row); err != nil {
			return named(err, timeOf)
		}
		known = at + int64(o.Delay)
	}
	if p.known >= 0 {
		if known, dated, err = s.instant(p.known, row); err != nil {
			return named(err, knownAt)
		}
		if dated {
			return &data.InputError{Column: knownAt, Value: data.Stamp(known)[:10], Reason: "a day without a time: from which instant of it on was this known?", Hint: "write it out, as in 2024-01-02T00:00:00Z for the end of 1 January; or call the column time and say after what delay its values are published: delay=1d"}
		}
		if at == data.Null {
			at = known
		}
	}
	if p.symbol >= 0 {
		text, err := s.text(p.symbol, row)
		if err != nil {
			return named(err, symbolOf)
		}
		symbol, parsed := data.ParseSymbol(text)
		if parsed != nil {
			return &data.InputError{Column: symbolOf, Value: text, Reason: "no BASE-QUOTE, as in BTC-USD", Hint: "a file whose values are of every symbol has no column symbol"}
		}
		t.Symbols = append(t.Symbols, symbol)
	}
	for i, column := range p.at {
		v, err := s.number(column, row)
		if err != nil {
			return named(err, t.Columns[i])
		}
		t.Values[i] = append(t.Values[i], v)
	}
	t.Time, t.Known, t.Lines = append(t.Time, at), append(t.Known, known), append(t.Lines, s.line(row))
	return nil
}

func named(err *data.InputError, column string) *data.InputError {
	err.Column = column
	return err
}
