package trade

import (
	"fmt"

	"mantis/data"
)

// maxCost bounds a cost: above it a percentage was meant as a fraction.
const maxCost = 0.1

// Costs are what trading costs, as fractions.
type Costs struct {
	Fee      float64 // of the notional of each fill, in its quote currency
	Slippage float64 // of the open: buys fill that much above it, sells below
}

// Validate refuses a cost outside 0 to 0.1.
func (c Costs) Validate() error {
	for _, x := range [...]struct {
		name  string
		value float64
	}{{"fee", c.Fee}, {"slippage", c.Slippage}} {
		if !(x.value >= 0 && x.value <= maxCost) {
			err := fmt.Errorf("%s %v: want a fraction from 0 to %v", x.name, x.value, maxCost)
			return data.WithHint(err, "0.001 is a tenth of a percent")
		}
	}
	return nil
}

// paid is what a buy costs, fee included, for each unit of value at the open.
func (c Costs) paid() float64 { return float64((1 + c.Slippage) * (1 + c.Fee)) }

// received is what a sell brings, fee deducted, for each unit of value at the open.
func (c Costs) received() float64 { return float64((1 - c.Slippage) * (1 - c.Fee)) }
