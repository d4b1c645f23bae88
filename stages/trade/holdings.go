package trade

import (
	"errors"
	"fmt"

	"mantis/data/money"
)

// ErrOverdrawn is a fill that would leave less than nothing of a currency.
var ErrOverdrawn = errors.New("overdrawn")

// ErrAmount is money that no ledger can hold.
var ErrAmount = errors.New("an amount of 1.7e20 or more, or none at all")

// Holdings are the quantities owned: dollars, bitcoin, and each alt in the
// order of the markets; and the taxes to be paid out of the dollars.
type Holdings struct {
	USD, BTC money.Amount
	Alts     []money.Amount
	Due      money.Amount
}

// Value is what holdings are worth at one set of prices.
type Value struct {
	Equity    money.Amount // dollars + positions, less Owed
	EquityBTC money.Amount // the same in bitcoin
	Owed      money.Amount // taxes due, and those on the gains of the year so far; dollars

	USD     float64 // Equity
	BTC     float64 // EquityBTC
	Alt     float64 // the alts alone, in dollars
	Weights Weights // of dollars + positions
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

// value prices the holdings, less what is owed. Each position is rounded to
// units once, half to even, an alt first to bitcoin and then to dollars; the
// sums are exact. The sum in bitcoin is built up in bitcoin, so that bitcoin
// alone is worth exactly itself at every price.
func (h *Holdings) value(quotes []Quote, open bool, owed money.Amount) Value {
	hub := quotes[0].at(open)
	var altBTC, altUSD money.Amount
	for i, q := range h.Alts {
		if q.Sign() != 0 {
			inBTC := q.Times(quotes[i+1].at(open), money.HalfEven)
			altBTC = altBTC.Add(inBTC)
			altUSD = altUSD.Add(inBTC.Times(hub, money.HalfEven))
		}
	}
	btcUSD := h.BTC.Times(hub, money.HalfEven)
	gross := h.USD.Add(btcUSD).Add(altUSD)
	v := Value{Owed: owed, Equity: gross.Sub(owed)}
	v.EquityBTC = h.USD.Sub(owed).Over(hub, money.HalfEven).Add(h.BTC).Add(altBTC)
	v.USD, v.BTC, v.Alt = v.Equity.Float(), v.EquityBTC.Float(), altUSD.Float()
	all := gross.Float()
	v.Weights = Weights{USD: h.USD.Float() / all, BTC: btcUSD.Float() / all, Alt: v.Alt / all}
	return v
}

// shares writes the weight of dollars, bitcoin and each alt at the opens.
func (h *Holdings) shares(quotes []Quote, dst []float64) []float64 {
	hub, usd, btc := quotes[0].Open, h.USD.Float(), h.BTC.Float()
	dst = append(dst[:0], usd, float64(btc*hub))
	all := dst[0] + dst[1]
	for i, q := range h.Alts {
		w := 0.0
		if q.Sign() > 0 {
			w = float64(float64(q.Float()*quotes[i+1].Open) * hub)
		}
		dst = append(dst, w)
		all += w
	}
	for i := range dst {
		dst[i] /= all
	}
	return dst
}

// apply books a fill: the fee adds to what a buy costs and comes off what a
// sell brings. It changes nothing and returns ErrOverdrawn where a balance
// would go below zero, and ErrAmount where one would be too large.
func (h *Holdings) apply(f *Fill) error {
	if f.Market < 0 || f.Market > len(h.Alts) {
		return fmt.Errorf("fill: market %d of %d", f.Market, len(h.Alts)+1)
	}
	cash, asset := &h.USD, &h.BTC
	if f.Market > 0 {
		cash, asset = &h.BTC, &h.Alts[f.Market-1]
	}
	pays, gets := f.moved().Neg(), f.Quantity
	if f.Side == Sell {
		pays, gets = pays.Neg(), gets.Neg()
	}
	left, owned := cash.Add(pays), asset.Add(gets)
	if !left.Valid() || !owned.Valid() {
		return fmt.Errorf("%s %s %v for %v: %w", f.Side, f.Symbol, f.Quantity, f.Notional, ErrAmount)
	}
	if left.Sign() < 0 || owned.Sign() < 0 || f.Quantity.Sign() < 0 || f.Fee.Sign() < 0 {
		return fmt.Errorf("%s %s %v for %v: %w", f.Side, f.Symbol, f.Quantity, f.Notional, ErrOverdrawn)
	}
	*cash, *asset = left, owned
	return nil
}

// copyFrom makes h equal to other without sharing memory.
func (h *Holdings) copyFrom(other Holdings) {
	alts := append(h.Alts[:0], other.Alts...)
	*h = other
	h.Alts = alts
}
