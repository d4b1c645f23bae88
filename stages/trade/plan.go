package trade

import "math"

// rounds bounds the steps of the search for the equity left after costs. Each
// narrows the error by about the rate of the costs.
const rounds = 64

// plan settles which legs trade in this bar and by how much.
//
// The weights are meant of x, the equity left when this bar's costs are paid,
// which the costs themselves depend on: x = equity - cost(x), whose right side
// shrinks differences, so that repeating it finds x. Legs below the least
// notional are then left out, and the search is made again without them.
func (b *Backtest) plan() error {
	b.equity = b.worth()
	listed := 0.0
	for i := range b.legs {
		l, q := &b.legs[i], &b.bar.Quotes[i]
		l.waits = l.waits && q.listed()
		l.trades = l.waits && !q.Filled
		l.short = false
		switch {
		case i == 0:
			l.have = b.held.USD.Float() - b.held.Due.Float()
		case q.listed():
			listed += b.rules.weight(i - 1)
			l.have = float64(b.held.Alts[i-1].Float() * b.inUSD(i))
		}
	}
	for i := range b.legs {
		if b.legs[i].trades {
			if err := b.checkVolume(i); err != nil {
				return err
			}
		}
	}
	b.search(listed)
	for b.drop() {
		b.search(listed)
	}
	return nil
}

// search sets the deltas.
func (b *Backtest) search(listed float64) {
	x := b.equity
	for range rounds {
		b.aim(x, listed)
		next := math.Max(0, b.equity-b.cost())
		done := math.Abs(next-x) <= 1e-15*b.equity
		x = next
		if done {
			break
		}
	}
	b.aim(x, listed)
}

// aim sets the delta of each leg that trades for an equity of x dollars, and
// what trading so much costs.
func (b *Backtest) aim(x, listed float64) {
	target := &b.order.Target
	for i := range b.legs {
		l := &b.legs[i]
		if !l.trades {
			continue
		}
		if i == 0 {
			l.delta = float64(target.USD*x) - l.have
		} else {
			l.delta = float64(target.Alt*x*b.rules.weight(i-1)/listed) - l.have
		}
		b.price(i, math.Abs(l.delta))
	}
}

// price sets the slippage and the costs of a leg that moves a worth of dollars.
func (b *Backtest) price(i int, worth float64) {
	l := &b.legs[i]
	l.slip = b.slip(i, worth/b.inUSD(i))
	l.paid = float64((1 + l.slip) * (1 + b.terms[i].rate))
	l.received = float64((1 - l.slip) * (1 - b.terms[i].rate))
}

// drop leaves out the legs below their least notional, and says whether there
// were any.
func (b *Backtest) drop() (any bool) {
	for i := range b.legs {
		l := &b.legs[i]
		if size := math.Abs(l.delta); l.trades && size < b.terms[i].MinNotional && size >= float64(tiny*b.equity) {
			l.trades, l.waits, any = false, false, true
			b.small++
		}
	}
	return any
}

// cost is what the deltas lose to fees and slippage, in dollars at the opens.
func (b *Backtest) cost() float64 {
	sum := 0.0
	for i := range b.legs {
		if b.legs[i].trades {
			sum += b.lost(i)
		}
	}
	return sum
}

// lost is what one leg loses.
func (b *Backtest) lost(i int) float64 {
	l, least := &b.legs[i], b.terms[i].MinFee
	size := math.Abs(l.delta)
	if least > 0 && size < float64(tiny*b.equity) {
		return 0
	}
	switch {
	case i == 0 && l.delta > 0: // BTC worth more than delta is sold
		return math.Max(l.delta/l.received, (l.delta+least)/(1-l.slip)) - l.delta
	case i == 0: // BTC worth less than -delta is bought
		return size - math.Max(0, math.Min(size/l.paid, (size-least)/(1+l.slip)))
	case l.delta > 0:
		return math.Max(float64(size*l.paid), float64(size*(1+l.slip))+least) - size
	}
	return size - math.Min(float64(size*l.received), float64(size*(1-l.slip))-least)
}
