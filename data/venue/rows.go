package venue

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"mantis/data"
	"mantis/data/market"
)

// The cells of a candle as a venue gives it.
const (
	atTime = iota
	atOpen
	atHigh
	atLow
	atClose
	atVolume
	atQuote  // quote volume
	atTrades // number of trades
	atNone
)

// names are what the cells are called where one is wrong.
var names = [atNone]string{"time", "open", "high", "low", "close", "volume", "quote volume", "trades"}

// raw is a candle as text. A volume, quote volume or number of trades is "" where
// the venue does not say.
type raw [atNone]string

// cell is a number or a text of JSON, as it is written. A float64 in between
// would be one rounding more.
type cell string

// UnmarshalJSON takes numbers, texts and null.
func (c *cell) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		*c = ""
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*c = cell(s)
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*c = cell(b)
	default:
		return fmt.Errorf("%.20s: want a number or a text", b)
	}
	return nil
}

// decode reads JSON that must be whole and alone.
func decode(body []byte, v any) error {
	if err := json.Unmarshal(body, v); err != nil {
		return broken("its JSON is cut or garbled: %v", err)
	}
	return nil
}

// arrays reads [[…], …] whose cells are in the order of at; atNone skips one.
func arrays(rows [][]cell, at ...int) ([]raw, error) {
	out := make([]raw, len(rows))
	for i, row := range rows {
		if len(row) < len(at) {
			return nil, broken("row %d: %d cells, want %d", i+1, len(row), len(at))
		}
		for k, to := range at {
			if to != atNone {
				out[i][to] = string(row[k])
			}
		}
	}
	return out, nil
}

// row is a candle that was read.
type row struct {
	time                                        int64
	open, high, low, close, volume, quoteVolume float64
	trades                                      int64
	line                                        int // of the answer, from 1
	raw                                         raw
}

// instant reads seconds, milliseconds, microseconds or nanoseconds since 1970 by
// their size, below 1e11, 1e14, 1e17 or above, or RFC 3339.
func instant(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil || t.Year() < 1900 || t.Year() > 2200 || t.Nanosecond()%1000 != 0 {
			return 0, false
		}
		return t.UnixMicro(), true
	}
	switch {
	case n < 0:
		return 0, false
	case n < 1e11:
		return n * 1e6, true
	case n < 1e14:
		return n * 1e3, true
	case n < 1e17:
		return n, true
	}
	return n / 1000, n%1000 == 0
}

// parse reads a candle of an interval; else it says which cell is wrong, and how.
func (w raw) parse(i data.Interval) (r row, column int, reason string) {
	var ok bool
	if r.time, ok = instant(w[atTime]); !ok {
		return r, atTime, "no instant"
	}
	if r.time%int64(i) != 0 {
		return r, atTime, "off the " + i.String() + " grid"
	}
	for k, to := range []*float64{atOpen: &r.open, atHigh: &r.high, atLow: &r.low, atClose: &r.close, atVolume: &r.volume, atQuote: &r.quoteVolume} {
		if to == nil {
			continue
		}
		if w[k] == "" && k >= atVolume {
			*to = math.NaN()
			continue
		}
		x, err := strconv.ParseFloat(w[k], 64)
		switch {
		case err != nil || x != x || math.IsInf(x, 0) || strings.ContainsAny(w[k], "xXpP_"):
			return r, k, "no number"
		case k < atVolume && x <= 0:
			return r, k, "not positive"
		case x < 0:
			return r, k, "negative"
		}
		*to = x + 0 // no negative zero
	}
	switch {
	case r.low > min(r.open, r.close):
		return r, atLow, "above open or close"
	case r.high < max(r.open, r.close):
		return r, atHigh, "below open or close"
	}
	r.trades = data.Null
	if w[atTrades] != "" {
		n, err := strconv.ParseInt(w[atTrades], 10, 64)
		if err != nil || n < 0 {
			return r, atTrades, "no number of trades"
		}
		r.trades = n
	}
	r.raw = w
	return r, atNone, ""
}

