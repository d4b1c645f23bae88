package trade

import (
	"errors"
	"fmt"

	"mantis/data/money"
)

// DefaultCapital is the equity a backtest starts with, in dollars.
const DefaultCapital = 10_000

// ErrInsolvent is an equity of nothing or less.
var ErrInsolvent = errors.New("nothing is left after taxes")

// Ledger keeps what is owned and what it is worth, to the unit. Its only inputs
// are fills and marks, and the clock that ends tax years;
//
//	dollars + positions at the mark - taxes owed = equity
//
// holds at every mark, and where lots are kept
//
//	dollars + costs of the lots = capital + realised gains - taxes paid
//
// after every fill.
type Ledger struct {
	held  Holdings
	books *accounts // nil: no lots are kept
}

// NewLedger starts with capital in dollars and none of the given number of alts.
func NewLedger(capital float64, alts int) (*Ledger, error) {
	usd := money.Decimal(capital)
	if usd.Sign() <= 0 {
		return nil, fmt.Errorf("ledger: capital %v: want dollars above 0, and less than 1.7e20", capital)
	}
	return &Ledger{held: Holdings{USD: usd, Alts: make([]money.Amount, alts)}}, nil
}

// KeepLots makes the ledger keep lots from the first fill on, and tax gains by
// the rules.
func (l *Ledger) KeepLots(t Taxes) error {
	if err := t.Validate(); err != nil {
		return err
	}
	l.books = newAccounts(t, len(l.held.Alts)+1)
	return nil
}

// Turn tells the ledger that it is an instant: the tax on a year that is over
// by then falls due.
func (l *Ledger) Turn(now int64) {
	if l.books != nil {
		l.held.Due = l.held.Due.Add(l.books.turn(now))
	}
}

// Book takes a fill in. The ledger is unchanged where that fails.
func (l *Ledger) Book(f *Fill) error {
	if err := l.held.apply(f); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if l.books != nil {
		if err := l.books.book(f); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
	}
	return nil
}

// Pay pays the taxes that are due out of the dollars that there are, and says
// how much.
func (l *Ledger) Pay(now int64) money.Amount {
	if l.held.Due.Sign() == 0 {
		return money.Amount{}
	}
	paid := money.Min(l.held.Due, l.held.USD)
	l.held.Due, l.held.USD = l.held.Due.Sub(paid), l.held.USD.Sub(paid)
	l.books.paid = l.books.paid.Add(paid)
	if l.held.Due.Sign() == 0 {
		l.books.settle(now)
	}
	return paid
}

// Mark values what is owned at the bar's closes. ErrInsolvent means that taxes
// are owed that nothing is left to pay with.
func (l *Ledger) Mark(b *Bar) (Value, error) {
	owed := l.held.Due
	if l.books != nil {
		owed = owed.Add(l.books.accrued())
	}
	v := l.held.value(b.Quotes, atClose, owed)
	switch {
	case !v.Equity.Valid() || !v.EquityBTC.Valid():
		return v, fmt.Errorf("ledger: equity: %w", ErrAmount)
	case v.Equity.Sign() <= 0 && owed.Sign() > 0:
		return v, fmt.Errorf("ledger: %s USD of taxes owed: %w", owed.Fixed(2), ErrInsolvent)
	}
	return v, nil
}

// Held is what is owned now. Its Alts are a view: read them before the next fill.
func (l *Ledger) Held() Holdings { return l.held }
