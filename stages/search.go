package stages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"mantis/data"
	"mantis/data/num"
	"mantis/models"
	"mantis/models/xgb"
	"mantis/pipeline"
	"mantis/stages/metrics"
)

// search is a search under way: trials, and what they are judged on. It sees the
// rows that train the first fold of the split, and no other.
type search struct {
	*lesson
	p      *TrialParams
	kind   models.Kind
	axes   []axis
	halves []half
	digest string // of all that the halves hold
	rows   int    // that are judged
	sides  []int
	trials []*trial

	mu     sync.Mutex
	done   int
	best   rung // so far
	leader int  // whose it is
}

// half is what one fold of the cross-validation trains on and is judged on.
type half struct {
	x, test    models.Matrix
	class      []int32
	real       []int32
	prior      []float64 // probabilities by class of what trains
	log, rps   []float64 // what the prior loses on the rows that are judged
	direction  []float64
	order      []int     // features by their Shapley values, the greatest first; nil where none are left out
	importance []float64 // mean sizes of them, by feature
}

// trial is one configuration and how it did, rung by rung.
type trial struct {
	number int
	point
	settings *models.Settings
	rungs    []rung
}

// rung is one judgement of a trial: with all rows that train, or with a part.
type rung struct {
	Number  int       `json:"rung"`
	Step    int       `json:"step"`   // every so manieth row trains
	Scores  []float64 `json:"scores"` // of each fold
	Priors  []float64 `json:"priors"`
	Failed  string    `json:"failed,omitempty"`
	Score   float64   `json:"score"`
	Edge    verdict   `json:"edge"`      // by the measure, against the prior
	Rises   verdict   `json:"direction"` // of telling rises from falls
	dropped bool
}

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
func (v verdict) se() float64         { return math.Float64frombits(v.Bits[1]) }
func (v verdict) p() float64          { return math.Float64frombits(v.Bits[2]) }

// openSearch reads what there is to learn, cuts the training span into folds and
// ranks the features in each.
func openSearch(t *pipeline.Task, p *TrialParams) (*search, error) {
	l, err := p.Model.lesson(t)
	if err != nil {
		return nil, err
	}
	s := &search{lesson: l, p: p, sides: l.sides()}
	if s.kind, err = models.KindOf(p.Model.Trainer); err != nil {
		return nil, err
	}
	if s.axes, err = p.axes(); err != nil {
		return nil, err
	}
	points, err := p.points(s.axes)
	if err != nil {
		return nil, err
	}
	for i, x := range points {
		settings, err := p.at(s.axes, x)
		if err != nil {
			return nil, err
		}
		s.trials = append(s.trials, &trial{number: i, point: x, settings: settings})
	}
	if err := s.split(); err != nil {
		return nil, err
	}
	return s, s.rank(t)
}

// split cuts the rows that train the first fold. Purge and embargo go by the
// instants at which labels are known.
func (s *search) split() error {
	f := s.folds[0]
	samples := make([]models.Sample, len(f.Train))
	for i, r := range f.Train {
		samples[i] = s.set.samples[r]
	}
	var grid []models.Sample
	var at []int
	for r, x := range s.grid.samples {
		if x.Labelled && x.Open >= f.TrainFrom && x.Open < f.TrainEnd && x.LabelKnown <= f.TrainEnd {
			grid, at = append(grid, x), append(at, r)
		}
	}
	splits, err := models.CrossValidation{Groups: s.p.Folds, Tested: 1, Embargo: s.p.Embargo}.Splits(samples, grid)
	if err != nil {
		return err
	}
	for _, c := range splits {
		train, tested := make([]int, len(c.Train)), make([]int, len(c.Test))
		for i, r := range c.Train {
			train[i] = f.Train[r]
		}
		for i, r := range c.Test {
			tested[i] = at[r]
		}
		h := s.half(train, tested)
		s.halves, s.rows = append(s.halves, h), s.rows+len(tested)
		s.digest += models.Digest(h.x, h.class) + models.Digest(h.test, h.real)
	}
	s.digest = data.SHA256([]byte(s.digest))
	return nil
}

