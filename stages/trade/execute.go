package trade

import (
	"math"

	"mantis/data/money"
)

// execute trades the planned legs: alt sells, the hub, alt buys.
func (b *Backtest) execute() error {
	for i := 1; i < len(b.legs); i++ {
		if l := &b.legs[i]; l.trades && l.delta < 0 {
			if err := b.sell(i, -l.delta/b.inUSD(i), l.slip); err != nil {
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

// tradeHub moves dollars by delta, costs included.
func (b *Backtest) tradeHub(l *leg) error {
	open, least := b.bar.Quotes[0].Open, b.terms[0].MinFee
	if l.delta < 0 {
		worth := math.Min(-l.delta/l.paid, (-l.delta-least)/(1+l.slip))
		return b.buy(0, worth/open, l.slip)
	}
	q := math.Max(l.delta/l.received, (l.delta+least)/(1-l.slip)) / open
	have := b.held.BTC.Float()
	l.short = q > have && float64((q-have)*open) > float64(tiny*b.equity)
	return b.sell(0, q, l.slip)
}

// buyAlts spends BTC on the alts, all cut alike where there is too little.
func (b *Backtest) buyAlts() error {
	cost, have := 0.0, b.held.BTC.Float() // in BTC
	for i := 1; i < len(b.legs); i++ {
		if l := &b.legs[i]; l.trades && l.delta > 0 {
			cost += (l.delta + b.lost(i)) / b.bar.Quotes[0].Open
		}
	}
	cut := 1.0
	if cost > have {
		cut = have / cost
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
		if err := b.buy(i, cut*l.delta/b.inUSD(i), l.slip); err != nil {
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

// have is what is held of what market i trades.
func (b *Backtest) have(i int) money.Amount {
	if i == 0 {
		return b.held.BTC
	}
	return b.held.Alts[i-1]
}

// sell sells up to quantity of market i, and all where next to nothing would
// be left.
func (b *Backtest) sell(i int, quantity, slip float64) error {
	if err := b.checkSlip(i, slip); err != nil {
		return err
	}
	have := b.have(i)
	q := money.Min(money.FromFloat(quantity, money.Down), have)
	if rest := have.Float() - quantity; float64(rest*b.inUSD(i)) < float64(tiny*b.equity) {
		q = have
	}
	q = money.Min(b.terms[i].stepped(q, money.Down), have)
	return b.fill(i, Sell, q, float64(b.bar.Quotes[i].Open*(1-slip)), b.order.Reason)
}

// buy buys quantity of market i, or what the money there is pays for.
func (b *Backtest) buy(i int, quantity, slip float64) error {
	if err := b.checkSlip(i, slip); err != nil {
		return err
	}
	price := float64(b.bar.Quotes[i].Open * (1 + slip))
	have := b.held.BTC
	if i == 0 {
		have = b.held.USD
	}
	t := &b.terms[i]
	notional := have.Without(t.exact, money.Down)
	if least := b.minFee(i); notional.Rate(t.exact, money.HalfEven).Less(least) {
		notional = have.Sub(least)
	}
	if notional.Sign() <= 0 || !(quantity > 0) {
		return nil
	}
	most := notional.Over(price, money.Down)
	q := money.FromFloat(quantity, money.Down)
	if !q.Valid() || float64(quantity*(1+1e-12)) >= most.Float() {
		q = most
	}
	q = t.stepped(q, money.Down)
	if most.Less(q) {
		q = most.Step(t.step, money.Down)
	}
	return b.fill(i, Buy, q, price, b.order.Reason)
}

// fill records a trade that is large enough and books it on b.held.
func (b *Backtest) fill(i int, side Side, quantity money.Amount, price float64, reason string) error {
	worth, t := float64(quantity.Float()*b.inUSD(i)), &b.terms[i]
	forced := reason == ForTax || reason == Delisting
	if !(worth >= float64(tiny*b.equity)) && !forced || quantity.Sign() <= 0 {
		return nil
	}
	quote, hub, quoteUSD := &b.bar.Quotes[i], b.bar.Quotes[0].Open, 1.0
	if i > 0 {
		quoteUSD = hub
	}
	f := Fill{
		Time: b.bar.Time, Decided: b.order.Decided, Market: i, Symbol: quote.Symbol,
		Side: side, Quantity: quantity, Price: price, Notional: quantity.Times(price, money.HalfEven), HubUSD: hub,
		SlippageUSD: float64(quantity.Float() * math.Abs(price-quote.Open) * quoteUSD),
		Venue:       t.Venue, Reason: reason,
	}
	if forced {
		f.Decided = b.bar.Time
	}
	f.Fee = f.Notional.Rate(t.exact, money.HalfEven)
	if least := b.minFee(i); f.Fee.Less(least) {
		f.Fee = least
	}
	if reason == Delisting {
		f.Fee = money.Min(f.Fee, f.Notional)
	} else if side == Sell && f.moved().Sign() <= 0 || !forced && worth < float64(t.MinNotional*(1-1e-9)) {
		b.small++
		return nil
	}
	f.FeeUSD = float64(f.Fee.Float() * quoteUSD)
	b.fills = append(b.fills, f)
	return b.held.apply(&f)
}
