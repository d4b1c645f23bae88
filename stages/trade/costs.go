package trade

import (
	"fmt"

	"mantis/data"
	"mantis/data/money"
)

// Bounds of costs: above them a percentage was meant as a fraction.
const (
	maxCost = 0.1
	maxSlip = 0.5 // of the open, all kinds of slippage together, of one fill
)

// Costs are what trading in a market costs, and what it allows. Rates are
// fractions; what is zero costs nothing and forbids nothing.
//
// A fill pays the greater of MinFee and the notional times the rate, which is
// Fee, or lies between Fee and Maker where a MakerShare of all fills is said to
// rest in the book. Its price is the open moved against us by
//
//	Spread/2 + Slippage + Volume x traded quantity / volume of the latest bar that traded
//	         + Volatility x standard deviation of the closes' latest returns
//
// The traded quantity is the one that the order wants at the open. Nothing of
// the bar that is filled in but its open is looked at.
type Costs struct {
	Venue      string  // said beside the fills
	Fee        float64 // the taker's, of the notional of each fill, in its quote currency
	Maker      float64 // the maker's
	MakerShare float64 // share of the notional that pays the maker's fee, 0 to 1
	MinFee     float64 // of a fill, in dollars
	Spread     float64 // between bid and ask, of the open
	Slippage   float64 // of the open: buys fill that much above it, sells below
	Volume     float64 // of the open, for a quantity as large as the volume of the latest bar that traded
	Volatility float64 // standard deviations of a bar's return, of the open

	MinNotional float64 // dollars: smaller trades are not made
	Step        float64 // quantities are multiples of it; what a buy does not spend stays cash
}

// Validate refuses a rate outside 0 to 0.1, and what is negative or no number.
func (c Costs) Validate() error {
	for _, x := range [...]struct {
		name       string
		value, max float64
		hint       string
	}{
		{"fee", c.Fee, maxCost, "0.001 is a tenth of a percent"}, {"maker_fee", c.Maker, maxCost, "0.001 is a tenth of a percent"},
		{"slippage", c.Slippage, maxCost, "0.001 is a tenth of a percent"}, {"spread", c.Spread, maxCost, "0.001 is a tenth of a percent"},
		{"maker_share", c.MakerShare, 1, "0.5 is half of the notional"},
		{"slippage_volume", c.Volume, 100, "0.1 moves the price by 1 % where a tenth of a bar's volume is traded"},
		{"slippage_volatility", c.Volatility, 100, "0.1 moves the price by a tenth of a bar's standard deviation"},
		{"min_fee", c.MinFee, 1e9, "dollars a fill"}, {"min_notional", c.MinNotional, 1e12, "dollars"},
		{"step", c.Step, 1e9, "0.001 is a thousandth of a coin"},
	} {
		if !(x.value >= 0 && x.value <= x.max) {
			return data.WithHint(fmt.Errorf("%s %v: want a number from 0 to %v", x.name, x.value, x.max), x.hint)
		}
	}
	if c.Step > 0 && money.Decimal(c.Step).Sign() == 0 {
		return fmt.Errorf("step %v: want 0 or at least 1e-18", c.Step)
	}
	return nil
}

// rate is what a fill pays of its notional.
func (c *Costs) rate() float64 {
	return float64(c.Fee*(1-c.MakerShare)) + float64(c.Maker*c.MakerShare)
}

// terms are a market's costs as the broker uses them.
type terms struct {
	Costs
	rate   float64      // of the notional
	exact  money.Amount // the same in decimals
	minFee money.Amount // dollars
	step   money.Amount
}

func termsOf(c Costs) terms {
	return terms{Costs: c, rate: c.rate(), exact: money.Decimal(c.rate()), minFee: money.Decimal(c.MinFee), step: money.Decimal(c.Step)}
}

// stepped is the quantity in whole steps. One that is within a billionth of the
// next step counts as it: quantities come from floats.
func (t *terms) stepped(q money.Amount, by money.Rounding) money.Amount {
	if t.step.Sign() == 0 {
		return q
	}
	slack := t.step.Rate(money.Units(1e9), money.Down)
	if by == money.Up {
		slack = slack.Neg()
	}
	return q.Add(slack).Step(t.step, by)
}
