package trade

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"mantis/data"
	"mantis/data/money"
)

// drawSeries draws a market: quiet bars carry the price forward, and an alt
// may be listed late.
func drawSeries(t *rapid.T, symbol data.Symbol, bars int, start float64, late bool) Series {
	s := Series{Symbol: symbol}
	from := 0
	if late {
		from = rapid.IntRange(0, bars).Draw(t, "listed from")
	}
	change := rapid.Float64Range(-.3, .3)
	price := start
	for i := range bars {
		switch {
		case i < from:
			s.Open, s.Close, s.Filled = append(s.Open, math.NaN()), append(s.Close, math.NaN()), append(s.Filled, true)
			continue
		case rapid.IntRange(0, 3).Draw(t, "quiet") == 0:
			s.Open, s.Close, s.Filled = append(s.Open, price), append(s.Close, price), append(s.Filled, true)
			continue
		}
		open := price * (1 + change.Draw(t, "gap"))
		price = open * (1 + change.Draw(t, "move"))
		s.Open, s.Close, s.Filled = append(s.Open, open), append(s.Close, price), append(s.Filled, false)
	}
	return s
}

// drawDecision draws a target, at the corners more often than not, or none.
func drawDecision(t *rapid.T) Decision {
	switch rapid.IntRange(0, 5).Draw(t, "decision") {
	case 0:
		return Decision{}
	case 1:
		return to(1, 0, 0)
	case 2:
		return to(0, 1, 0)
	case 3:
		return to(0, 0, 1)
	}
	usd := rapid.Float64Range(0, 1).Draw(t, "usd")
	btc := rapid.Float64Range(0, 1-usd).Draw(t, "btc")
	return to(usd, btc, math.Max(0, 1-usd-btc))
}

type world struct {
	costs  Costs
	series []Series
	script *script
	record *Record
}

func drawWorld(t *rapid.T) *world {
	bars := rapid.IntRange(1, 12).Draw(t, "bars")
	w := &world{script: &script{}}
	w.costs.Fee = rapid.Float64Range(0, maxCost).Draw(t, "fee")
	w.costs.Slippage = rapid.Float64Range(0, maxCost).Draw(t, "slippage")
	w.series = []Series{drawSeries(t, "BTC-USD", bars, 20_000, false)}
	for i := range rapid.IntRange(0, 3).Draw(t, "alts") {
		symbol := []data.Symbol{"ETH-BTC", "LTC-BTC", "XMR-BTC"}[i]
		w.series = append(w.series, drawSeries(t, symbol, bars, .05, true))
	}
	for range bars {
		w.script.decisions = append(w.script.decisions, drawDecision(t))
	}
	record, err := tryBacktest(1000, w.costs, w.script, w.series...)
	if err != nil {
		t.Fatal(err)
	}
	w.record = record
	return w
}

// worth is equity by the words of the definition, apart from the ledger's code.
func (w *world) worth(h *Holdings, bar int, open bool) float64 {
	price := func(i int) float64 {
		if open {
			return w.series[i].Open[bar]
		}
		return w.series[i].Close[bar]
	}
	sum := h.USD.Float() + h.BTC.Float()*price(0)
	for i, q := range h.Alts {
		if q.Sign() != 0 {
			sum += q.Float() * price(i+1) * price(0)
		}
	}
	return sum
}

func TestLedgerHolds(t *testing.T) { rapid.Check(t, ledgerHolds) }

// ledgerHolds replays the fills by hand and compares each row.
func ledgerHolds(t *rapid.T) {
	w := drawWorld(t)
	r := w.record
	h := &Holdings{USD: amount(1000), Alts: make([]money.Amount, len(w.series)-1)}
	fills := r.Fills
	for bar := range r.Time {
		fees := 0.0
		for len(fills) > 0 && fills[0].Time == r.Time[bar] {
			f := &fills[0]
			fills = fills[1:]
			w.checkFill(t, f, bar)
			before := w.worth(h, bar, true)
			w.replay(t, h, f)
			lost := f.FeeUSD + f.SlippageUSD
			if after := w.worth(h, bar, true); !near(before-lost, after, 1e-9) {
				t.Fatalf("bar %d: %s %s: equity %v to %v, costs %v", bar, f.Side, f.Symbol, before, after, lost)
			}
			fees += f.FeeUSD
		}
		if !near(r.FeesUSD[bar], fees, 1e-12) {
			t.Fatalf("bar %d: fees %v, want %v", bar, r.FeesUSD[bar], fees)
		}
		if h.USD.Float() != r.USD[bar] || h.BTC.Float() != r.BTC[bar] {
			t.Fatalf("bar %d: holds %v USD and %v BTC, replayed %v and %v", bar, r.USD[bar], r.BTC[bar], h.USD, h.BTC)
		}
		if want := w.worth(h, bar, false); !near(r.EquityUSD[bar], want, 1e-9) {
			t.Fatalf("bar %d: equity %v, want %v", bar, r.EquityUSD[bar], want)
		}
	}
	if len(fills) != 0 {
		t.Fatalf("%d fills outside the bars", len(fills))
	}
}

