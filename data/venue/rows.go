package venue

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"mantis/data/market"
)

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
	a.rows = make([]row, 0, len(raws))
	reason, shape := "", false
	for i := range raws {
		w := &raws[i]
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
func (a *answer) set(s span, t int64, line, column int, reason string, w *raw) {
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
		if *old.raw == *r.raw {
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
