package stages

import (
	"cmp"
	"math"
	"slices"

	"mantis/models"
	"mantis/models/xgb"
	"mantis/pipeline"
)

// rank orders the features of every fold by the mean size of what they add to
// the margins of trees that the fold's own training rows grew: what is judged has
// no say.
func (s *search) rank(t *pipeline.Task) error {
	if !slices.ContainsFunc(s.p.Drop, func(d float64) bool { return d > 0 }) {
		return nil
	}
	return pipeline.Each(t.Context, len(s.halves), func(i int) error { return s.rankHalf(t, &s.halves[i]) })
}

func (s *search) rankHalf(t *pipeline.Task, h *half) error {
	params := s.p.Model.Params
	params.EarlyStopping = 0 // there is nothing to validate on
	key := map[string]any{"ranking": params, "samples": models.Digest(h.x, h.class)}
	h.importance = make([]float64, len(h.x.Names))
	if !recallFloats(t, key, h.importance) {
		b, err := xgb.Train(t.Context, xgb.Samples{X: h.x, Label: asLabels(h.class)}, params, nil)
		if err != nil {
			return err
		}
		e, err := b.Explainer()
		if err != nil {
			return err
		}
		rows := make([]int, h.x.Rows())
		for r := range rows {
			rows[r] = r
		}
		rows = everyNth(rows, max(1, (len(rows)+shapleyRows-1)/shapleyRows))
		values := make([]float64, len(rows)*b.NumClass()*e.Width())
		if err := e.Contributions(models.Pick(h.x, rows), values); err != nil {
			return err
		}
		copy(h.importance, meanSizes(values, len(h.x.Names)))
		if err := rememberFloats(t, key, h.importance); err != nil {
			return err
		}
	}
	h.order = make([]int, len(h.importance))
	for i := range h.order {
		h.order[i] = i
	}
	slices.SortStableFunc(h.order, func(a, b int) int { return cmp.Compare(h.importance[b], h.importance[a]) })
	return nil
}

func asLabels(class []int32) []float32 {
	out := make([]float32, len(class))
	for i, k := range class {
		out[i] = float32(k)
	}
	return out
}

// kept are the features of a fold that are not left out, in the order of the
// columns.
func (h *half) kept(drop float64) []int {
	n := len(h.x.Names)
	if drop == 0 {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		return all
	}
	return slices.Sorted(slices.Values(h.order[:keptOf(n, drop)]))
}

// keptOf is how many of n features are kept.
func keptOf(n int, drop float64) int { return max(1, n-int(math.Round(float64(drop*float64(n))))) }

// only is some columns of a matrix.
func only(x models.Matrix, columns []int) models.Matrix {
	out := models.Matrix{}
	for _, j := range columns {
		out.Names, out.Cols = append(out.Names, x.Names[j]), append(out.Cols, x.Cols[j])
	}
	return out
}

// ranking is what the features were ranked by, where that matters.
func (s *search) ranking(x *trial) any {
	if x.drop == 0 {
		return nil
	}
	return s.p.Model.Params
}
