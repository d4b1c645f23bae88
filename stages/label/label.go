// Package label holds the labels: what a model is asked to foresee.
//
// A label looks forward, and says how far: its value for bar t is known at the
// close of bar t + horizon and no sooner. Adding a label is one new file with
// an add call.
package label

import (
	"fmt"
	"sort"

	"mantis/data"
	"mantis/data/num"
)

// Params shape a label.
type Params struct {
	Horizon int       `json:"horizon"` // bars ahead; 0 is the notebook's leak, kept to show that it is caught
	Bins    []float64 `json:"bins"`    // ascending cut-offs of the return, each bin closed on the right
}

// maxHorizon keeps instants that far ahead within their type.
const maxHorizon = 100_000

// Check says what is wrong with the parameters.
func (p Params) Check() error {
	if p.Horizon < 0 || p.Horizon > maxHorizon {
		return fmt.Errorf("horizon %d: want 0 to %d bars", p.Horizon, maxHorizon)
	}
	if len(p.Bins) == 0 {
		return fmt.Errorf("bins: want at least one cut-off")
	}
	for i, b := range p.Bins {
		if !num.Finite(b) || i > 0 && b <= p.Bins[i-1] {
			return fmt.Errorf("bins: %v at place %d: cut-offs must be finite and ascending", b, i+1)
		}
	}
	return nil
}

// Label is one way to name what follows a bar.
type Label struct {
	Name string
	Doc  string
	Code int // raised when the same closes would now give other values

	// Compute fills the outcome (NaN) and its class from 1 (data.Null) of every
	// bar; the last bars, whose future is not there yet, have neither.
	Compute func(closes []float64, p Params, outcome []float64, class []int64)
}

// all is filled while the package's variables initialise and never changes
// after.
var all []*Label

func add(l *Label) *Label {
	all = append(all, l)
	return l
}

// All lists every label by name.
func All() []*Label {
	out := append([]*Label{}, all...)
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Class is the bin of x, from 1: the first whose right edge is not below x.
func Class(x float64, bins []float64) int64 {
	for i, edge := range bins {
		if x <= edge {
			return int64(i + 1)
		}
	}
	return int64(len(bins) + 1)
}

// ReturnClass is the notebook's label, looking forward as it must: the class
// of close(t+h)/close(t) - 1.
var ReturnClass = add(&Label{
	Name: "return_class", Doc: "class of the return over the next bars", Code: 1,
	Compute: func(closes []float64, p Params, outcome []float64, class []int64) {
		back := 0
		if p.Horizon == 0 { // the notebook's slip: the return that is already there
			back = 1
		}
		for t := range closes {
			if t < back || t+p.Horizon >= len(closes) {
				outcome[t], class[t] = num.NaN(), data.Null
				continue
			}
			outcome[t] = closes[t+p.Horizon]/closes[t-back] - 1
			class[t] = Class(outcome[t], p.Bins)
		}
	},
})
