package trade

import (
	"errors"
	"fmt"
)

// ErrOverdrawn is a fill that would leave less than nothing of a currency.
var ErrOverdrawn = errors.New("overdrawn")

// Holdings are the quantities owned: dollars, bitcoin, and each alt in the
// order of the markets.
type Holdings struct {
	USD, BTC float64
	Alts     []float64
}

// Value is what holdings are worth at one set of prices.
type Value struct {
	USD     float64 // dollars + quantity x price, an alt priced through bitcoin
	BTC     float64 // the same in bitcoin: USD / price of the hub
	Alt     float64 // the alts alone, in dollars
	Weights Weights
}

// When a value is taken.
const (
	atOpen  = true
	atClose = false
)

// at is the price at the open or at the close.
func (q *Quote) at(open bool) float64 {
	if open {
		return q.Open
	}
	return q.Close
}

// value prices the holdings. The sum in bitcoin is built up in bitcoin, so
// that bitcoin alone is worth exactly itself at every price.
func (h *Holdings) value(quotes []Quote, open bool) Value {
	hub := quotes[0].at(open)
	var altBTC, altUSD float64
	for i, q := range h.Alts {
		if q > 0 {
			inBTC := float64(q * quotes[i+1].at(open))
			altBTC += inBTC
			altUSD += float64(inBTC * hub)
		}
	}
	v := Value{Alt: altUSD}
	btcUSD := float64(h.BTC * hub)
	v.USD = h.USD + btcUSD + altUSD
	v.BTC = float64(h.USD/hub) + h.BTC + altBTC
	v.Weights = Weights{USD: h.USD / v.USD, BTC: btcUSD / v.USD, Alt: altUSD / v.USD}
	return v
}

// shares writes the weight of dollars, bitcoin and each alt at the opens.
func (h *Holdings) shares(quotes []Quote, dst []float64) []float64 {
	v := h.value(quotes, atOpen)
	dst = append(dst[:0], v.Weights.USD, v.Weights.BTC)
	for i, q := range h.Alts {
		w := 0.0
		if q > 0 {
			w = float64(float64(q*quotes[i+1].Open)*quotes[0].Open) / v.USD
		}
		dst = append(dst, w)
	}
	return dst
}

// apply books a fill: the fee adds to what a buy costs and comes off what a
// sell brings. It changes nothing and returns ErrOverdrawn where a balance
// would go below zero.
func (h *Holdings) apply(f *Fill) error {
	if f.Market < 0 || f.Market > len(h.Alts) {
		return fmt.Errorf("fill: market %d of %d", f.Market, len(h.Alts)+1)
	}
	cash, asset := &h.USD, &h.BTC
	if f.Market > 0 {
		cash, asset = &h.BTC, &h.Alts[f.Market-1]
	}
	pays, gets := -(f.Notional + f.Fee), f.Quantity
	if f.Side == Sell {
		pays, gets = f.Notional-f.Fee, -f.Quantity
	}
	if !(*cash+pays >= 0) || !(*asset+gets >= 0) {
		return fmt.Errorf("%s %s %v for %v: %w", f.Side, f.Symbol, f.Quantity, f.Notional, ErrOverdrawn)
	}
	*cash += pays
	*asset += gets
	return nil
}

// copyFrom makes h equal to other without sharing memory.
func (h *Holdings) copyFrom(other Holdings) {
	h.USD, h.BTC = other.USD, other.BTC
	h.Alts = append(h.Alts[:0], other.Alts...)
}
