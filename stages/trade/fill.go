package trade

import "mantis/data"

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

// Fill is one executed trade in one market.
type Fill struct {
	Time     int64 // open instant of the bar it filled in
	Decided  int64 // close instant of the bar that decided it
	Market   int   // place in the bar's quotes; 0 is the hub
	Symbol   data.Symbol
	Side     Side
	Quantity float64 // in the first-named currency
	Price    float64 // paid or received a unit, slippage included
	Notional float64 // Quantity x Price, in quote currency
	Fee      float64 // on top of a buy's notional, out of a sell's; in quote currency

	FeeUSD      float64 // Fee at the hub's open
	SlippageUSD float64 // Quantity x distance of Price from the open, at the hub's open
	Reason      string  // the order's
}
