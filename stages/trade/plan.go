package trade

import "math"

// rounds bounds the steps of the search for the equity left after costs. Each
// narrows the error by about the rate of the costs.
const rounds = 64

// plan settles which legs trade in this bar and by how much.
//
// The weights are meant of x, the equity left when this bar's costs are paid,
// which the costs themselves depend on: x = equity - cost(x), whose right side
// shrinks differences, so that repeating it finds x.
func (b *Backtest) plan() {
	b.equity = b.held.value(b.bar.Quotes, atOpen).USD
	listed := 0
	for i := range b.legs {
		l, q := &b.legs[i], &b.bar.Quotes[i]
		l.waits = l.waits && q.listed()
		l.trades = l.waits && !q.Filled
		l.short = false
		if i > 0 && q.listed() {
			listed++
		}
	}
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

// aim sets the delta of each leg that trades for an equity of x dollars.
func (b *Backtest) aim(x float64, listed int) {
	target := &b.order.Target
	if l := &b.legs[0]; l.trades {
		l.delta = float64(target.USD*x) - b.held.USD
	}
	for i := 1; i < len(b.legs); i++ {
		if l := &b.legs[i]; l.trades {
			part := target.Alt * x / float64(listed)
			l.delta = part - float64(b.held.Alts[i-1]*b.inUSD(i))
		}
	}
}

// cost is what the deltas lose to fees and slippage, in dollars at the opens.
func (b *Backtest) cost() float64 {
	paid, received := b.costs.paid(), b.costs.received()
	sum := 0.0
	for i := range b.legs {
		l := &b.legs[i]
		switch {
		case !l.trades:
		case i == 0 && l.delta > 0: // BTC worth more than delta is sold
			sum += l.delta/received - l.delta
		case i == 0: // BTC worth less than -delta is bought
			sum += l.delta/paid - l.delta
		case l.delta > 0:
			sum += float64(l.delta * (paid - 1))
		default:
			sum -= float64(l.delta * (1 - received))
		}
	}
	return sum
}
