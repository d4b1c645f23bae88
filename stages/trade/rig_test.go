package trade

import (
	"context"
	"math"
	"testing"

	"mantis/data"
	"mantis/data/money"
)

const sixHours = int64(6 * data.Hour)

// grid gives n open instants six hours apart, and the closes.
func grid(n int) (time, known []int64) {
	for t := range int64(n) {
		time, known = append(time, t*sixHours), append(known, (t+1)*sixHours)
	}
	return time, known
}

// script is a strategy that gives its decisions in turn, then keeps.
type script struct {
	decisions []Decision
	seen      int
}

func (s *script) Decide(*Bar, Weights) (Decision, error) {
	s.seen++
	if s.seen > len(s.decisions) {
		return Decision{}, nil
	}
	return s.decisions[s.seen-1], nil
}

// to is a decision for a target.
func to(usd, btc, alt float64) Decision {
	return Decision{Action: Rebalance, Target: Weights{usd, btc, alt}, Reason: "test"}
}

// backtest runs a strategy over series and returns what was taken down.
func backtest(t testing.TB, capital float64, costs Costs, strategy Strategy, series ...Series) *Record {
	t.Helper()
	record, err := tryBacktest(capital, costs, strategy, series...)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func tryBacktest(capital float64, costs Costs, strategy Strategy, series ...Series) (*Record, error) {
	time, known := grid(len(series[0].Close))
	feed, err := NewHistory(time, known, series...)
	if err != nil {
		return nil, err
	}
	broker, err := NewBacktest(costs)
	if err != nil {
		return nil, err
	}
	ledger, err := NewLedger(capital, len(series)-1)
	if err != nil {
		return nil, err
	}
	record := NewRecord(feed.Len(), len(series)-1)
	return record, Run(context.Background(), feed, strategy, broker, ledger, record)
}

// near compares to a relative tolerance, NaN being near NaN.
func near(got, want, tolerance float64) bool {
	if math.IsNaN(want) || math.IsNaN(got) {
		return math.IsNaN(want) && math.IsNaN(got)
	}
	return math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))
}

func wantNear(t testing.TB, name string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", name, len(got), len(want))
		return
	}
	for i := range got {
		if !near(got[i], want[i], tolerance) {
			t.Errorf("%s[%d] = %v, want %v", name, i, got[i], want[i])
		}
	}
}

func nan() float64 { return math.NaN() }

// amount is money as it is written down.
func amount(x float64) money.Amount { return money.Decimal(x) }