// checkFill holds a fill against the bar it was made in and the one that decided it.
func (w *world) checkFill(t *rapid.T, f *Fill, bar int) {
	s := w.series[f.Market]
	if s.Symbol != f.Symbol || s.Filled[bar] {
		t.Fatalf("bar %d: %s filled, quiet %v", bar, f.Symbol, s.Filled[bar])
	}
	decided := int(f.Decided/sixHours) - 1
	if decided >= bar || w.script.decisions[decided].Action != Rebalance {
		t.Fatalf("bar %d: filled what bar %d decided", bar, decided)
	}
	slip := 1 + w.costs.Slippage
	if f.Side == Sell {
		slip = 1 - w.costs.Slippage
	}
	if !near(f.Price/(s.Open[bar]*slip), 1, 1e-14) || !near(f.Notional.Float(), f.Price*f.Quantity.Float(), 1e-14) {
		t.Fatalf("bar %d: %v at %v for %v, open %v", bar, f.Quantity, f.Price, f.Notional, s.Open[bar])
	}
	if f.Quantity.Sign() <= 0 || f.Notional != f.Quantity.Times(f.Price, money.HalfEven) || f.Fee != f.Notional.Rate(amount(w.costs.Fee), money.HalfEven) {
		t.Fatalf("bar %d: fee %v on %v", bar, f.Fee, f.Notional)
	}
}

// replay moves the money of a fill and finds no balance below zero.
func (w *world) replay(t *rapid.T, h *Holdings, f *Fill) {
	from, into := &h.USD, &h.BTC
	if f.Market > 0 {
		from, into = &h.BTC, &h.Alts[f.Market-1]
	}
	if f.Side == Buy {
		*from = from.Sub(f.Notional.Add(f.Fee))
		*into = into.Add(f.Quantity)
	} else {
		*from = from.Add(f.Notional.Sub(f.Fee))
		*into = into.Sub(f.Quantity)
	}
	if from.Sign() < 0 || into.Sign() < 0 {
		t.Fatalf("%s %s: left with %v and %v", f.Side, f.Symbol, *from, *into)
	}
}

func TestTargetsAreHit(t *testing.T) { rapid.Check(t, targetsAreHit) }

// targetsAreHit: in a bar where every market trades, an order leaves exactly
// its weights at the opens, of what the costs leave.
func targetsAreHit(t *rapid.T) {
	w := drawWorld(t)
	h := &Holdings{USD: amount(1000), Alts: make([]money.Amount, len(w.series)-1)}
	fills := w.record.Fills
	for bar := range w.record.Time {
		for len(fills) > 0 && fills[0].Time == w.record.Time[bar] {
			w.replay(t, h, &fills[0])
			fills = fills[1:]
		}
		all := bar > 0 && w.script.decisions[bar-1].Action == Rebalance
		for _, s := range w.series {
			all = all && !s.Filled[bar]
		}
		if !all {
			continue
		}
		if w.record.Pending[bar] {
			t.Fatalf("bar %d: pending though all markets trade", bar)
		}
		want := w.script.decisions[bar-1].Target
		if len(w.series) == 1 {
			want.BTC, want.Alt = want.BTC+want.Alt, 0
		}
		equity, hub := w.worth(h, bar, true), w.series[0].Open[bar]
		if !near(h.USD.Float()/equity, want.USD, 1e-8) || !near(h.BTC.Float()*hub/equity, want.BTC, 1e-8) {
			t.Fatalf("bar %d: USD %v BTC %v, want %+v", bar, h.USD.Float()/equity, h.BTC.Float()*hub/equity, want)
		}
		if want.USD == 1 && h.BTC.Sign() != 0 {
			t.Fatalf("bar %d: %v BTC of dust", bar, h.BTC)
		}
		for i, q := range h.Alts {
			if got := q.Float() * w.series[i+1].Open[bar] * hub / equity; !near(got, want.Alt/float64(len(h.Alts)), 1e-8) {
				t.Fatalf("bar %d: alt %d %v, want %v", bar, i, got, want.Alt/float64(len(h.Alts)))
			}
		}
	}
}

func TestHoldingsRefuse(t *testing.T) {
	h := Holdings{USD: amount(100), BTC: amount(1)}
	for _, c := range []struct {
		fill Fill
		want error
	}{
		{Fill{Market: 0, Side: Buy, Quantity: amount(1), Notional: amount(100), Fee: amount(.1)}, ErrOverdrawn},
		{Fill{Market: 0, Side: Sell, Quantity: amount(1.1), Notional: amount(110)}, ErrOverdrawn},
		{Fill{Market: 0, Side: Buy, Quantity: amount(-1), Notional: amount(-1)}, ErrOverdrawn},
		{Fill{Market: 0, Side: Buy, Quantity: money.None(), Notional: money.None()}, ErrAmount},
		{Fill{Market: 0, Side: Sell, Quantity: amount(1), Notional: money.Max()}, ErrAmount},
	} {
		if err := h.apply(&c.fill); !errors.Is(err, c.want) || h.USD != amount(100) || h.BTC != amount(1) {
			t.Errorf("%+v: %v, left %+v", c.fill, err, h)
		}
	}
	if err := h.apply(&Fill{Market: 1}); err == nil {
		t.Error("fill in a market that is not there")
	}
}
