package trade

import (
	"context"
	"math"
)

// tiny is the share of equity below which a trade is not worth making.
const tiny = 1e-9

// Backtest is a broker that fills at the opens of bars.
//
// An order is one leg a market, each with its own aim: the hub leg brings USD
// to its target weight, an alt leg brings that alt to its part of the bucket,
// and BTC is what remains between them. Weights are meant of the equity that
// is left when the costs of this bar's fills are paid. Within a bar alts are
// sold first, then the hub trades, then alts are bought.
//
// A leg is done when its market trades, and waits while its market's bars are
// filled:
//
//   - A quiet alt stays as it is. The hub does not wait for it: dollars for an
//     alt that waits to be bought are changed into BTC at once, and lie there.
//   - While a quiet hub waits, alts are sold, and bought if the BTC at hand
//     pays for all buys of the bar; otherwise these wait for the hub.
//   - Buys never cost more than is there: short of BTC, all alt buys of the
//     bar are cut by one factor, and a hub sell ends at the BTC there is. A
//     leg so cut goes on waiting as long as another leg waits for its market.
//
// A newer order replaces all that waits. Legs of less than 1e-9 of equity are
// done without a fill. An alt that is not listed has no leg, and where none is
// listed the bucket's share is held in BTC.
type Backtest struct {
	costs   Costs
	order   Order
	pending bool
	held    Holdings // what this bar's fills have left so far
	legs    []leg    // one a market, the hub first
	fills   []Fill
	bar     *Bar
	equity  float64 // at the opens, before this bar's fills
}

// leg is what one market has to do for the order.
type leg struct {
	waits  bool    // not done
	trades bool    // waits, and its market trades in this bar
	short  bool    // traded less than its aim for want of BTC
	delta  float64 // change wanted at the opens, in USD: of USD for the hub, of the alt for an alt
}

// NewBacktest makes a broker with the given costs. It serves one run.
func NewBacktest(costs Costs) (*Backtest, error) {
	if err := costs.Validate(); err != nil {
		return nil, err
	}
	return &Backtest{costs: costs}, nil
}

// Submit replaces whatever waits by the order. It fills from the next bar on.
func (b *Backtest) Submit(_ context.Context, o Order) error {
	b.order, b.pending = o, true
	for i := range b.legs {
		b.legs[i].waits = true
	}
	return nil
}

// Pending says whether a leg of the order waits.
func (b *Backtest) Pending() bool { return b.pending }

// Fills executes what can be executed in the bar, at its opens. The fills are
// in the order of their booking and are valid until the next call.
func (b *Backtest) Fills(_ context.Context, bar *Bar, held Holdings) ([]Fill, error) {
	b.fills = b.fills[:0]
	if !b.pending {
		return nil, nil
	}
	for len(b.legs) < len(bar.Quotes) {
		b.legs = append(b.legs, leg{waits: true})
	}
	b.bar = bar
	b.held.copyFrom(held)
	b.plan()
	if err := b.execute(); err != nil {
		return nil, err
	}
	b.settle()
	return b.fills, nil
}

// execute trades the planned legs: alt sells, the hub, alt buys.
func (b *Backtest) execute() error {
	for i := 1; i < len(b.legs); i++ {
		if l := &b.legs[i]; l.trades && l.delta < 0 {
			if err := b.sell(i, -l.delta/b.inUSD(i)); err != nil {
				return err
			}
		}
	}
	if l := &b.legs[0]; l.trades {
		if err := b.tradeHub(l); err != nil {
			return err
		}
	}
	return b.buyAlts()
}

// tradeHub moves dollars by exactly delta, costs included.
func (b *Backtest) tradeHub(l *leg) error {
	open := b.bar.Quotes[0].Open
	if l.delta < 0 {
		return b.buy(0, -l.delta/float64(open*b.costs.paid()))
	}
	q := l.delta / float64(open*b.costs.received())
	l.short = q > b.held.BTC && float64((q-b.held.BTC)*open) > float64(tiny*b.equity)
	return b.sell(0, q)
}

// buyAlts spends BTC on the alts, all cut alike where there is too little.
func (b *Backtest) buyAlts() error {
	cost := 0.0 // in BTC
	for i := 1; i < len(b.legs); i++ {
		if l := &b.legs[i]; l.trades && l.delta > 0 {
			cost += float64(l.delta * b.costs.paid() / b.bar.Quotes[0].Open)
		}
	}
	cut := 1.0
	if cost > b.held.BTC {
		cut = b.held.BTC / cost
	}
	short := cut < 1-tiny
	hub := &b.legs[0]
	for i := 1; i < len(b.legs); i++ {
		l := &b.legs[i]
		if !l.trades || l.delta <= 0 {
			continue
		}
		if short && hub.waits && !hub.trades {
			l.trades = false
			continue
		}
		l.short = short
		if err := b.buy(i, cut*l.delta/b.inUSD(i)); err != nil {
			return err
		}
	}
	return nil
}

// settle marks what traded as done. A leg cut short stays while another waits.
func (b *Backtest) settle() {
	waiting := false
	for _, l := range b.legs {
		waiting = waiting || (l.waits && !l.trades)
	}
	for i := range b.legs {
		if l := &b.legs[i]; l.trades {
			l.waits = l.short && waiting
		}
	}
	b.pending = waiting
}

// sell sells up to quantity of market i, and all where next to nothing would
// be left.
func (b *Backtest) sell(i int, quantity float64) error {
	have := b.held.BTC
	if i > 0 {
		have = b.held.Alts[i-1]
	}
	if rest := have - quantity; float64(rest*b.inUSD(i)) < float64(tiny*b.equity) {
		quantity = have
	}
	return b.fill(i, Sell, quantity, float64(b.bar.Quotes[i].Open*(1-b.costs.Slippage)))
}

// buy buys quantity of market i, or what the money there is pays for.
func (b *Backtest) buy(i int, quantity float64) error {
	price := float64(b.bar.Quotes[i].Open * (1 + b.costs.Slippage))
	have := b.held.USD
	if i > 0 {
		have = b.held.BTC
	}
	quantity = math.Min(quantity, have/float64(price*(1+b.costs.Fee)))
	for quantity > 0 && float64(quantity*price)+float64(b.costs.Fee*float64(quantity*price)) > have {
		quantity = math.Nextafter(quantity, 0)
	}
	return b.fill(i, Buy, quantity, price)
}

// fill records a trade of more than a tiny value and books it on b.held.
func (b *Backtest) fill(i int, side Side, quantity, price float64) error {
	if !(float64(quantity*b.inUSD(i)) >= float64(tiny*b.equity)) {
		return nil
	}
	quote, quoteUSD := &b.bar.Quotes[i], 1.0
	if i > 0 {
		quoteUSD = b.bar.Quotes[0].Open
	}
	f := Fill{
		Time: b.bar.Time, Decided: b.order.Decided, Market: i, Symbol: quote.Symbol,
		Side: side, Quantity: quantity, Price: price, Notional: float64(quantity * price),
		SlippageUSD: float64(quantity * math.Abs(price-quote.Open) * quoteUSD),
		Reason:      b.order.Reason,
	}
	f.Fee = float64(b.costs.Fee * f.Notional)
	f.FeeUSD = float64(f.Fee * quoteUSD)
	b.fills = append(b.fills, f)
	return b.held.apply(&f)
}

// inUSD is the open of market i in dollars.
func (b *Backtest) inUSD(i int) float64 {
	if i == 0 {
		return b.bar.Quotes[0].Open
	}
	return float64(b.bar.Quotes[i].Open * b.bar.Quotes[0].Open)
}
