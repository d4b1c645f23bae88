package trade

import (
	"fmt"
	"time"

	"mantis/data"
	"mantis/data/money"
)

// Taxes say how gains are taxed. Years are calendar years, in UTC. It is a
// model of a tax law and none in particular: no allowances, no wash sales, and
// no other income that losses could be set against.
type Taxes struct {
	Method   Method  // which lots a disposal takes
	Short    float64 // rate on gains of what was held LongDays or less
	Long     float64 // rate on gains of what was held longer
	LongDays int     // of 24 hours
	Carry    bool    // losses that find no gain are carried into the years after
}

// Validate refuses an unknown method and rates outside 0 to 1.
func (t Taxes) Validate() error {
	switch t.Method {
	case FIFO, LIFO, HIFO, Average:
	default:
		return fmt.Errorf("tax.method %q: want fifo, lifo, hifo or average", t.Method)
	}
	for _, rate := range []float64{t.Short, t.Long} {
		if !(rate >= 0 && rate <= 1) {
			return data.WithHint(fmt.Errorf("tax.short, tax.long: %v: want a rate from 0 to 1", rate), "0.25 is 25 %")
		}
	}
	if t.LongDays < 0 || t.LongDays > 100_000 {
		return fmt.Errorf("tax.long_days %d: want days, 0 or more", t.LongDays)
	}
	return nil
}

// Any says whether there is anything to pay.
func (t Taxes) Any() bool { return t.Short > 0 || t.Long > 0 }

// TaxYear is one year's gains and what they cost.
type TaxYear struct {
	Year                  int
	ShortGain, ShortLoss  money.Amount // of disposals, both 0 or more
	LongGain, LongLoss    money.Amount
	ShortCarry, LongCarry money.Amount // losses of the years before, 0 or more

	Short, Long money.Amount // after netting; below zero: a loss
	Tax         money.Amount
	Over        bool  // the year has ended
	Paid        int64 // when the tax was paid; data.Null: not yet, or there was none
}

// net settles the year: within each class gains less losses less what was
// carried, and a class below zero is set against the other.
func (y *TaxYear) net(short, long money.Amount) {
	y.Short = y.ShortGain.Sub(y.ShortLoss).Sub(y.ShortCarry)
	y.Long = y.LongGain.Sub(y.LongLoss).Sub(y.LongCarry)
	if y.Short.Sign() < 0 && y.Long.Sign() > 0 {
		y.offset(&y.Short, &y.Long)
	} else if y.Long.Sign() < 0 && y.Short.Sign() > 0 {
		y.offset(&y.Long, &y.Short)
	}
	y.Tax = money.Amount{}
	if y.Short.Sign() > 0 {
		y.Tax = y.Tax.Add(y.Short.Rate(short, money.HalfEven))
	}
	if y.Long.Sign() > 0 {
		y.Tax = y.Tax.Add(y.Long.Rate(long, money.HalfEven))
	}
}

func (y *TaxYear) offset(loss, gain *money.Amount) {
	by := money.Min(loss.Neg(), *gain)
	*loss, *gain = loss.Add(by), gain.Sub(by)
}

// accounts are the lots, what was realised, and the taxes on it.
type accounts struct {
	rules       Taxes
	short, long money.Amount // rates
	pools       []pool       // bitcoin, then the alts
	disposals   []Disposal
	years       []TaxYear    // those that are over
	now         TaxYear      // the running one
	stale       bool         // now was not netted since its last disposal
	paid        money.Amount // taxes
}

func newAccounts(t Taxes, assets int) *accounts {
	a := &accounts{rules: t, short: money.Decimal(t.Short), long: money.Decimal(t.Long), pools: make([]pool, assets)}
	for i := range a.pools {
		a.pools[i].method = t.Method
	}
	return a
}

