package stages

import (
	"cmp"
	"errors"
	"slices"
	"sync"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
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

// shapleyRows is how many training rows are explained for a ranking.
const shapleyRows = 500

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
