package trade

import (
	"fmt"
	"math"

	"mantis/data"
)

// Quote is one market in one closed bar. An ALT-BTC market that is not listed
// yet has NaN prices and counts as filled.
type Quote struct {
	Symbol data.Symbol
	Open   float64 // price at the open, in quote currency
	Close  float64 // price at the close, in quote currency
	Volume float64 // traded in the bar, in the first-named currency; NaN where it is not said
	Filled bool    // no trade in the bar: its prices are carried forward
	Gone   bool    // taken off the market: its prices are its last close, at which what is held is sold
}

// listed says whether the market has a price, and is still there.
func (q *Quote) listed() bool { return q.Open > 0 && !q.Gone }

// Bar is one closed bar of all markets: the hub BTC-USD first, then the
// ALT-BTC markets, in the same order in every bar.
type Bar struct {
	Time   int64 // open instant
	Known  int64 // close instant, from which on the bar is known
	Quotes []Quote
}

// guard checks each bar that a feed gives against the one before it.
type guard struct {
	symbols []data.Symbol
	listed  []bool
	known   int64 // close instant of the bar before
}

// check refuses a bar that begins before the last one was known, other or
// reordered markets, and prices that are no positive numbers; an alt alone may
// have none, until it first has one, and may go once it had.
func (g *guard) check(b *Bar) error {
	if g.symbols == nil {
		if err := g.start(b); err != nil {
			return err
		}
	}
	if b.Time < g.known {
		return fmt.Errorf("bar %s: opens before %s, when the bar before it was known", data.Stamp(b.Time), data.Stamp(g.known))
	}
	if b.Known <= b.Time {
		return fmt.Errorf("bar %s: known at %s, which is not after its open", data.Stamp(b.Time), data.Stamp(b.Known))
	}
	if len(b.Quotes) != len(g.symbols) {
		return fmt.Errorf("bar %s: %d markets after %d", data.Stamp(b.Time), len(b.Quotes), len(g.symbols))
	}
	for i := range b.Quotes {
		q := &b.Quotes[i]
		if q.Symbol != g.symbols[i] {
			return fmt.Errorf("bar %s: market %d is %s after %s", data.Stamp(b.Time), i, q.Symbol, g.symbols[i])
		}
		if q.Gone && (i == 0 || !g.listed[i] || !q.Filled) {
			return fmt.Errorf("bar %s: %s: gone: want an alt that was listed, and no trade in the bar", data.Stamp(b.Time), q.Symbol)
		}
		if priced(q.Open) && priced(q.Close) {
			g.listed[i] = true
		} else if i == 0 || g.listed[i] || !math.IsNaN(q.Open) || !math.IsNaN(q.Close) || !q.Filled {
			return fmt.Errorf("bar %s: %s: open %v, close %v: want prices above 0", data.Stamp(b.Time), q.Symbol, q.Open, q.Close)
		}
	}
	g.known = b.Known
	return nil
}

// start takes the order of markets from the first bar.
func (g *guard) start(b *Bar) error {
	if len(b.Quotes) == 0 {
		return fmt.Errorf("bar %s: no market", data.Stamp(b.Time))
	}
	hub := b.Quotes[0].Symbol
	for i, q := range b.Quotes {
		if i > 0 && q.Symbol.Quote() != hub.Base() {
			return fmt.Errorf("%s: not priced in %s: alts are bought through %s", q.Symbol, hub.Base(), hub)
		}
		g.symbols = append(g.symbols, q.Symbol)
	}
	g.listed = make([]bool, len(g.symbols))
	g.known = math.MinInt64
	return nil
}

func priced(p float64) bool { return p > 0 && !math.IsInf(p, 1) }