// answer is what a reply has of a span.
type answer struct {
	reply  *reply
	rows   []row // that open in the span, ascending, each instant once
	aside  []market.Quarantined
	asideT []int64 // instants of aside, as far as they have one
	count  int     // rows of the answer, of any instant
	first  int64   // the first instant of the answer, or math.MaxInt64
	later  int64   // its first instant behind the span, or math.MaxInt64
}

// sift keeps the candles of a span. A row off the grid, or with a wrong cell, is
// set aside; where no row of the span is a candle, though there are some on the
// grid, the reply is refused: its shape is not the one that is known.
func sift(r *reply, raws []raw, s span) (*answer, error) {
	a := &answer{reply: r, count: len(raws), first: math.MaxInt64, later: math.MaxInt64}
	reason, shape := "", false
	for i, w := range raws {
		t, ok := instant(w[atTime])
		if ok {
			a.first = min(a.first, t)
			if t >= s.until {
				a.later = min(a.later, t)
			}
			if t < s.from || t >= s.until {
				continue
			}
		} else {
			t = s.from
		}
		row, column, wrong := w.parse(s.interval)
		if wrong != "" {
			reason, shape = fmt.Sprintf("row %d: %s %q: %s", i+1, names[column], w[column], wrong), shape || column != atTime || !ok
			a.set(s, t, i+1, column, wrong, w)
			continue
		}
		row.line = i + 1
		a.rows = append(a.rows, row)
	}
	if len(a.rows) == 0 && shape {
		return nil, broken("no row is a candle; %s", reason)
	}
	a.merge(s)
	return a, nil
}

// set sets a row aside.
func (a *answer) set(s span, t int64, line, column int, reason string, w raw) {
	a.aside = append(a.aside, market.Quarantined{
		File: a.reply.url, Line: line, Symbol: s.symbol, Column: names[column], Value: w[column], Reason: reason, Text: strings.Join(w[:], ","),
	})
	a.asideT = append(a.asideT, t)
}

// merge orders the rows and keeps one of each instant. Where two differ, one was
// still open when it was written: the one with more volume is kept, or else the
// later, and the other set aside.
func (a *answer) merge(s span) {
	slices.SortStableFunc(a.rows, func(x, y row) int { return cmp.Compare(x.time, y.time) })
	kept := a.rows[:0]
	for _, r := range a.rows {
		n := len(kept)
		if n == 0 || kept[n-1].time != r.time {
			kept = append(kept, r)
			continue
		}
		old := kept[n-1]
		if old.raw == r.raw {
			continue
		}
		if r.volume < old.volume {
			old, r = r, old
		}
		kept[n-1] = r
		a.set(s, old.time, old.line, atTime, "a second candle of this instant, with other values", old.raw)
	}
	a.rows = kept
}

// candles are the rows before until.
func (a *answer) candles(s span, until int64) market.Candles {
	n := 0
	for n < len(a.rows) && a.rows[n].time < until {
		n++
	}
	c := market.Candles{Symbol: s.symbol, Interval: s.interval, Until: until, Time: make([]int64, n), Trades: make([]int64, n)}
	block := make([]float64, 6*n)
	for k, to := range []*[]float64{&c.Open, &c.High, &c.Low, &c.Close, &c.Volume, &c.QuoteVolume} {
		*to = block[k*n : (k+1)*n : (k+1)*n]
	}
	for i, r := range a.rows[:n] {
		c.Time[i], c.Trades[i] = r.time, r.trades
		c.Open[i], c.High[i], c.Low[i], c.Close[i] = r.open, r.high, r.low, r.close
		c.Volume[i], c.QuoteVolume[i] = r.volume, r.quoteVolume
	}
	return c
}

// page is the page of a span up to until.
func (a *answer) page(s span, until int64) Page {
	p := Page{From: s.from, Until: until, Candles: a.candles(s, until), Source: a.reply.url, SHA256: a.reply.sum()}
	for i, q := range a.aside {
		if a.asideT[i] < until {
			p.Quarantined = append(p.Quarantined, q)
		}
	}
	return p
}
