package trade

import (
	"fmt"
	"math"
)

// weightSlack is how far from 1 the sum of weights may be.
const weightSlack = 1e-9

// Weights are shares of equity, as fractions that add up to 1. Alt is the
// share of the whole bucket, which the listed alts divide equally.
type Weights struct{ USD, BTC, Alt float64 }

// Validate refuses a share that is negative or no number, and a sum that is
// further than 1e-9 from 1.
func (w Weights) Validate() error {
	for _, x := range [...]float64{w.USD, w.BTC, w.Alt} {
		if !(x >= 0) || x > 1+weightSlack {
			return fmt.Errorf("weights %v/%v/%v: each is a fraction from 0 to 1", w.USD, w.BTC, w.Alt)
		}
	}
	if sum := w.USD + w.BTC + w.Alt; math.Abs(sum-1) > weightSlack {
		return fmt.Errorf("weights %v/%v/%v: they add up to %v, not 1", w.USD, w.BTC, w.Alt, sum)
	}
	return nil
}

// sub is the change from v to w, share by share.
func (w Weights) sub(v Weights) Weights {
	return Weights{w.USD - v.USD, w.BTC - v.BTC, w.Alt - v.Alt}
}
