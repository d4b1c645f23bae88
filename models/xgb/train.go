package xgb

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
)

var negInf = float32(math.Inf(-1))

// Evaluation is how well the trees of a round and those before it do, in the
// metric of the parameters.
type Evaluation struct {
	Round        int // from 0
	Train, Valid float64
}

// Train boosts p.Rounds rounds of trees on samples. progress, when not nil, is
// called after every round with the number of rounds done.
//
// The model is the one that XGBoost of the dialect trains with one thread, in
// every bit, where nothing is drawn at random, and the same at any GOMAXPROCS. A
// zero of either sign trains as +0. Train returns ctx.Err() soon after ctx is
// cancelled.
func Train(ctx context.Context, s Samples, p Params, progress func(round int)) (*Booster, error) {
	if p.EarlyStopping > 0 {
		return nil, fmt.Errorf("xgb: early_stopping_rounds %d: there are no validation rows", p.EarlyStopping)
	}
	b, _, err := train(ctx, s, nil, p, fastKernels(), progress)
	return b, err
}

// TrainValid is Train with rows to validate on, whose columns are those of s.
// It returns an evaluation a round. With p.EarlyStopping the model has the rounds
// up to where it stopped, and notes the best in its attributes best_iteration
// and best_score, as XGBoost's own.
func TrainValid(ctx context.Context, s, valid Samples, p Params, progress func(round int)) (*Booster, []Evaluation, error) {
	return train(ctx, s, &valid, p, fastKernels(), progress)
}

func train(ctx context.Context, s Samples, valid *Samples, p Params, k *kernels, progress func(round int)) (*Booster, []Evaluation, error) {
	if err := p.Check(); err != nil {
		return nil, nil, err
	}
	if err := s.check(p); err != nil {
		return nil, nil, err
	}
	if valid != nil {
		if err := valid.check(p); err != nil {
			return nil, nil, fmt.Errorf("validation rows: %w", err)
		}
		if !slices.Equal(valid.X.Names, s.X.Names) {
			return nil, nil, fmt.Errorf("xgb: the validation rows have other columns")
		}
	}
	u, err := p.rule(s.X.Names)
	if err != nil {
		return nil, nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	var halt atomic.Bool
	defer context.AfterFunc(ctx, func() { halt.Store(true) })()

	c := newCrew(min(runtime.GOMAXPROCS(0), p.outputs()*len(s.X.Cols)))
	defer c.stop()
	r := &run{
		p: p, rule: u, crew: c, kernels: k, halted: halt.Load, loss: newLoss(p, s),
		data:  bin(s.X, s.Weight, p.MaxBin, u.old, c),
		model: newBooster(p, s.X.Names),
	}
	r.loss.kernels = k
	if valid != nil {
		r.valid = newWatch(p, *valid)
	}
	r.boost(progress)
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	return r.model, r.history, nil
}

func newBooster(p Params, names []string) *Booster {
	b := &Booster{
		names: slices.Clone(names), classes: p.outputs(), intercept: make([]float32, p.outputs()),
		base: make([]float32, p.outputs()), objective: p.Objective, parallel: p.NumParallelTree,
	}
	for k := range b.intercept {
		b.intercept[k], b.base[k] = p.margin(), float32(p.BaseScore)
	}
	if !p.multi() {
		b.settings = map[string]block{"reg_loss_param": {"scale_pos_weight": strconv.FormatFloat(float64(float32(p.ScalePosWeight)), 'g', -1, 32)}}
	}
	return b
}

// run is a training under way.
type run struct {
	p       Params
	rule    rule
	crew    *crew
	kernels *kernels
	halted  func() bool
	data    *binned
	loss    *loss
	model   *Booster
	valid   *watch
	history []Evaluation

	margins   [][]float32 // by output and row
	gradients [][]slope
	growers   chan *grower
}

// boost appends the trees of all rounds to the model, fewer when halted.
func (r *run) boost(progress func(int)) {
	r.margins, r.gradients = start(r.model, r.data.rows), make([][]slope, r.model.classes)
	for k := range r.gradients {
		r.gradients[k] = make([]slope, r.data.rows)
	}
	r.growers = make(chan *grower, min(r.crew.size(), r.model.classes)) // no more are at work at a time
	for range cap(r.growers) {
		r.growers <- newGrower(r.data, r.rule, r.crew, r.kernels, r.halted)
	}
	for round := 0; round < r.p.Rounds; round++ {
		trees := r.round(round)
		if r.halted() {
			return
		}
		r.model.trees = append(r.model.trees, trees...)
		if r.valid != nil && r.evaluate(round, trees) {
			return
		}
		if progress != nil {
			progress(round + 1)
		}
	}
}

// start is the margins before any tree.
func start(b *Booster, rows int) [][]float32 {
	margins := make([][]float32, b.classes)
	for k := range margins {
		margins[k] = slices.Repeat(b.intercept[k:k+1], rows)
	}
	return margins
}

// round grows the trees of a round, those of a class next to each other.
func (r *run) round(round int) []*tree {
	const block = 512
	rows, each := r.data.rows, r.p.NumParallelTree
	r.crew.each((rows+block-1)/block, func(i, _ int) {
		r.loss.gradients(r.margins, r.gradients, i*block, min(rows, (i+1)*block))
	})
	trees := make([]*tree, r.model.classes*each)
	r.crew.each(r.model.classes, func(k, worker int) {
		g := <-r.growers
		for i := k * each; i < (k+1)*each && !r.halted(); i++ {
			trees[i] = g.grow(worker, r.gradients[k], r.margins[k], round*len(trees)+i)
		}
		r.growers <- g
	})
	return trees
}

// watch is rows that are predicted while a model grows.
type watch struct {
	x       Matrix
	loss    *loss
	margins [][]float32
	best    int // round of the lowest metric
}

func newWatch(p Params, s Samples) *watch {
	return &watch{x: s.X, loss: newLoss(p, s), margins: start(newBooster(p, s.X.Names), s.X.Rows())}
}

// evaluate appends the evaluation of a round with the given trees, and reports
// whether to stop.
func (r *run) evaluate(round int, trees []*tree) (stop bool) {
	w, metric := r.valid, r.p.metric()
	const block = 512
	rows := w.x.Rows()
	r.crew.each((rows+block-1)/block, func(b, _ int) {
		for row := b * block; row < min(rows, (b+1)*block); row++ {
			for i, t := range trees {
				w.margins[i/r.p.NumParallelTree][row] += t.walk(w.x, row)
			}
		}
	})
	e := Evaluation{round, r.loss.measure(metric, r.margins), w.loss.measure(metric, w.margins)}
	r.history = append(r.history, e)
	if e.Valid < r.history[w.best].Valid {
		w.best = round
	}
	if r.p.EarlyStopping == 0 {
		return false
	}
	r.model.attributes = map[string]string{
		"best_iteration": strconv.Itoa(w.best),
		"best_score":     strconv.FormatFloat(r.history[w.best].Valid, 'g', -1, 64),
	}
	return round-w.best >= r.p.EarlyStopping
}
