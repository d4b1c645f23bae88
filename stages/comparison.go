package stages

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
)

// ComparisonParams say which trainers are compared, and on what.
type ComparisonParams struct {
	Model    *ModelParams `json:"model"`    // samples, folds and the parameters of every trainer; its own trainer is what the others are compared with
	Trainers []string     `json:"trainers"` // empty: all there are
	Bins     int          `json:"bins"`     // of predicted probabilities, in the table calibration
}

// Comparison fits every trainer to the same folds and scores them on the same
// test bars. It is no part of a run: `mantis compare` makes it.
var Comparison = add(&pipeline.Stage{
	Name: "comparison", Doc: "trainers on the same folds: scores, tests of their differences, calibration", Code: 1,
	Inputs: []*pipeline.Stage{Candles, Features, Labels},
	Params: &ComparisonParams{Model: defaultModel(), Trainers: []string{}, Bins: 10},
	Check:  checkComparison,
	Run:    compare,
})

func checkComparison(params any) error {
	p := params.(*ComparisonParams)
	if err := checkSearched(p.Model); err != nil {
		return err
	}
	if len(p.Trainers) == 0 {
		for _, k := range models.Trainers() {
			p.Trainers = append(p.Trainers, k.Name)
		}
	}
	for i, name := range p.Trainers {
		k, err := models.KindOf(name)
		if err != nil {
			return err
		}
		if slices.Contains(p.Trainers[:i], name) {
			return fmt.Errorf("trainer %q is named twice", name)
		}
		if err := k.Check(&p.Model.Settings); err != nil {
			return err
		}
	}
	if p.Bins < 1 || p.Bins > 1000 {
		return fmt.Errorf("bins %d: want 1 to 1000", p.Bins)
	}
	return nil
}

// checkSearched checks a model that others are held against, or that is searched
// for.
func checkSearched(p *ModelParams) error {
	if p == nil {
		return fmt.Errorf("model: want an object")
	}
	if p.Validate > 0 {
		return data.WithHint(fmt.Errorf("validate %v: the same rows train everything that is compared", p.Validate), "leave model.validate and model.early_stopping_rounds out")
	}
	return checkModel(p)
}

// contender is a trainer with what it predicts.
type contender struct {
	name  string
	p     []float64 // scored rows × classes, in time
	log   []float64 // losses of these rows
	rps   []float64
	brier []float64
	hits  []float64 // 1 where the likeliest class came
	low   []bool    // the probability was below models.Floor
}

// contest is what trainers are compared on: the test rows that have a label.
type contest struct {
	*lesson
	rows  []int // of the grid
	real  []int32
	fold  []int // of each row
	holds [][2]int
}

func newContest(l *lesson) *contest {
	c := &contest{lesson: l}
	for k, f := range l.folds {
		rows, class := l.labelled(f.Test)
		c.holds = append(c.holds, [2]int{len(c.rows), len(c.rows) + len(rows)})
		c.rows, c.real = append(c.rows, rows...), append(c.real, class...)
		c.fold = append(c.fold, slices.Repeat([]int{k}, len(rows))...)
	}
	return c
}

func compare(t *pipeline.Task) error {
	p := t.Params.(*ComparisonParams)
	l, err := p.Model.lesson(t)
	if err != nil {
		return err
	}
	c := newContest(l)
	names := slices.Clone(p.Trainers)
	for _, needed := range []string{baseline, p.Model.Trainer} {
		if !slices.Contains(names, needed) {
			names = append(names, needed)
		}
	}
	all, err := c.fit(t, p.Model, names)
	if err != nil {
		return err
	}
	drawn, err := truth(t, &predicted{symbol: string(p.Model.Target), grid: l.grid, rows: c.rows, p: all[0].p}, l.classes)
	if err != nil {
		return err
	}
	if drawn != nil {
		all = append(all, c.score(ScoredTruth, drawn))
	}
	return c.put(t, p, all)
}

// baseline is the trainer that every other must beat.
const baseline = "prior"

// fit lets every trainer learn every fold, side by side, and predict its test
// rows. What was predicted before is recalled, and every fit is kept at once, so
// that a run that was stopped goes on where it was.
func (c *contest) fit(t *pipeline.Task, p *ModelParams, names []string) ([]*contender, error) {
	classes, folds := len(c.classes), len(c.folds)
	ps := make([][]float64, len(names))
	for i := range ps {
		ps[i] = make([]float64, len(c.rows)*classes)
	}
	digests := make([]string, folds)
	for k, f := range c.folds {
		digests[k] = models.Digest(models.Pick(c.set.x, f.Train), classesOf(c.set, f.Train)) +
			models.Digest(models.Pick(c.grid.x, c.rows[c.holds[k][0]:c.holds[k][1]]), nil)
	}
	var done atomic.Int64
	err := pipeline.Each(t.Context, len(names)*folds, func(i int) error {
		kind, err := models.KindOf(names[i/folds])
		if err != nil {
			return err
		}
		k := i % folds
		lo, hi := c.holds[k][0], c.holds[k][1]
		out := ps[i/folds][lo*classes : hi*classes]
		of := map[string]any{"trainer": kind.Name, "code": kind.Code, "params": kind.With(&p.Settings), "samples": digests[k]}
		known := recallFloats(t, of, out)
		t.Count(known)
		if !known {
			m, err := kind.New(&p.Settings).Fit(t.Context, models.Pick(c.set.x, c.folds[k].Train), classesOf(c.set, c.folds[k].Train), func(int, int) {})
			if err != nil {
				return fmt.Errorf("%s: fold %d: %w", kind.Name, k, err)
			}
			if err := m.Probabilities(models.Pick(c.grid.x, c.rows[lo:hi]), out); err != nil {
				return fmt.Errorf("%s: fold %d: %w", kind.Name, k, err)
			}
			if err := rememberFloats(t, of, out); err != nil {
				return err
			}
			if err := t.Checkpoint(); err != nil {
				return err
			}
		}
		t.Progress(int(done.Add(1)), len(names)*folds)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []*contender
	for i, name := range names {
		all = append(all, c.score(name, ps[i]))
	}
	return all, nil
}

// score works out what a contender lost on each row.
func (c *contest) score(name string, p []float64) *contender {
	k := len(c.classes)
	x := &contender{name: name, p: p, rps: models.RankedLosses(c.real, p, k), brier: models.BrierLosses(c.real, p, k), hits: make([]float64, len(c.real)), low: make([]bool, len(c.real))}
	x.log, _ = models.LogLosses(c.real, p, k)
	for r, guess := range models.Argmax(p, k) {
		if guess == c.real[r] {
			x.hits[r] = 1
		}
		x.low[r] = !(p[r*k+int(c.real[r])] >= models.Floor)
	}
	return x
}

// recallFloats fills out with what rememberFloats was given under a key.
func recallFloats(t *pipeline.Task, key any, out []float64) bool {
	var stored []byte
	if !t.Recall(key, &stored) || len(stored) != 8*len(out) {
		return false
	}
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(stored[8*i:]))
	}
	return true
}

func rememberFloats(t *pipeline.Task, key any, values []float64) error {
	stored := make([]byte, 0, 8*len(values))
	for _, v := range values {
		stored = binary.LittleEndian.AppendUint64(stored, math.Float64bits(v))
	}
	return t.Remember(key, stored)
}
