package stages

import (
	"fmt"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/models"
	"mantis/pipeline"
	"mantis/stages/metrics"
)

// finding is what a search says of one claim: that there is an edge, or that
// rises are told from falls.
type finding struct {
	claim, span    string
	trial, rows    int64
	trials         int64 // that p_adjusted counts
	difference, se float64
	p, adjusted    float64
	found          bool
}

// What a search claims, and where.
const (
	claimEdge      = "edge"
	claimDirection = "direction"
	spanSearch     = "search"
	spanTest       = "test"
)

// claims are the best p of all trials, for either claim, counting them all: by
// Bonferroni, the chance that any of so many trials without an edge gets so far
// is at most p_adjusted. A trial that was dropped or failed was tried, too.
func (s *search) claims() (out []finding) {
	for _, claim := range []string{claimEdge, claimDirection} {
		f := finding{claim: claim, span: spanSearch, trial: data.Null, trials: int64(len(s.trials)), difference: num.NaN(), se: num.NaN(), p: num.NaN()}
		for _, x := range s.trials {
			if !x.whole() {
				continue
			}
			v := x.last().Edge
			if claim == claimDirection {
				v = x.last().Rises
			}
			if f.trial == data.Null || v.p() < f.p || f.p != f.p {
				f.trial, f.rows, f.difference, f.se, f.p = int64(x.number), int64(v.Rows), v.difference(), v.se(), v.p()
			}
		}
		out = append(out, f.judge())
	}
	return out
}

// judge counts the trials.
func (f finding) judge() finding {
	f.adjusted = metrics.Bonferroni(f.p, int(f.trials))
	f.found = f.adjusted < edgeLevel
	return f
}

// final fits the chosen trial to each fold of the split, which the search has
// not seen, and tests it once. It returns the features that the first fold's
// model looks at.
func (s *search) final(t *pipeline.Task, x *trial) ([]finding, []string, error) {
	edges := make([][]float64, len(s.folds))
	rises := make([][]float64, len(s.folds))
	var features []string
	err := pipeline.Each(t.Context, len(s.folds), func(k int) error {
		f := s.folds[k]
		tested, _ := s.labelled(f.Test)
		h := s.half(f.Train, tested)
		if x.drop > 0 {
			if err := s.rankHalf(t, &h); err != nil {
				return err
			}
		}
		if k == 0 {
			features = only(h.x, h.kept(x.drop)).Names
		}
		if len(tested) == 0 {
			return nil
		}
		key := map[string]any{"final": s.kind.Name, "code": s.kind.Code, "params": s.kind.With(x.settings), "features": only(h.x, h.kept(x.drop)).Names,
			"samples": models.Digest(h.x, h.class) + models.Digest(h.test, h.real)}
		p := make([]float64, len(tested)*len(s.classes))
		if !recallFloats(t, key, p) {
			var err error
			if p, err = s.fit(t.Context, x, &h, 1); err != nil {
				return fmt.Errorf("trial %d, fold %d of the test: %w", x.number, k, err)
			}
			if err := rememberFloats(t, key, p); err != nil {
				return err
			}
		}
		losses, d := s.losses(&h, p)
		edges[k], rises[k] = less(losses, h.of(s.p.Measure)), d
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	var out []finding
	for _, c := range []struct {
		claim string
		d     []float64
	}{{claimEdge, slices.Concat(edges...)}, {claimDirection, slices.Concat(rises...)}} {
		v := newVerdict(c.d, s.overlap())
		f := finding{claim: c.claim, span: spanTest, trial: int64(x.number), rows: int64(len(c.d)), trials: 1, difference: v.difference(), se: v.se(), p: v.p()}
		out = append(out, f.judge())
	}
	return out, features, nil
}
