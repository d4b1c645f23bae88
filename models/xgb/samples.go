package xgb

import (
	"fmt"
	"math"
)

// Samples are rows to train on, or to validate with.
type Samples struct {
	X Matrix
	// Label is the class of a row, from 0, with a multi: objective; 0, 1 or a
	// probability with binary:logistic; any number with reg:squarederror.
	Label []float32
	// Weight is what a row counts, zero or more; nil: 1.
	Weight []float32
}

// check returns an error when X is wrong, labels or weights are not one a row,
// or one of them is not what the objective takes.
func (s Samples) check(p Params) error {
	if err := s.X.Check(); err != nil {
		return err
	}
	rows := s.X.Rows()
	if rows == 0 {
		return fmt.Errorf("xgb: no rows")
	}
	if len(s.Label) != rows {
		return fmt.Errorf("xgb: %d labels for %d rows", len(s.Label), rows)
	}
	for r, v := range s.Label {
		switch {
		case p.multi():
			if !(v >= 0 && v < float32(p.NumClass)) || v != float32(int32(v)) {
				return fmt.Errorf("xgb: row %d: class %v of %d", r, v, p.NumClass)
			}
		case p.Objective == logisticObjective:
			if !(v >= 0 && v <= 1) {
				return fmt.Errorf("xgb: row %d: label %v: %s wants 0 to 1", r, v, p.Objective)
			}
		case v-v != 0:
			return fmt.Errorf("xgb: row %d: label %v: want a number", r, v)
		}
	}
	if s.Weight == nil {
		return nil
	}
	if len(s.Weight) != rows {
		return fmt.Errorf("xgb: %d weights for %d rows", len(s.Weight), rows)
	}
	counts := false
	for r, w := range s.Weight {
		if !(w >= 0 && w <= math.MaxFloat32) {
			return fmt.Errorf("xgb: row %d: weight %v: want zero or more", r, w)
		}
		counts = counts || w > 0
	}
	if !counts {
		return fmt.Errorf("xgb: every row has weight 0")
	}
	return nil
}
