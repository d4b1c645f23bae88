package trade

import (
	"fmt"
	"math"
)

// Rules are what a backtest's broker goes by.
type Rules struct {
	Costs          Costs     // of every market
	Markets        []Costs   // of each market in their order, the hub first; nil: Costs
	Weights        []float64 // of the alts in the bucket, relative, above 0; nil: equal ones
	Delay          int       // bars from the decision's close to the fill's open; 0 and 1: the next bar
	VolatilityBars int       // latest returns that Costs.Volatility goes by; 0: 20
	DelistingLoss  float64   // share of the last close that is lost where an alt is taken off the market
}

// Validate refuses what no broker can go by.
func (r Rules) Validate() error {
	for _, c := range append([]Costs{r.Costs}, r.Markets...) {
		if err := c.Validate(); err != nil {
			return err
		}
	}
	for _, w := range r.Weights {
		if !(w > 0 && w <= math.MaxFloat64) {
			return fmt.Errorf("weight %v of an alt: want a number above 0", w)
		}
	}
	switch {
	case r.Delay < 0 || r.Delay > 100_000:
		return fmt.Errorf("delay %d: want 1 bar or more", r.Delay)
	case r.VolatilityBars < 0 || r.VolatilityBars == 1 || r.VolatilityBars > 100_000:
		return fmt.Errorf("volatility_bars %d: want 2 or more", r.VolatilityBars)
	case !(r.DelistingLoss >= 0 && r.DelistingLoss <= 1):
		return fmt.Errorf("delisting_loss %v: want a share from 0 to 1", r.DelistingLoss)
	}
	return nil
}

// market are the costs of one market.
func (r *Rules) market(i int) Costs {
	if r.Markets == nil {
		return r.Costs
	}
	return r.Markets[i]
}

// weight is the relative weight of an alt, counted from 0.
func (r *Rules) weight(alt int) float64 {
	if r.Weights == nil {
		return 1
	}
	return r.Weights[alt]
}
