package market

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"mantis/data"
)

// fault is what is wrong with a row: column -1 is the row as a whole.
type fault struct {
	column int
	reason string
}

const whole = -1

// mixed is the one fault that no quarantine mends.
const mixed = "a second symbol in one file"

// roomMost is for how many rows room is made before there are any.
const roomMost = 1 << 20

// room makes room for the rows of the body, and for as many as a file of its size
// may have behind it.
func (r *reader) room() {
	const shortest = 10 // bytes of a row of five cells
	c := &r.out.Candles
	symbol, interval := c.Symbol, c.Interval
	n := min(bytes.Count(r.body, []byte("\n")), len(r.body)/shortest)
	if r.more != nil && !r.more.ended && len(r.body) > 0 {
		n = int(min(float64(n)*1.05*float64(r.from.told)/float64(len(r.body)), roomMost))
	}
	*c = columns(min(n, roomMost) + 1)
	c.Symbol, c.Interval = symbol, interval
	r.line = make([]int32, 0, cap(c.Time))
}

// grow makes room for more rows where there is none left, in all columns alike.
func (r *reader) grow() {
	c, n := &r.out.Candles, len(r.out.Candles.Time)
	if n < min(cap(c.Time), cap(r.line)) {
		return
	}
	more := n/4 + 1<<10
	c.Time, c.Trades, r.line = slices.Grow(c.Time, more), slices.Grow(c.Trades, more), slices.Grow(r.line, more)
	for _, x := range c.floats() {
		*x = slices.Grow(*x, more)
	}
}

// crowded is an error where there are a million rows or more, and most have the
// instant of another: such a file would take far more memory than its candles.
func (r *reader) crowded() error {
	n := len(r.out.Candles.Time)
	if n < max(r.recount, roomMost) {
		return nil
	}
	r.recount = 2 * n
	times := slices.Clone(r.out.Candles.Time)
	slices.Sort(times)
	if distinct := len(slices.Compact(times)); 2*distinct < n {
		return &data.InputError{Line: int(r.line[n-1]), Reason: fmt.Sprintf("the %s rows so far are of %s instants only", data.Thousands(n), data.Thousands(distinct)),
			Hint: "take out what is there twice: candles are of one symbol and interval, and one each instant"}
	}
	return nil
}

// rows reads the body, block by block, into the columns.
func (r *reader) rows() error {
	r.room()
	way := rowsRead{number: r.layout.line + 1}
	for {
		if err := r.block(&way); err != nil {
			return err
		}
		if r.more == nil {
			break
		}
		var err error
		if r.body, way.number, err = r.more.next(); err != nil {
			return err
		}
		if r.body == nil {
			break
		}
	}
	if way.seen == 0 {
		return &data.InputError{Reason: "a header and no rows", Hint: emptyHint}
	}
	return r.anyLeft()
}

// rowsRead is how far rows have been read.
type rowsRead struct {
	number       int // of the line that comes next
	seen, others int // rows, and those that were not read in the short way
	long         bool
	cells        cells
}

// block reads a block, line by line: in a short way the rows that are written
// plainly, as nearly all are, and others with row.
func (r *reader) block(way *rowsRead) error {
	c := &way.cells
	quoted := bytes.IndexByte(r.body, '"') >= 0
	var kinds []plainKind
	if !way.long {
		kinds = r.plainKinds()
	}
	ended := bytes.LastIndexByte(r.body, '\n') + 1 // a line without an end is for row
	number := way.number
	for rest := r.body; len(rest) > 0; number++ {
		if err := r.crowded(); err != nil {
			return err
		}
		r.grow()
		if unended := len(r.body) - ended; kinds != nil && len(rest) > unended {
			plain, left := r.plainRows(kinds, number, rest[:len(rest)-unended])
			way.seen, number, rest = way.seen+plain, number+plain, rest[len(rest)-unended-len(left):]
			if len(rest) == 0 {
				break
			}
			if way.others++; way.others > 1000 && way.others > way.seen/2 {
				kinds, way.long = nil, true // what there is of it is hardly worth it
			}
		}
		var line []byte
		line, rest = cutLine(rest)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		way.seen++
		c.cut(line, r.layout.sep, quoted)
		bad := r.row(c)
		if bad.reason == "" {
			r.line = append(r.line, int32(number))
			continue
		}
		if err := r.setAside(number, bad, c); err != nil {
			return err
		}
	}
	way.number = number
	return nil
}

// anyLeft is an error where every row has been set aside.
func (r *reader) anyLeft() error {
	if r.out.Candles.Len() > 0 {
		return nil
	}
	first := r.out.Quarantined[0]
	return &data.InputError{Line: first.Line, Column: first.Column, Value: first.Value,
		Reason: first.Reason + " (and no row of the file is good)"}
}

// setAside puts a bad row in quarantine, or is an error where there is none.
func (r *reader) setAside(number int, bad fault, row *cells) error {
	q := Quarantined{File: r.file, Line: number, Symbol: r.out.Candles.Symbol, Reason: bad.reason, Text: string(row.line)}
	if bad.column >= 0 {
		q.Column = r.layout.names[bad.column]
		q.Value = string(trim(row.at(bad.column)))
	}
	if r.opt.Quarantine && bad.reason != mixed {
		r.out.Quarantined = append(r.out.Quarantined, q)
		return r.enough(&q, len(r.out.Quarantined))
	}
	hint := rowHint
	if bad.reason == mixed {
		hint = "give each symbol a file of its own"
	}
	return &data.InputError{Line: q.Line, Column: q.Column, Value: clip(q.Value), Reason: q.Reason, Hint: hint}
}

