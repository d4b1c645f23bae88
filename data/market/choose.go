package market

import (
	"bytes"
	"fmt"
	"strings"

	"mantis/data"
)

// enoughRows is how many rows are looked at to tell formats apart, if they do.
const enoughRows = 256

// choose finds the format of a page: the first that is sure, or of those whose
// number of columns it has the one in whose order its numbers are candles.
func (p *page) choose(opt *Options) (*Format, error) {
	if opt.Format != "" {
		f, err := formatOf(opt.Format)
		if err == nil && f.in&p.kind == 0 {
			err = &data.InputError{Reason: "this is no file of the format " + f.Name, Hint: "leave the format out to have it found"}
		}
		return f, err
	}
	if p.kind == inText && len(p.names()) == 0 && len(p.own) > 0 {
		return formatOf("rows")
	}
	if p.kind == inJSON && p.doc.isMessage() {
		return nil, p.refusal()
	}
	var open []*Format
	for _, f := range Formats() {
		switch f.looks(p) {
		case sure:
			return &f, nil
		case maybe:
			open = append(open, &f)
		}
	}
	if len(open) == 0 {
		return nil, p.refusal()
	}
	return p.fight(open)
}

// contest is what the rows say of formats that may be theirs: how many rows each
// fits, how many it fits and another does not, and whether the two ever read a
// row that fits both unlike.
type contest struct {
	formats []*Format
	at      []layout
	fits    []int
	only    [][]int
	unlike  [][]bool
	rows    int
	read    []reading
}

// reading is what a layout makes of a row: instant, open, high, low, close and
// volume.
type reading struct {
	value [6]float64
	fits  bool
}

// fight reads rows in the order of every format.
func (p *page) fight(open []*Format) (*Format, error) {
	c := &contest{formats: open, fits: make([]int, len(open)), read: make([]reading, len(open))}
	for _, f := range open {
		c.at = append(c.at, numbered(f.order(p.width), p.sep))
		c.only, c.unlike = append(c.only, make([]int, len(open))), append(c.unlike, make([]bool, len(open)))
	}
	p.each(func(row *cells) bool {
		c.add(row)
		return c.rows < enoughRows || c.winner() < 0
	})
	if w := c.winner(); w >= 0 {
		return open[w], nil
	}
	var left []int
	for i := range open {
		if 2*c.fits[i] > c.rows && c.standing(i) {
			left = append(left, i)
		}
	}
	for _, i := range left {
		if v := open[i].Venue; v != "" && v == p.said.venue {
			return open[i], nil
		}
	}
	if len(left) == 0 {
		return nil, p.refusal()
	}
	var names []string
	for _, i := range left {
		names = append(names, open[i].Name)
	}
	return nil, &data.InputError{Reason: fmt.Sprintf("the rows are candles in more than one format: %s", strings.Join(names, ", ")),
		Hint: "say which with --format"}
}

// winner is the first format that beats every other or reads all as the other
// does, and that fits most rows; -1 is none.
func (c *contest) winner() int {
	for i := range c.formats {
		ok := 2*c.fits[i] > c.rows
		for k := range c.formats {
			ok = ok && (k == i || c.beats(i, k) || c.alike(i, k))
		}
		if ok {
			return i
		}
	}
	return -1
}

// beats reports whether the rows that tell format i from k are for i.
func (c *contest) beats(i, k int) bool { return c.only[i][k] > 0 && c.only[i][k] >= 10*c.only[k][i] }

func (c *contest) alike(i, k int) bool {
	return c.only[i][k] == 0 && c.only[k][i] == 0 && !c.unlike[min(i, k)][max(i, k)]
}

// standing reports whether no other format beats i.
func (c *contest) standing(i int) bool {
	for k := range c.formats {
		if k != i && c.beats(k, i) {
			return false
		}
	}
	return true
}

func (c *contest) add(row *cells) {
	c.rows++
	for i := range c.formats {
		if c.read[i] = c.at[i].reading(row); c.read[i].fits {
			c.fits[i]++
		}
	}
	for i, a := range c.read {
		for k, b := range c.read {
			switch {
			case a.fits && !b.fits:
				c.only[i][k]++
			case i < k && a.fits && b.fits && a.value != b.value:
				c.unlike[i][k] = true
			}
		}
	}
}

// early is before there were any candles of coins: no header-less row is older.
const early = 1_230_768_000_000_000 // 2009-01-01

// reading reads a row and says whether it can be a candle.
func (l *layout) reading(row *cells) (r reading) {
	if row.count() != len(l.names) {
		return r
	}
	t, _, ok := stamp(trim(row.at(l.at[roleStamp])))
	if !ok || t < early {
		return r
	}
	r.value[0] = float64(t)
	for i := range 4 {
		if r.value[i+1], ok = number(trim(row.at(l.at[roleOpen+role(i)]))); !ok || r.value[i+1] <= 0 {
			return r
		}
	}
	if col := l.at[roleVolume]; col >= 0 {
		cell := trim(row.at(col))
		if r.value[5], ok = number(cell); !ok && !unsaid(cell) || r.value[5] < 0 {
			return r
		}
	}
	if col := l.at[roleTrades]; col >= 0 {
		if _, bad := trades(row, col); bad.reason != "" {
			return r
		}
	}
	o, h, low, cl := r.value[1], r.value[2], r.value[3], r.value[4]
	r.fits = h >= max(o, cl) && low <= min(o, cl)
	return r
}

// refusal says what a file is that holds no candles.
func (p *page) refusal() error {
	if p.kind == inJSON {
		return p.doc.refusal()
	}
	first := ""
	p.each(func(row *cells) bool {
		first = string(bytes.TrimSpace(row.line))
		return false
	})
	err := &data.InputError{Line: 1, Value: clip(first)}
	switch {
	case p.kind == inTable:
		err.Line, err.Value = 0, ""
		err.Reason = "the table has no columns of candles; found: " + clip(strings.Join(p.names(), ", "))
		err.Hint = needed + "; or name them with --columns time=NAME,open=NAME,high=NAME,low=NAME,close=NAME"
	case p.width == 3:
		err.Reason, err.Hint = "rows of time, price and amount are trades, not candles", "only candles are read: make candles of them first"
	case p.width == 1:
		err.Reason, err.Hint = "lines without columns are no candles", "put a header line in front; "+needed
	default:
		err.Reason = fmt.Sprintf("no header line names the columns, and the numbers of the %d columns are candles in no order that is known", p.width)
		err.Hint = "put a header line in front, or number the columns with --columns time=1,open=2,high=3,low=4,close=5"
	}
	return err
}
