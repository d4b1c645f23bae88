package trade

import (
	"mantis/data/money"
	"mantis/data/num"
)

// Row is one bar as the journal gets it: what was held and decided at its
// close. Values at the first bar that look back are NaN.
type Row struct {
	Time, Known int64

	USD, BTC float64   // quantities held
	Alts     []float64 // quantity of each alt; a view
	AltUSD   float64   // worth of all alts, in dollars

	EquityUSD, EquityBTC float64
	ReturnUSD, ReturnBTC float64 // against the row before; NaN in the first
	CumUSD, CumBTC       float64 // against the first row, where they are 0

	Held   Weights // at the closes
	Change Weights // of Held, against the row before; NaN in the first

	BTCPrice  float64 // close of the hub
	BTCChange float64 // of BTCPrice, close to close; NaN in the first
	AltChange float64 // mean over the alts of their price in BTC, close to close; NaN where there is none

	Turnover    float64 // of this bar's fills: half the sum of |weight after - before| over all assets, at the opens
	FeesUSD     float64 // of this bar's fills
	SlippageUSD float64 // of this bar's fills
	TaxUSD      float64 // paid in this bar
	OwedUSD     float64 // taxes due, and accrued in the year so far: Equity is without it
	Pending     bool    // part of an earlier decision waits on after this bar's fills

	Decision Decision // made at this close
}

// tally builds each row from the one before and the bar's fills.
type tally struct {
	now            Row
	last, first    Value   // at the bar before, and at the first
	price          float64 // close of the hub in the bar before
	started        bool
	alts           []float64 // closes of the alts in the bar before
	held           []float64
	fees, slippage float64
	turnover       float64
	tax            float64
}

// fill adds the costs of a fill to the coming row.
func (t *tally) fill(f *Fill) {
	t.fees += f.FeeUSD
	t.slippage += f.SlippageUSD
}

// row is the row of a marked bar, less its decision. It is valid until the
// next call.
func (t *tally) row(b *Bar, held Holdings, v Value) *Row {
	last, price := t.last, t.price
	t.last, t.price = v, b.Quotes[0].Close
	t.now = Row{
		Time: b.Time, Known: b.Known,
		USD: held.USD.Float(), BTC: held.BTC.Float(), Alts: t.quantities(held.Alts), AltUSD: v.Alt,
		EquityUSD: v.USD, EquityBTC: v.BTC, Held: v.Weights,
		BTCPrice: t.price, AltChange: t.altChange(b),
		Turnover: t.turnover, FeesUSD: t.fees, SlippageUSD: t.slippage,
		TaxUSD: t.tax, OwedUSD: v.Owed.Float(),
	}
	t.fees, t.slippage, t.turnover, t.tax = 0, 0, 0, 0
	r, nan := &t.now, num.NaN()
	if !t.started {
		t.started, t.first = true, v
		r.ReturnUSD, r.ReturnBTC, r.BTCChange = nan, nan, nan
		r.Change = Weights{nan, nan, nan}
		return r
	}
	r.ReturnUSD = v.USD/last.USD - 1
	r.ReturnBTC = v.BTC/last.BTC - 1
	r.CumUSD = v.USD/t.first.USD - 1
	r.CumBTC = v.BTC/t.first.BTC - 1
	r.BTCChange = r.BTCPrice/price - 1
	r.Change = v.Weights.sub(last.Weights)
	return r
}

// quantities are amounts as floats.
func (t *tally) quantities(alts []money.Amount) []float64 {
	t.held = t.held[:0]
	for _, q := range alts {
		t.held = append(t.held, q.Float())
	}
	return t.held
}

// altChange is the mean change of the alts that had a price at both closes, and
// are still there.
func (t *tally) altChange(b *Bar) float64 {
	sum, n := 0.0, 0
	if t.alts == nil {
		t.alts = make([]float64, len(b.Quotes)-1)
	}
	for i := range t.alts {
		price := b.Quotes[i+1].Close
		if t.alts[i] > 0 && price > 0 && !b.Quotes[i+1].Gone {
			sum += price/t.alts[i] - 1
			n++
		}
		t.alts[i] = price
	}
	return num.Canonical(sum / float64(n))
}
