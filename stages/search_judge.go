package stages

import (
	"context"
	"fmt"
	"math"

	"mantis/data/num"
	"mantis/models"
	"mantis/pipeline"
	"mantis/stages/metrics"
)

// verdict is a paired test, as it is remembered: JSON has no NaN.
type verdict struct {
	Rows int       `json:"rows"`
	Lags int       `json:"lags"`
	Bits [3]uint64 `json:"bits"` // difference, error, chance of one as low where there is none
}

func newVerdict(d []float64, overlap int) verdict {
	x := metrics.NewPaired(d, overlap)
	return verdict{len(d), x.Lags, [3]uint64{math.Float64bits(num.Canonical(x.Difference)), math.Float64bits(num.Canonical(x.SE)), math.Float64bits(num.Canonical(x.PLess))}}
}

func (v verdict) difference() float64 { return math.Float64frombits(v.Bits[0]) }

func (v verdict) se() float64 { return math.Float64frombits(v.Bits[1]) }

func (v verdict) p() float64 { return math.Float64frombits(v.Bits[2]) }

// fit trains a trial's model on every stepth row of a fold and returns the
// probabilities of the rows that are judged.
func (s *search) fit(ctx context.Context, x *trial, h *half, step int) ([]float64, error) {
	columns := h.kept(x.drop)
	train, class := only(h.x, columns), h.class
	if step > 1 {
		var rows []int
		class = nil
		for r := 0; r < h.x.Rows(); r += step {
			rows, class = append(rows, r), append(class, h.class[r])
		}
		train = models.Pick(train, rows)
	}
	m, err := s.kind.New(x.settings).Fit(ctx, train, class, func(int, int) {})
	if err != nil {
		return nil, err
	}
	p := make([]float64, len(h.real)*len(s.classes))
	return p, m.Probabilities(only(h.test, columns), p)
}

// judge tries one configuration on every fold. What was judged before is
// recalled; what cannot be fitted is a trial that failed, and counts.
func (s *search) judge(t *pipeline.Task, x *trial, number, step int) error {
	key := map[string]any{"trainer": s.kind.Name, "code": s.kind.Code, "params": s.kind.With(x.settings), "drop": x.drop, "ranking": s.ranking(x),
		"measure": s.p.Measure, "step": step, "samples": s.digest, "overlap": s.overlap(), "sides": s.sides}
	r := rung{}
	known := t.Recall(key, &r)
	t.Count(known)
	if !known {
		var err error
		if r, err = s.judged(t.Context, x, step); err != nil {
			return err
		}
		if err := t.Remember(key, r); err != nil {
			return err
		}
	}
	r.Number = number
	x.rungs = append(x.rungs, r)
	return nil
}

func (s *search) judged(ctx context.Context, x *trial, step int) (rung, error) {
	r := rung{Step: step}
	var edge, rises []float64
	sum := 0.0
	for i := range s.halves {
		h := &s.halves[i]
		p, err := s.fit(ctx, x, h, step)
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		if err != nil {
			return rung{Step: step, Failed: fmt.Sprintf("fold %d: %v", i, err)}, nil
		}
		losses, d := s.losses(h, p)
		r.Scores, r.Priors = append(r.Scores, num.Mean(losses)), append(r.Priors, num.Mean(h.of(s.p.Measure)))
		sum += num.Sum(losses)
		edge, rises = append(edge, less(losses, h.of(s.p.Measure))...), append(rises, d...)
	}
	r.Score = sum / float64(len(edge))
	r.Edge, r.Rises = newVerdict(edge, s.overlap()), newVerdict(rises, s.overlap())
	return r, nil
}

// losses are those of the rows that are judged, by the measure, and by how much
// telling rises from falls costs more than the prior does.
func (s *search) losses(h *half, p []float64) (losses, rises []float64) {
	losses = models.RankedLosses(h.real, p, len(s.classes))
	if s.p.Measure == "log_loss" {
		losses, _ = models.LogLosses(h.real, p, len(s.classes))
	}
	direction, _ := models.DirectionLosses(h.real, p, s.sides)
	return losses, less(direction, h.direction)
}

// of are the losses of the prior.
func (h *half) of(measure string) []float64 {
	if measure == "rps" {
		return h.rps
	}
	return h.log
}

// told says how far the search is, and what is the best so far.
func (s *search) told(t *pipeline.Task, x *trial, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done++
	r := *x.last()
	if r.Failed == "" && (s.best.Step == 0 || r.Step < s.best.Step || r.Step == s.best.Step && r.Score < s.best.Score) {
		s.best, s.leader = r, x.number
	}
	said := ""
	if s.best.Step > 0 {
		said = fmt.Sprintf("best so far trial %d, %+.4f from the prior", s.leader, s.best.Edge.difference())
	}
	t.Tell(s.done, max(total, s.done), said)
}