// half is rows of the set that train, and labelled rows of the grid that are
// judged.
func (s *search) half(train, tested []int) half {
	h := half{x: models.Pick(s.set.x, train), class: classesOf(s.set, train), test: models.Pick(s.grid.x, tested), real: classesOf(s.grid, tested)}
	counts := make([]int, len(s.classes))
	for _, k := range h.class {
		counts[k]++
	}
	h.prior = models.Shares(counts)
	p := slices.Repeat(h.prior, len(tested))
	h.log, _ = models.LogLosses(h.real, p, len(s.classes))
	h.rps = models.RankedLosses(h.real, p, len(s.classes))
	h.direction, _ = models.DirectionLosses(h.real, p, s.sides)
	return h
}

// rank orders the features of every fold by the mean size of what they add to
// the margins of trees that the fold's own training rows grew: what is judged has
// no say.
func (s *search) rank(t *pipeline.Task) error {
	if !slices.ContainsFunc(s.p.Drop, func(d float64) bool { return d > 0 }) {
		return nil
	}
	return pipeline.Each(t.Context, len(s.halves), func(i int) error { return s.rankHalf(t, &s.halves[i]) })
}

// shapleyRows is how many training rows are explained for a ranking.
const shapleyRows = 500

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

// run judges the trials: all on all rows, or rung by rung.
func (s *search) run(t *pipeline.Task) error {
	steps, alive, total := s.steps(), s.trials, 0
	for n := len(alive); len(steps) > 0; n = max(1, n/s.p.Factor) {
		total, steps = total+n, steps[1:]
	}
	for i, step := range s.steps() {
		if i > 0 {
			alive = s.promote(alive)
		}
		err := pipeline.Each(t.Context, len(alive), func(k int) error {
			if err := s.judge(t, alive[k], i, step); err != nil {
				return err
			}
			s.told(t, alive[k], total)
			return t.Checkpoint()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// steps are the rungs: of every how manieth row trains in each, down to all.
func (s *search) steps() []int {
	steps := []int{1}
	if s.p.Search != searchHalving {
		return steps
	}
	fewest := s.halves[0].x.Rows()
	for _, h := range s.halves {
		fewest = min(fewest, h.x.Rows())
	}
	for n, step := len(s.trials)/s.p.Factor, s.p.Factor; n >= 1 && fewest/step >= halvedRows; n, step = n/s.p.Factor, step*s.p.Factor {
		steps = append(steps, step)
	}
	slices.Reverse(steps)
	return steps
}

// promote keeps the best of the trials, one of so many; the others are dropped.
func (s *search) promote(alive []*trial) []*trial {
	sorted := slices.Clone(alive)
	slices.SortStableFunc(sorted, func(a, b *trial) int { return better(a, b) })
	keep := max(1, len(sorted)/s.p.Factor)
	for _, x := range sorted[keep:] {
		x.last().dropped = true
	}
	sorted = sorted[:keep]
	slices.SortFunc(sorted, func(a, b *trial) int { return cmp.Compare(a.number, b.number) })
	return sorted
}

// last is the latest judgement.
func (x *trial) last() *rung { return &x.rungs[len(x.rungs)-1] }

// whole tells whether the trial was judged with all rows that train.
func (x *trial) whole() bool { return len(x.rungs) > 0 && x.last().Step == 1 && x.last().Failed == "" }

// better orders trials of one rung: the lower score first, failed ones last, of
// equals the lower number.
func better(a, b *trial) int {
	x, y := a.last(), b.last()
	if fails := cmp.Compare(min(len(x.Failed), 1), min(len(y.Failed), 1)); fails != 0 {
		return fails
	}
	return cmp.Or(cmp.Compare(x.Score, y.Score), cmp.Compare(a.number, b.number))
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

// ranking is what the features were ranked by, where that matters.
func (s *search) ranking(x *trial) any {
	if x.drop == 0 {
		return nil
	}
	return s.p.Model.Params
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

// chosen is the trial with the best score of those that were judged with all
// rows.
func (s *search) chosen() (*trial, error) {
	var best *trial
	failed := ""
	for _, x := range s.trials {
		if x.whole() && (best == nil || better(x, best) < 0) {
			best = x
		}
		if len(x.rungs) > 0 {
			failed = cmp.Or(failed, x.last().Failed)
		}
	}
	if best == nil {
		return nil, data.WithHint(errors.New("no trial could be fitted: "+failed), "search elsewhere: trials.space")
	}
	return best, nil
}
