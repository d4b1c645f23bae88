package xgb

import (
	"bufio"
	"bytes"
	"fmt"

	"github.com/dmitryikh/leaves"
)

// Leaves converts the model for scoring with leaves, which adds in float64. A
// linear model, of which leaves knows nothing, is scored as Predictor does.
func (b *Booster) Leaves() (*Predictor, error) {
	if b.linear != nil {
		return &Predictor{b, plain{b}}, nil
	}
	e, err := leaves.XGEnsembleFromReader(bufio.NewReader(bytes.NewReader(b.legacy())), false)
	if err != nil {
		return nil, fmt.Errorf("xgb: leaves: %w", err)
	}
	// leaves reports no features at all for a model of one; what it needs of a
	// row is settled by the feature indexes, which were checked.
	if n := e.NFeatures(); n != b.NumFeature() && b.NumFeature() > 1 {
		return nil, fmt.Errorf("xgb: leaves: %d features, want %d", n, b.NumFeature())
	}
	if n := e.NRawOutputGroups(); n != b.classes {
		return nil, fmt.Errorf("xgb: leaves: %d classes, want %d", n, b.classes)
	}
	return &Predictor{b, converted{e, b}}, nil
}

// converted is a model as leaves has it, without the intercept.
type converted struct {
	ensemble *leaves.Ensemble
	model    *Booster
}

func (c converted) margins(cols [][]float32, out []float64) error {
	classes := c.model.classes
	return blocks(len(cols[0]), func(from, to int) error {
		features := make([]float64, len(cols))
		for r := from; r < to; r++ {
			for f, col := range cols {
				features[f] = float64(col[r])
			}
			row := out[r*classes : (r+1)*classes]
			if err := c.ensemble.Predict(features, 0, row); err != nil {
				return fmt.Errorf("xgb: leaves: %w", err)
			}
			for k, m := range c.model.intercept {
				row[k] += float64(m)
			}
		}
		return nil
	})
}