// enough is an error where more is set aside than is worth it: 32 MiB more than
// the good rows take.
func (r *reader) enough(q *Quarantined, rows int) error {
	const least, row = 32 << 20, 72
	r.aside += int64(len(q.Text)+len(q.Value)) + int64(unsafe.Sizeof(*q))
	if r.aside <= least+row*int64(r.out.Candles.Len()) {
		return nil
	}
	return &data.InputError{Line: q.Line, Column: q.Column, Value: clip(q.Value), Reason: fmt.Sprintf("%s; it is one of %s rows that are bad, and more are not set aside", q.Reason, data.Thousands(rows)),
		Hint: "look whether this is a file of candles at all: it is refused as soon as the bad rows take far more room than the good ones"}
}

// row reads the cells of one row and appends them to the columns, or says
// what is wrong and appends nothing.
func (r *reader) row(row *cells) fault {
	l, c := &r.layout, &r.out.Candles
	if row.count() < len(l.names) {
		return fault{whole, fmt.Sprintf("the line ends after %d of %d columns", row.count(), len(l.names))}
	}
	if row.count() > len(l.names) {
		return fault{whole, fmt.Sprintf("%d columns under a header of %d", row.count(), len(l.names))}
	}
	if col := l.at[roleSymbol]; col >= 0 && !bytes.Equal(row.at(col), r.tag) && !r.sameMarket(trim(row.at(col))) {
		if len(trim(row.at(col))) == 0 {
			return fault{col, "no symbol"}
		}
		return fault{col, mixed}
	}
	t, bad := r.instant(row)
	if bad.reason != "" {
		return bad
	}
	var price [4]float64
	for i := range price {
		col := l.at[roleOpen+role(i)]
		v, ok := number(row.at(col))
		if !ok {
			if v, ok = number(trim(row.at(col))); !ok {
				return fault{col, "not a finite number"}
			}
		}
		if v <= 0 {
			return fault{col, "a price that is not positive"}
		}
		price[i] = v
	}
	if at, why := outside(price[0], price[1], price[2], price[3]); why != "" {
		return fault{l.at[at], why}
	}
	base, bad := amount(row, l.at[roleVolume])
	if bad.reason != "" {
		return bad
	}
	quote, bad := amount(row, l.at[roleQuote])
	if bad.reason != "" {
		return bad
	}
	n, bad := trades(row, l.at[roleTrades])
	if bad.reason != "" {
		return bad
	}
	c.Time = append(c.Time, t)
	c.Open, c.High = append(c.Open, price[0]), append(c.High, price[1])
	c.Low, c.Close = append(c.Low, price[2]), append(c.Close, price[3])
	c.Volume, c.QuoteVolume = append(c.Volume, base), append(c.QuoteVolume, quote)
	c.Trades = append(c.Trades, n)
	return fault{}
}

// sameMarket reports whether tag is another spelling of the first row's symbol.
func (r *reader) sameMarket(tag []byte) bool {
	if bytes.Equal(tag, r.tag) {
		return true
	}
	a, err1 := data.ParseSymbol(string(tag))
	b, err2 := data.ParseSymbol(string(r.tag))
	return err1 == nil && err2 == nil && a == b
}

// How far a stamp and a date of one row may lie apart: the widest time zone,
// and a day more where the date has no time of day.
const (
	zoneSpan = 14 * 3_600_000_000
	dateSpan = zoneSpan + day
)

const noInstant = "no instant: want seconds, milliseconds or microseconds, or a date like 2021-06-16 05:00:00"

// instant reads the open instant of a row.
func (r *reader) instant(row *cells) (int64, fault) {
	col := r.layout.at[roleStamp]
	t, _, ok := stamp(row.at(col))
	if !ok {
		if t, _, ok = stamp(trim(row.at(col))); !ok {
			return 0, fault{col, noInstant}
		}
	}
	if col = r.layout.at[roleDate]; col >= 0 {
		d, dated, ok := stamp(trim(row.at(col)))
		span := int64(zoneSpan)
		if dated {
			span = dateSpan
		}
		if ok && (d-t > span || t-d > span) {
			return 0, fault{col, "the date is not that of the stamp, " + data.Stamp(t)}
		}
	}
	return t, fault{}
}

// amount reads a volume: NaN where there is no column or the cell says nothing.
func amount(row *cells, col int) (float64, fault) {
	if col < 0 {
		return math.NaN(), fault{}
	}
	v, ok := number(row.at(col))
	if !ok {
		cell := trim(row.at(col))
		if unsaid(cell) {
			return math.NaN(), fault{}
		}
		if v, ok = number(cell); !ok {
			return 0, fault{col, "not a finite number"}
		}
	}
	if v < 0 {
		return 0, fault{col, "a negative volume"}
	}
	return v, fault{}
}

// trades reads a number of trades: data.Null where there is no column or the
// cell says nothing, which a count also does as NaN.
func trades(row *cells, col int) (int64, fault) {
	if col < 0 {
		return data.Null, fault{}
	}
	cell := trim(row.at(col))
	if unsaid(cell) || len(cell) == 3 && (text(cell) == "NaN" || text(cell) == "nan") {
		return data.Null, fault{}
	}
	v, ok := number(cell)
	if !ok || v < 0 || v > 1<<53 || v != math.Floor(v) {
		return 0, fault{col, "no count of trades"}
	}
	return int64(v), fault{}
}
