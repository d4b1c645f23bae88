package xgb

import (
	"cmp"
	"slices"
)

// look notes what the rows of a background meet at every leaf, and sets the bias
// to their mean margin.
func (e *Explainer) look(background Matrix) {
	n := background.Rows()
	var s trace[uint64]
	for k, trees := range e.trees {
		e.bias[k] = float64(e.model.intercept[k])
		for _, t := range trees {
			s.run(t, background, 0, n)
			for i, c := range s.found {
				for l := range c.leaves {
					c.leaves[l].look(s.indexes[i])
					e.bias[k] += c.leaves[l].reached()
				}
			}
		}
	}
}

// look counts the sets of features that rows of the given indexes meet.
func (w *way) look(indexes []uint64) {
	count := map[uint64]int{}
	for _, i := range indexes {
		count[w.met(i)]++
	}
	w.sights = make([]sight, 0, len(count))
	for on, n := range count {
		w.sights = append(w.sights, sight{on, float64(n) / float64(len(indexes))})
	}
	slices.SortFunc(w.sights, func(a, b sight) int { return cmp.Compare(a.on, b.on) })
}

// reached is the leaf's value by the share of the background that reaches it.
func (w *way) reached() float64 {
	for _, s := range w.sights {
		if s.on == everything(len(w.share)) {
			return float64(w.value * s.share)
		}
	}
	return 0
}

// everything is the set of m features.
func everything(m int) uint64 { return ^uint64(0) >> (64 - m) }
