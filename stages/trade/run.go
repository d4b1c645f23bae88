package trade

import (
	"context"
	"fmt"
	"math"

	"mantis/data"
)

// Feed gives closed bars in order.
type Feed interface {
	// Next writes the next closed bar into b, which it may reuse from call to
	// call, and returns false where there is none. A live feed waits.
	Next(ctx context.Context, b *Bar) (bool, error)
}

// Strategy decides what to hold.
type Strategy interface {
	// Decide is called once a bar, in order, when the bar has closed. held are
	// the weights at the closes.
	Decide(b *Bar, held Weights) (Decision, error)
}

// Broker turns orders into fills.
type Broker interface {
	// Fills are the trades since the last call, in the order of booking, given
	// what is held before them. Held.Due dollars are to be left over for taxes.
	Fills(ctx context.Context, b *Bar, held Holdings) ([]Fill, error)
	// Pending says whether a part of the last order still waits.
	Pending() bool
	// Submit takes an order in the place of all that waits.
	Submit(ctx context.Context, o Order) error
}

// Journal takes down what happened. What the pointers lead to is valid during
// the call only.
type Journal interface {
	Fill(f *Fill) error // each fill, before the row of its bar
	Row(r *Row) error   // each bar, once
}

// Run drives the loop until the feed ends, the context is done or something
// fails. Equity at the first bar's close is the ledger's capital; the first
// decision is made there and fills in the second bar. A tax that fell due with
// the year before is paid in a bar after its fills, as far as there are dollars.
// Errors name the bar.
func Run(ctx context.Context, feed Feed, strategy Strategy, broker Broker, ledger *Ledger, journal Journal) error {
	l := loop{strategy: strategy, broker: broker, ledger: ledger, journal: journal}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		ok, err := feed.Next(ctx, &l.bar)
		if err != nil {
			return fmt.Errorf("trade: feed: %w", err)
		}
		if !ok {
			return nil
		}
		if err := l.guard.check(&l.bar); err != nil {
			return fmt.Errorf("trade: %w", err)
		}
		if err := l.step(ctx); err != nil {
			return fmt.Errorf("trade: bar %s: %w", data.Stamp(l.bar.Time), err)
		}
	}
}

// loop is what lives from bar to bar.
type loop struct {
	strategy Strategy
	broker   Broker
	ledger   *Ledger
	journal  Journal

	guard         guard
	bar           Bar
	tally         tally
	before, after []float64 // shares around the fills of a bar
}

// step is one bar: taxes due, fills, marks, decision, order, row.
func (l *loop) step(ctx context.Context) error {
	if n := len(l.ledger.held.Alts); n != len(l.bar.Quotes)-1 {
		return fmt.Errorf("ledger of %d alts, feed of %d", n, len(l.bar.Quotes)-1)
	}
	l.ledger.Turn(l.bar.Time)
	if err := l.fills(ctx); err != nil {
		return err
	}
	l.tally.tax = l.ledger.Pay(l.bar.Time).Float()
	waits := l.broker.Pending()
	value, err := l.ledger.Mark(&l.bar)
	if err != nil {
		return err
	}
	decision, err := l.strategy.Decide(&l.bar, value.Weights)
	if err != nil {
		return fmt.Errorf("strategy: %w", err)
	}
	if decision.Action == Rebalance {
		if err := decision.Target.Validate(); err != nil {
			return fmt.Errorf("strategy: %w", err)
		}
		order := Order{Decided: l.bar.Known, Target: decision.Target, Reason: decision.Reason}
		if err := l.broker.Submit(ctx, order); err != nil {
			return fmt.Errorf("broker: %w", err)
		}
	}
	row := l.tally.row(&l.bar, l.ledger.Held(), value)
	row.Decision, row.Pending = decision, waits
	if err := l.journal.Row(row); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// fills books what the broker filled. A fill from before its decision is refused.
func (l *loop) fills(ctx context.Context) error {
	fills, err := l.broker.Fills(ctx, &l.bar, l.ledger.Held())
	if err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	if len(fills) == 0 {
		return nil
	}
	l.before = l.ledger.held.shares(l.bar.Quotes, l.before)
	for i := range fills {
		f := &fills[i]
		if f.Time < f.Decided {
			return fmt.Errorf("broker: %s filled at %s, decided at %s", f.Symbol, data.Stamp(f.Time), data.Stamp(f.Decided))
		}
		if err := l.ledger.Book(f); err != nil {
			return err
		}
		if err := l.journal.Fill(f); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		l.tally.fill(f)
	}
	l.after = l.ledger.held.shares(l.bar.Quotes, l.after)
	moved := 0.0
	for i := range l.after {
		moved += math.Abs(l.after[i] - l.before[i])
	}
	l.tally.turnover = float64(moved / 2)
	return nil
}
