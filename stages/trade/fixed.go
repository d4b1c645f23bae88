package trade

import "fmt"

// Fixed is a strategy that knows nothing: it aims at the same weights always.
// The baselines are Fixed. It serves one run.
type Fixed struct {
	target Weights
	every  int // 0: decides on the first bar only
	seen   int
	reason string
}

// NewFixed aims at the target on the first bar and on every every-th one after
// it; 0 decides once and holds from then on.
func NewFixed(target Weights, every int, reason string) (*Fixed, error) {
	if err := target.Validate(); err != nil {
		return nil, fmt.Errorf("strategy: %w", err)
	}
	if every < 0 {
		return nil, fmt.Errorf("strategy: decides every %d bars: want 0 or more", every)
	}
	return &Fixed{target: target, every: every, reason: reason}, nil
}

// HoldBTC buys bitcoin once.
func HoldBTC() *Fixed { return &Fixed{target: Weights{BTC: 1}, reason: "hold btc"} }

// HoldAlt buys the alts that are listed at the start once; where there are
// none it holds bitcoin.
func HoldAlt() *Fixed { return &Fixed{target: Weights{Alt: 1}, reason: "hold alt"} }

// HoldUSD never trades out of dollars.
func HoldUSD() *Fixed { return &Fixed{target: Weights{USD: 1}, reason: "hold usd"} }

// Neutral returns to the default policy's weights for class 3, the class of no
// expected change, on every every-th bar.
func Neutral(every int) (*Fixed, error) { return NewFixed(DefaultPolicy()[2], every, "neutral") }

// Decide aims at the target when it is due.
func (f *Fixed) Decide(*Bar, Weights) (Decision, error) {
	due := f.seen == 0 || (f.every > 0 && f.seen%f.every == 0)
	f.seen++
	if !due {
		return Decision{}, nil
	}
	return Decision{Action: Rebalance, Target: f.target, Reason: f.reason}, nil
}
