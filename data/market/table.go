package market

import (
	"math"
	"slices"
	"strconv"

	"mantis/data"
)

// tableBody reads the rows of a table that another program wrote into the
// columns, held to what rows of text are held to.
func (r *reader) tableBody(t *data.Foreign) error {
	f := &foreign{table: t, at: r.layout.at}
	c := &r.out.Candles
	symbol, interval := c.Symbol, c.Interval
	*c = columns(t.Rows)
	c.Symbol, c.Interval = symbol, interval
	r.line = make([]int32, 0, t.Rows)
	for i, x := range [...]role{roleOpen, roleHigh, roleLow, roleClose, roleVolume, roleQuote} {
		var err error
		if f.number[i], err = f.numbers(x); err != nil {
			return err
		}
	}
	for i := range t.Rows {
		bad := f.row(r, i)
		if bad.reason == "" {
			r.line = append(r.line, int32(i+1))
			continue
		}
		if err := r.setAside(i+1, bad, f.written(i)); err != nil {
			return err
		}
	}
	r.cite = f.cite
	return nil
}

// foreign are the columns of a table by what they hold.
type foreign struct {
	table  *data.Foreign
	at     [roleCount]int
	number [6][]float64 // open, high, low, close, volume, quote volume; nil: no column
}

// numbers is a column as numbers; NaN is none, and a text that is no number.
func (f *foreign) numbers(x role) ([]float64, error) {
	if f.at[x] < 0 {
		return nil, nil
	}
	c := &f.table.Columns[f.at[x]]
	switch {
	case len(c.Floats) == f.table.Rows && !c.Time:
		return c.Floats, nil
	case len(c.Ints) == f.table.Rows && !c.Time:
		out := make([]float64, f.table.Rows)
		for i, v := range c.Ints {
			if out[i] = float64(v); v == data.Null {
				out[i] = math.NaN()
			}
		}
		return out, nil
	case len(c.Texts) == f.table.Rows:
		out := make([]float64, f.table.Rows)
		for i, s := range c.Texts {
			v, ok := number(trim([]byte(s)))
			if out[i] = v; !ok {
				out[i] = math.NaN()
				if x >= roleVolume && !unsaid([]byte(s)) {
					out[i] = math.Inf(1) // no number where there is something
				}
			}
		}
		return out, nil
	}
	return nil, &data.InputError{Column: c.Name, Reason: "numbers are wanted, not " + c.Kind}
}

// instant is the stamp of a row.
func (f *foreign) instant(i int) (int64, bool) {
	c := &f.table.Columns[f.at[roleStamp]]
	switch {
	case c.Time:
		return c.Ints[i], c.Ints[i] != data.Null
	case len(c.Ints) > i && c.Ints[i] >= 0:
		return micros(c.Ints[i])
	case len(c.Floats) > i && c.Floats[i] >= 0 && c.Floats[i] < 9e18:
		t, _, ok := stamp(strconv.AppendFloat(nil, c.Floats[i], 'f', -1, 64))
		return t, ok
	case len(c.Texts) > i:
		t, _, ok := stamp(trim([]byte(c.Texts[i])))
		return t, ok
	}
	return 0, false
}

// row appends a row to the columns, or says what is wrong and appends nothing.
func (f *foreign) row(r *reader, i int) fault {
	if col := f.at[roleSymbol]; col >= 0 {
		tag := ""
		if len(f.table.Columns[col].Texts) > i {
			tag = f.table.Columns[col].Texts[i]
		}
		switch {
		case tag == "":
			return fault{col, "no symbol"}
		case !r.sameMarket([]byte(tag)):
			return fault{col, mixed}
		}
	}
	t, ok := f.instant(i)
	if !ok {
		return fault{f.at[roleStamp], noInstant}
	}
	var v [6]float64
	for k, x := range f.number {
		if v[k] = math.NaN(); x != nil {
			v[k] = x[i]
		}
	}
	for k, x := range v[:4] {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fault{f.at[roleOpen+role(k)], "not a finite number"}
		}
		if x <= 0 {
			return fault{f.at[roleOpen+role(k)], "a price that is not positive"}
		}
	}
	if at, why := outside(v[0], v[1], v[2], v[3]); why != "" {
		return fault{f.at[at], why}
	}
	for k, x := range v[4:] {
		if math.IsInf(x, 0) {
			return fault{f.at[roleVolume+role(k)], "not a finite number"}
		}
		if x < 0 {
			return fault{f.at[roleVolume+role(k)], "a negative volume"}
		}
	}
	n, ok := f.count(i)
	if !ok {
		return fault{f.at[roleTrades], "no count of trades"}
	}
	c := &r.out.Candles
	c.Time, c.Trades = append(c.Time, t), append(c.Trades, n)
	for k, x := range c.floats() {
		*x = append(*x, v[k]+0) // no negative zero
	}
	return fault{}
}

// count is the number of trades of a row.
func (f *foreign) count(i int) (int64, bool) {
	col := f.at[roleTrades]
	if col < 0 {
		return data.Null, true
	}
	switch c := &f.table.Columns[col]; {
	case len(c.Ints) > i:
		return c.Ints[i], c.Ints[i] >= 0 || c.Ints[i] == data.Null
	case len(c.Floats) > i && math.IsNaN(c.Floats[i]):
		return data.Null, true
	case len(c.Floats) > i:
		v := c.Floats[i]
		return int64(v), v >= 0 && v <= 1<<53 && v == math.Floor(v)
	}
	return data.Null, true
}

// written is a row as text, to be shown.
func (f *foreign) written(i int) *cells {
	c := &cells{end: []int32{-1}}
	for k := range f.table.Columns {
		switch x := &f.table.Columns[k]; {
		case x.Time && x.Ints[i] != data.Null:
			c.line = append(c.line, data.Stamp(x.Ints[i])...)
		case len(x.Ints) > i && x.Ints[i] != data.Null:
			c.line = strconv.AppendInt(c.line, x.Ints[i], 10)
		case len(x.Floats) > i:
			c.line = strconv.AppendFloat(c.line, x.Floats[i], 'g', -1, 64)
		case len(x.Texts) > i:
			c.line = append(c.line, x.Texts[i]...)
		}
		c.end = append(c.end, int32(len(c.line)))
		c.line = append(c.line, ',')
	}
	c.line = c.line[:max(len(c.line)-1, 0)]
	return c
}

// cite fills in text and stamp of rows.
func (f *foreign) cite(rows []Quarantined) {
	for i := range rows {
		row := f.written(rows[i].Line - 1)
		rows[i].Text, rows[i].Value = string(row.line), string(slices.Clone(row.at(f.at[roleStamp])))
	}
}

// outside says which price of a candle does not fit the others, and how.
func outside(open, high, low, close float64) (at role, reason string) {
	switch {
	case high < low:
		return roleHigh, "high is below low"
	case open < low || open > high:
		return roleOpen, "open is outside low to high"
	case close < low || close > high:
		return roleClose, "close is outside low to high"
	}
	return roleNone, ""
}
