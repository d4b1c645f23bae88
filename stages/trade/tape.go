package trade

import (
	"fmt"
	"math"

	"mantis/data"
)

// defaultVolatilityBars are the returns that a standard deviation goes by.
const defaultVolatilityBars = 20

// tape is what is known of a market before a bar opens: what slippage goes by.
type tape struct {
	close   float64 // of the bar before; 0: none
	volume  float64 // of the latest bar that traded, NaN where it is not said
	returns []float64
	next    int // place of the next return
	seen    int
}

// add takes a closed bar in.
func (t *tape) add(q *Quote, bars int) {
	if t.close > 0 && q.Close > 0 {
		if t.returns == nil {
			t.returns = make([]float64, bars)
		}
		t.returns[t.next] = q.Close/t.close - 1
		t.next = (t.next + 1) % bars
		t.seen = min(t.seen+1, bars)
	}
	if t.close = q.Close; !q.Filled {
		t.volume = q.Volume
	}
}

// deviation is the standard deviation of the latest returns, 0 where there are
// fewer than two. They are added up from the oldest to the newest.
func (t *tape) deviation() float64 {
	if t.seen < 2 {
		return 0
	}
	n, bars := float64(t.seen), len(t.returns)
	at := func(i int) float64 { return t.returns[(t.next-t.seen+i+bars)%bars] }
	mean := 0.0
	for i := range t.seen {
		mean += at(i)
	}
	mean /= n
	sum := 0.0
	for i := range t.seen {
		d := at(i) - mean
		sum += float64(d * d)
	}
	return math.Sqrt(sum / (n - 1))
}

// slip is the share of the open that a fill of a quantity is moved by.
func (b *Backtest) slip(i int, quantity float64) float64 {
	c := &b.terms[i]
	s := float64(c.Spread/2) + c.Slippage
	if c.Volume > 0 {
		s += float64(c.Volume * quantity / b.tapes[i].volume)
	}
	if c.Volatility > 0 {
		s += float64(c.Volatility * b.legs[i].deviation)
	}
	return s
}

// checkVolume refuses to go by a volume that there is not.
func (b *Backtest) checkVolume(i int) error {
	if b.terms[i].Volume == 0 || b.tapes[i].volume > 0 {
		return nil
	}
	err := fmt.Errorf("%s: no volume in the latest bar that traded, which slippage_volume goes by", b.bar.Quotes[i].Symbol)
	return data.WithHint(err, "give candles with volumes, or set backtest.slippage_volume=0")
}

// checkSlip refuses a price that no market would give.
func (b *Backtest) checkSlip(i int, slip float64) error {
	if slip <= maxSlip {
		return nil
	}
	err := fmt.Errorf("%s: slippage of %.3g %% of the open", b.bar.Quotes[i].Symbol, 100*slip)
	return data.WithHint(err, "the order is too large for the market's volume: less backtest.capital, or a smaller backtest.slippage_volume")
}
