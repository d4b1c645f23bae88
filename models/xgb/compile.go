package xgb

import (
	"mantis/models/xgb/compiled"
)

// Predictor makes the model ready to score with the fastest kernel that the
// machine has; all give the same bits. Later changes of b do not exist: a Booster
// is never changed.
func (b *Booster) Predictor() (*Predictor, error) {
	return b.PredictorOn(compiled.Kernels()[0])
}

// PredictorOn is Predictor with a kernel of the caller's choice, which the machine
// must have. A linear model, and one with a tree of more than compiled.MaxEntries
// entries, is scored as Walk does, whatever the kernel.
func (b *Booster) PredictorOn(kernel compiled.Kernel) (*Predictor, error) {
	if b.linear != nil || !b.small() {
		return &Predictor{b, plain{b}}, nil
	}
	scored := b.scored()
	trees := make([]compiled.Tree, len(scored))
	for i, t := range scored {
		trees[i] = compiled.Tree{
			Left: t.left, Right: t.right, Feature: t.feature, Cond: t.cond, DefaultLeft: t.defaultLeft,
			Class: b.class(i), Weight: b.weight(i),
		}
	}
	e, err := compiled.New(trees, b.NumFeature(), b.intercept, kernel)
	if err != nil {
		return nil, err
	}
	return &Predictor{b, ready{e}}, nil
}

// small tells whether all trees are ones that can be compiled: those of a file
// may be of any size.
func (b *Booster) small() bool {
	for _, t := range b.scored() {
		if len(t.left) > compiled.MaxEntries {
			return false
		}
	}
	return true
}

type ready struct{ *compiled.Ensemble }

func (r ready) margins(cols [][]float32, out []float64) error { return r.Margins(cols, out) }

// plain scores with Walk.
type plain struct{ model *Booster }

func (p plain) margins(cols [][]float32, out []float64) error {
	classes := p.model.classes
	return blocks(len(cols[0]), func(from, to int) error {
		part := Matrix{Cols: make([][]float32, len(cols))}
		for f, col := range cols {
			part.Cols[f] = col[from:to]
		}
		margins := make([]float32, (to-from)*classes)
		p.model.walk(part, margins)
		for i, m := range margins {
			out[from*classes+i] = float64(m)
		}
		return nil
	})
}
