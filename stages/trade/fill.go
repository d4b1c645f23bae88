package trade

import (
	"mantis/data"
	"mantis/data/money"
)

// Side is what a fill did with the first-named currency of its market.
type Side int

// The two sides.
const (
	Buy Side = iota
	Sell
)

// String writes the side in lower case.
func (s Side) String() string {
	if s == Sell {
		return "sell"
	}
	return "buy"
}

// Order is a decision on its way to the broker: the weights to bring about.
type Order struct {
	Decided int64 // close instant of the bar that decided it
	Target  Weights
	Reason  string
}

// Reasons of fills that nobody decided.
const (
	ForTax    = "tax"      // to have the dollars for a tax that is due
	Delisting = "delisted" // its market was taken off
)

// Fill is one executed trade in one market. Its amounts are exact; notional and
// fee were rounded once, half to even.
type Fill struct {
	Time     int64 // open instant of the bar it filled in
	Decided  int64 // close instant of the bar that decided it
	Market   int   // place in the bar's quotes; 0 is the hub
	Symbol   data.Symbol
	Side     Side
	Quantity money.Amount // in the first-named currency
	Price    float64      // paid or received a unit, slippage included
	Notional money.Amount // Quantity x Price, in quote currency
	Fee      money.Amount // on top of a buy's notional, out of a sell's; in quote currency

	HubUSD      float64 // the hub's open: dollars a bitcoin
	FeeUSD      float64 // Fee at the hub's open
	SlippageUSD float64 // Quantity x distance of Price from the open, at the hub's open
	Venue       string
	Reason      string // the order's, or one of those that nobody decided
}

// moved is the money that changes hands in quote currency: notional and fee of
// a buy, notional less fee of a sell.
func (f *Fill) moved() money.Amount {
	if f.Side == Sell {
		return f.Notional.Sub(f.Fee)
	}
	return f.Notional.Add(f.Fee)
}
