package trade

import "fmt"

// DefaultCapital is the equity a backtest starts with, in dollars.
const DefaultCapital = 10_000

// Ledger keeps what is owned and what it is worth. Its only inputs are fills
// and marks; dollars + quantity x mark = equity holds at every mark.
type Ledger struct {
	held Holdings
}

// NewLedger starts with capital in dollars and none of the given number of alts.
func NewLedger(capital float64, alts int) (*Ledger, error) {
	if !priced(capital) {
		return nil, fmt.Errorf("ledger: capital %v: want dollars above 0", capital)
	}
	return &Ledger{held: Holdings{USD: capital, Alts: make([]float64, alts)}}, nil
}

// Book takes a fill in. The ledger is unchanged where that fails.
func (l *Ledger) Book(f *Fill) error {
	if err := l.held.apply(f); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}

// Mark values what is owned at the bar's closes.
func (l *Ledger) Mark(b *Bar) Value {
	return l.held.value(b.Quotes, atClose)
}

// Held is what is owned now. Its Alts are a view: read them before the next fill.
func (l *Ledger) Held() Holdings { return l.held }