// turn ends the years before an instant and gives the tax that falls due.
func (a *accounts) turn(now int64) (due money.Amount) {
	year := time.UnixMicro(now).UTC().Year()
	if a.now.Year == 0 {
		a.now = TaxYear{Year: year, Paid: data.Null}
	}
	for a.now.Year < year {
		a.accrued()
		over := a.now
		over.Over = true
		due = due.Add(over.Tax)
		a.years = append(a.years, over)
		a.now = TaxYear{Year: over.Year + 1, Paid: data.Null}
		if a.rules.Carry {
			if over.Short.Sign() < 0 {
				a.now.ShortCarry = over.Short.Neg()
			}
			if over.Long.Sign() < 0 {
				a.now.LongCarry = over.Long.Neg()
			}
		}
		a.stale = true
	}
	return due
}

// settle notes when the years that are over were paid for.
func (a *accounts) settle(now int64) {
	for i := range a.years {
		if y := &a.years[i]; y.Paid == data.Null && y.Tax.Sign() > 0 {
			y.Paid = now
		}
	}
}

// accrued is the tax that the running year would cost if it ended now.
func (a *accounts) accrued() money.Amount {
	if a.stale {
		a.now.net(a.short, a.long)
		a.stale = false
	}
	return a.now.Tax
}

// book moves lots for a fill. A swap of bitcoin and an alt is worth, in
// dollars, the bitcoin that changes hands, fee included, at the hub's open.
func (a *accounts) book(f *Fill) error {
	moved := f.moved()
	if f.Market == 0 {
		if f.Side == Buy {
			a.acquire(0, f.Time, f.Quantity, moved)
			return nil
		}
		return a.dispose(f, 0, -1, f.Quantity, moved)
	}
	worth := moved.Times(f.HubUSD, money.HalfEven)
	if !worth.Valid() {
		return fmt.Errorf("%s %s %v at a hub of %v: %w", f.Side, f.Symbol, f.Quantity, f.HubUSD, ErrAmount)
	}
	if f.Side == Buy {
		a.acquire(f.Market, f.Time, f.Quantity, worth)
		return a.dispose(f, 0, f.Market, moved, worth)
	}
	a.acquire(0, f.Time, moved, worth)
	return a.dispose(f, f.Market, 0, f.Quantity, worth)
}

func (a *accounts) acquire(asset int, when int64, quantity, cost money.Amount) {
	if quantity.Sign() > 0 {
		a.pools[asset].add(Lot{Asset: asset, Acquired: when, Quantity: quantity, Cost: cost})
	}
}

func (a *accounts) dispose(f *Fill, asset, into int, quantity, proceeds money.Amount) (err error) {
	first := len(a.disposals)
	a.disposals, err = a.pools[asset].take(Disposal{Time: f.Time, Asset: asset, Into: into, Reason: f.Reason}, quantity, proceeds, a.disposals)
	a.stale = true
	limit := int64(a.rules.LongDays) * int64(data.Day)
	for i := first; i < len(a.disposals); i++ {
		d := &a.disposals[i]
		d.Long = d.Time-d.Acquired > limit
		gain, loss := &a.now.ShortGain, &a.now.ShortLoss
		if d.Long {
			gain, loss = &a.now.LongGain, &a.now.LongLoss
		}
		if g := d.Gain(); g.Sign() > 0 {
			*gain = gain.Add(g)
		} else {
			*loss = loss.Sub(g)
		}
	}
	return err
}

// Disposals are what was given away so far, in the order of the fills; none
// where no lots are kept.
func (l *Ledger) Disposals() []Disposal {
	if l.books == nil {
		return nil
	}
	return l.books.disposals
}

// Lots are those that are held, by asset and then by age.
func (l *Ledger) Lots() (out []Lot) {
	if l.books == nil {
		return nil
	}
	for i := range l.books.pools {
		out = append(out, l.books.pools[i].open()...)
	}
	return out
}

// TaxYears are the years so far, the running one last.
func (l *Ledger) TaxYears() []TaxYear {
	if l.books == nil || l.books.now.Year == 0 {
		return nil
	}
	l.books.accrued()
	return append(append([]TaxYear(nil), l.books.years...), l.books.now)
}

// TaxPaid is what was paid so far, in dollars.
func (l *Ledger) TaxPaid() money.Amount {
	if l.books == nil {
		return money.Amount{}
	}
	return l.books.paid
}
