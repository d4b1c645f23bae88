package trade

import (
	"context"
	"fmt"

	"mantis/data/money"
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
// A newer order replaces all that waits, when its delay is over. Legs of less
// than 1e-9 of equity are done without a fill, and so are those of less than
// the market's least notional. An alt that is not listed has no leg, and where
// none is listed the bucket's share is held in BTC.
//
// Two trades need no order, and come first in a bar: what is held of an alt
// that is gone is sold for BTC at its last close; and where taxes are due that
// the dollars do not pay, BTC is sold for them, and where that is not enough
// alts, all by the same share.
//
// Orders are planned in floats, and what is filled is counted in money: the
// quantity rounded down to units or to steps, notional and fee half to even.
type Backtest struct {
	rules   Rules
	terms   []terms // of each market
	tapes   []tape
	watches bool    // slippage goes by the tapes
	queue   []Order // decided, and on their way
	waits   []int   // bars that each has to wait yet
	order   Order
	pending bool
	held    Holdings // what this bar's fills have left so far
	legs    []leg    // one a market, the hub first
	fills   []Fill
	bar     *Bar
	equity  float64 // at the opens, before this bar's fills
	small   int
}

// leg is what one market has to do for the order.
type leg struct {
	waits  bool    // not done
	trades bool    // waits, and its market trades in this bar
	short  bool    // traded less than its aim for want of BTC
	delta  float64 // change wanted at the opens, in USD: of USD for the hub, of the alt for an alt
	have   float64 // USD for the hub, the alt's worth for an alt, before the fills

	deviation      float64 // of the market's latest returns
	slip           float64 // of the open
	paid, received float64 // what a buy costs, fee included, and a sell brings for a unit of value at the open
}

// NewBacktest makes a broker with the same costs in all markets. It serves one
// run.
func NewBacktest(costs Costs) (*Backtest, error) { return NewBroker(Rules{Costs: costs}) }

// NewBroker makes a broker that goes by the rules. It serves one run.
func NewBroker(rules Rules) (*Backtest, error) {
	if err := rules.Validate(); err != nil {
		return nil, err
	}
	if rules.VolatilityBars == 0 {
		rules.VolatilityBars = defaultVolatilityBars
	}
	return &Backtest{rules: rules}, nil
}

// Submit sends an order on its way. It fills when its delay is over, from the
// next bar on where there is none, and then replaces whatever waits.
func (b *Backtest) Submit(_ context.Context, o Order) error {
	b.queue, b.waits = append(b.queue, o), append(b.waits, max(1, b.rules.Delay))
	return nil
}

// Pending says whether a leg of an order that could have filled waits.
func (b *Backtest) Pending() bool { return b.pending }

// Small is the number of trades so far that were too small to be made.
func (b *Backtest) Small() int { return b.small }

// Fills executes what can be executed in the bar, at its opens. The fills are
// in the order of their booking and are valid until the next call.
func (b *Backtest) Fills(_ context.Context, bar *Bar, held Holdings) ([]Fill, error) {
	b.fills, b.bar = b.fills[:0], bar
	if b.legs == nil {
		if err := b.open(len(bar.Quotes)); err != nil {
			return nil, err
		}
	}
	b.arrive()
	err := b.trade(held)
	for i := 0; b.watches && i < len(b.tapes); i++ {
		b.tapes[i].add(&bar.Quotes[i], b.rules.VolatilityBars)
	}
	return b.fills, err
}

// open makes room for the markets.
func (b *Backtest) open(markets int) error {
	if n := len(b.rules.Markets); b.rules.Markets != nil && n != markets {
		return fmt.Errorf("costs of %d markets, feed of %d", n, markets)
	}
	if n := len(b.rules.Weights); b.rules.Weights != nil && n != markets-1 {
		return fmt.Errorf("weights of %d alts, feed of %d", n, markets-1)
	}
	b.legs, b.terms, b.tapes = make([]leg, markets), make([]terms, markets), make([]tape, markets)
	for i := range b.terms {
		b.terms[i] = termsOf(b.rules.market(i))
		b.watches = b.watches || b.terms[i].Volume > 0 || b.terms[i].Volatility > 0
	}
	return nil
}

// arrive lets the newest order whose delay is over replace what waits.
func (b *Backtest) arrive() {
	done := 0
	for i := range b.waits {
		if b.waits[i]--; b.waits[i] == 0 {
			done = i + 1
		}
	}
	if done == 0 {
		return
	}
	b.order, b.pending = b.queue[done-1], true
	b.queue, b.waits = append(b.queue[:0], b.queue[done:]...), append(b.waits[:0], b.waits[done:]...)
	for i := range b.legs {
		b.legs[i].waits = true
	}
}

// trade makes the bar's fills.
func (b *Backtest) trade(held Holdings) error {
	forced := held.Due.Sign() > 0
	for i, q := range held.Alts {
		forced = forced || q.Sign() > 0 && b.bar.Quotes[i+1].Gone
	}
	if !forced && !b.pending {
		return nil
	}
	b.held.copyFrom(held)
	b.look()
	if forced {
		if err := b.force(); err != nil {
			return err
		}
	}
	if !b.pending {
		return nil
	}
	if err := b.plan(); err != nil {
		return err
	}
	if err := b.execute(); err != nil {
		return err
	}
	b.settle()
	return nil
}

// look takes down what the markets are like at the opens.
func (b *Backtest) look() {
	b.equity = b.worth()
	for i := range b.legs {
		if b.terms[i].Volatility > 0 {
			b.legs[i].deviation = b.tapes[i].deviation()
		}
	}
}

// worth is what is held at the opens, less the taxes due, in dollars.
func (b *Backtest) worth() float64 {
	sum := b.held.USD.Float() - b.held.Due.Float() + float64(b.held.BTC.Float()*b.bar.Quotes[0].Open)
	for i, q := range b.held.Alts {
		if q.Sign() > 0 {
			sum += float64(q.Float() * b.inUSD(i+1))
		}
	}
	return sum
}

// inUSD is the open of market i in dollars.
func (b *Backtest) inUSD(i int) float64 {
	if i == 0 {
		return b.bar.Quotes[0].Open
	}
	return float64(b.bar.Quotes[i].Open * b.bar.Quotes[0].Open)
}

// minFee is the least fee of market i in its quote currency.
func (b *Backtest) minFee(i int) money.Amount {
	fee := b.terms[i].minFee
	if i > 0 && fee.Sign() > 0 {
		return fee.Over(b.bar.Quotes[0].Open, money.HalfEven)
	}
	return fee
}
