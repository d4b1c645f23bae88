package trade

import (
	"math"

	"mantis/data/money"
)

// force makes the trades that need no order.
func (b *Backtest) force() error {
	for i := 1; i < len(b.legs); i++ {
		if b.bar.Quotes[i].Gone && b.held.Alts[i-1].Sign() > 0 {
			price := float64(b.bar.Quotes[i].Open * (1 - b.rules.DelistingLoss))
			if err := b.fillForced(i, b.held.Alts[i-1], price, Delisting); err != nil {
				return err
			}
		}
	}
	if err := b.raise(); err != nil {
		return err
	}
	paid := money.Min(b.held.Due, b.held.USD)
	b.held.Due, b.held.USD = b.held.Due.Sub(paid), b.held.USD.Sub(paid)
	return nil
}

// raise sells for the dollars that taxes need and that are not there. While the
// hub is quiet they stay owed.
func (b *Backtest) raise() error {
	need := b.held.Due.Sub(b.held.USD).Float()
	if !(need > 0) || b.bar.Quotes[0].Filled {
		return nil
	}
	if err := b.checkVolume(0); err != nil {
		return err
	}
	need = float64(need * (1 + 1e-15)) // floats round: rather a dust too much than too little
	b.price(0, need)
	l, least := b.legs[0], b.terms[0].MinFee
	gross := math.Max(need/l.received, (need+least)/(1-l.slip)) // worth of BTC to sell
	if lack := gross - float64(b.held.BTC.Float()*b.bar.Quotes[0].Open); lack > 0 {
		if err := b.raiseAlts(lack); err != nil {
			return err
		}
	}
	q := money.FromFloat(gross/b.bar.Quotes[0].Open, money.Up)
	return b.sellForced(0, q, l.slip)
}

// raiseAlts sells the same share of all alts that trade, to bring BTC worth
// lack dollars.
func (b *Backtest) raiseAlts(lack float64) error {
	brings := 0.0
	worth := make([]float64, len(b.legs))
	for i := 1; i < len(b.legs); i++ {
		if q := &b.bar.Quotes[i]; q.listed() && !q.Filled && b.held.Alts[i-1].Sign() > 0 {
			if err := b.checkVolume(i); err != nil {
				return err
			}
			worth[i] = float64(b.held.Alts[i-1].Float() * b.inUSD(i))
			b.price(i, math.Min(worth[i], lack))
			brings += math.Max(0, math.Min(float64(worth[i]*b.legs[i].received), float64(worth[i]*(1-b.legs[i].slip))-b.terms[i].MinFee))
		}
	}
	for i, w := range worth {
		if w > 0 && brings > 0 {
			share := math.Min(1, lack/brings)
			q := money.FromFloat(float64(share*b.held.Alts[i-1].Float()), money.Up)
			if share == 1 {
				q = b.held.Alts[i-1]
			}
			if err := b.sellForced(i, q, b.legs[i].slip); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Backtest) sellForced(i int, q money.Amount, slip float64) error {
	if err := b.checkSlip(i, slip); err != nil {
		return err
	}
	q = b.terms[i].stepped(q, money.Up)
	return b.fillForced(i, money.Min(q, b.have(i)), float64(b.bar.Quotes[i].Open*(1-slip)), ForTax)
}

func (b *Backtest) fillForced(i int, q money.Amount, price float64, reason string) error {
	if !(price > 0) {
		price = math.SmallestNonzeroFloat64 // worthless: it leaves the book all the same
	}
	return b.fill(i, Sell, q, price, reason)
}
