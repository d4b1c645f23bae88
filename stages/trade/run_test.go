package trade

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"mantis/data"
)

// eager is a broker that fills before the decision it answers.
type eager struct{ order *Order }

func (e *eager) Submit(_ context.Context, o Order) error { e.order = &o; return nil }
func (e *eager) Pending() bool                           { return false }
func (e *eager) Fills(_ context.Context, b *Bar, _ Holdings) ([]Fill, error) {
	if e.order == nil {
		return nil, nil
	}
	return []Fill{{Time: e.order.Decided - 1, Decided: e.order.Decided, Symbol: b.Quotes[0].Symbol}}, nil
}

func TestRunRefusesAFillBeforeItsDecision(t *testing.T) {
	time, known := grid(2)
	feed, _ := NewHistory(time, known, hub(2))
	ledger, _ := NewLedger(1000, 0)
	err := Run(context.Background(), feed, HoldBTC(), &eager{}, ledger, NewRecord(2, 0))
	if err == nil || !strings.Contains(err.Error(), "decided at") {
		t.Error(err)
	}
}

func TestRunRefusesBadBars(t *testing.T) {
	time, known := grid(3)
	bend := func(change func(time, known []int64, h, e *Series)) error {
		time, known := append([]int64(nil), time...), append([]int64(nil), known...)
		h, e := hub(3), eth(3)
		change(time, known, &h, &e)
		feed, err := NewHistory(time, known, h, e)
		if err != nil {
			return err
		}
		broker, _ := NewBacktest(Costs{})
		ledger, _ := NewLedger(1000, 1)
		return Run(context.Background(), feed, HoldBTC(), broker, ledger, NewRecord(3, 1))
	}
	for _, c := range []struct {
		want   string
		change func(time, known []int64, h, e *Series)
	}{
		{"", func(_, _ []int64, h, e *Series) {}},
		{"BTC-USD: open NaN", func(_, _ []int64, h, e *Series) { h.Open[1] = math.NaN() }},
		{"BTC-USD: open 100, close 0", func(_, _ []int64, h, e *Series) { h.Close[2] = 0 }},
		{"BTC-USD: open +Inf", func(_, _ []int64, h, e *Series) { h.Open[2] = math.Inf(1) }},
		{"ETH-BTC: open NaN", func(_, _ []int64, h, e *Series) { e.Open[2], e.Close[2], e.Filled[2] = nan(), nan(), true }},
		{"ETH-BTC: open NaN", func(_, _ []int64, h, e *Series) { e.Open[0], e.Close[0] = nan(), nan() }},
		{"when the bar before it was known", func(time, _ []int64, h, e *Series) { time[2]-- }},
		{"not after its open", func(_, known []int64, h, e *Series) { known[0] = 0 }},
		{"ETH-USD: not priced in BTC", func(_, _ []int64, h, e *Series) { e.Symbol = "ETH-USD" }},
		{"2 opens", func(_, _ []int64, h, e *Series) { e.Open = e.Open[:2] }},
	} {
		err := bend(c.change)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	feed, _ := NewHistory(nil, nil, Series{Symbol: "BTC-USD"})
	ledger, _ := NewLedger(1000, 0)
	if err := Run(ctx, feed, HoldBTC(), &eager{}, ledger, NewRecord(0, 0)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCostsAndCapitalAreChecked(t *testing.T) {
	for _, c := range []Costs{{Fee: -.001}, {Fee: .25}, {Slippage: math.NaN()}, {Slippage: .11}} {
		_, err := NewBacktest(c)
		if err == nil || data.Hint(err) == "" {
			t.Errorf("%+v: error %v, hint %q", c, err, data.Hint(err))
		}
	}
	for _, capital := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := NewLedger(capital, 0); err == nil {
			t.Errorf("capital %v passes", capital)
		}
	}
	if _, err := NewHistory(nil, nil); err == nil {
		t.Error("a feed of no market passes")
	}
	_, err := tryBacktest(1000, Costs{}, &script{decisions: []Decision{to(1, 1, 0)}}, hub(2))
	if err == nil || !strings.HasPrefix(err.Error(), "trade: bar 1970-01-01 00:00: strategy: weights 1/1/0") {
		t.Error(err)
	}
}

func BenchmarkRun(b *testing.B) {
	const bars = 6000
	time, known := grid(bars)
	btc, alt := walk("BTC-USD", bars, 20_000, 1), walk("ETH-BTC", bars, .07, 2)
	class := make([]int64, bars)
	for i := range class {
		class[i] = int64(i*7%5) + 1
	}
	b.ReportAllocs()
	for b.Loop() {
		feed, _ := NewHistory(time, known, btc, alt)
		strategy, _ := NewByClass(DefaultPolicy(), 1, Predictions{Time: time, Known: known, Class: class})
		broker, _ := NewBacktest(Costs{Fee: .001, Slippage: .0005})
		ledger, _ := NewLedger(DefaultCapital, 1)
		if err := Run(context.Background(), feed, strategy, broker, ledger, NewRecord(bars, 1)); err != nil {
			b.Fatal(err)
		}
	}
}
