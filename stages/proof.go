package stages

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"mantis/data"
	"mantis/pipeline"
)

// Leak is something that was known before its time.
type Leak struct {
	Dataset string `json:"dataset"`
	Table   string `json:"table"`
	Symbol  string `json:"symbol,omitempty"`
	Column  string `json:"column,omitempty"`
	Known   int64  `json:"known_at,omitempty"` // when the first row that has it is said to be known, µs since 1970
	Cut     int64  `json:"cut,omitempty"`      // the instant after which nothing was given, likewise
	What    string `json:"what"`
}

// String says it on one line.
func (l Leak) String() string {
	where := []string{l.Dataset}
	for _, s := range []string{l.Symbol, l.Column} {
		if s != "" {
			where = append(where, s)
		}
	}
	if l.Table != l.Dataset && l.Table != "" {
		where[0] += "/" + l.Table
	}
	s := strings.Join(where, " ")
	if l.Known != 0 {
		s += " at " + data.Stamp(l.Known)
	}
	return s + ": " + l.What
}

// Proof is what came of looking for leaks.
type Proof struct {
	Versions []string `json:"versions"` // that were made again
	Cuts     []int64  `json:"cuts"`     // the instants after which nothing was given, µs since 1970
	Values   int64    `json:"values"`   // that came out the same, over all cuts
	Alone    int64    `json:"alone"`    // values of features that came out the same from their look-back alone
	Leaks    []Leak   `json:"leaks"`
}

// Prove looks for leaks in a version and in all it was made from. At each of a
// number of instants it makes everything again from the candles that had ended by
// then, in a store of its own, and demands of every row that was known the same
// bits: bars, features, labels, fitted models, predictions, balances and fills.
// Every feature is computed once more at every bar from its look-back alone, and
// the instants that tables tell are compared.
//
// What lies in the candles themselves is beyond it: a source that knows the future
// is found by what it earns, which the stages look at as they run.
func Prove(ctx context.Context, store *data.Store, v *data.Version, cuts int, watch func(done, total int)) (*Proof, error) {
	lineage, err := store.Lineage(v)
	if err != nil {
		return nil, err
	}
	p := &prover{store: store, versions: lineage, proof: &Proof{Leaks: []Leak{}, Cuts: []int64{}}}
	for _, v := range lineage {
		p.proof.Versions = append(p.proof.Versions, v.Ref())
	}
	if p.of(Candles) == nil {
		return nil, data.WithHint(fmt.Errorf("%w: %s was made of no candles", data.ErrName, v.Ref()), "want backtest, predictions, model, labels, features or bars")
	}
	if err := p.choose(cuts); err != nil {
		return nil, err
	}
	if err := p.times(); err != nil {
		return nil, err
	}
	if err := p.alone(ctx); err != nil {
		return nil, err
	}
	for i, cut := range p.proof.Cuts {
		watch(i, len(p.proof.Cuts))
		if err := p.at(ctx, cut); err != nil {
			return nil, fmt.Errorf("with nothing after %s: %w", data.Stamp(cut), err)
		}
	}
	watch(len(p.proof.Cuts), len(p.proof.Cuts))
	p.once()
	p.notes()
	return p.proof, nil
}

// prover is a proof at work.
type prover struct {
	store    *data.Store
	versions []*data.Version // inputs first
	proof    *Proof
	symbol   string // that is predicted
	split    int64  // open of the first test bar; 0: no model is looked at
	second   int64  // open of the one after it
}

// of is the version of a stage's dataset that is looked at; nil where there is none.
func (p *prover) of(s *pipeline.Stage) *data.Version {
	for _, v := range p.versions {
		if v.Dataset == s.Name {
			return v
		}
	}
	return nil
}

// choose spreads the cuts: the first test bar of folds, where a model that saw its
// test would be another one, and between them bars of the whole span that is
// tested, or of all bars where nothing is.
func (p *prover) choose(n int) error {
	var bars *data.Batch
	var err error
	first := []int64{}
	if v := p.of(Model); v != nil {
		folds, err := readStored(p.store, v, "folds")
		if err != nil {
			return err
		}
		c := folds.Columns()
		first, p.symbol = c.Ints("train_end"), c.Strings("symbol")[0]
		if c.Err != nil {
			return c.Err
		}
		p.split = first[0]
	}
	v := p.of(Bars)
	if v == nil {
		return data.WithHint(fmt.Errorf("%w: %s was made without bars", data.ErrName, p.versions[len(p.versions)-1].Ref()), "want backtest, predictions, model, labels, features or bars")
	}
	symbol := cmp.Or(p.symbol, symbolsOf(v, "bars")[0])
	if bars, err = readStored(p.store, v, "bars", symbol); err != nil {
		return err
	}
	c := bars.Columns()
	time, known := c.Ints("time"), c.Ints("known_at")
	if c.Err != nil {
		return c.Err
	}
	from, _ := slices.BinarySearch(time, p.split)
	p.second = time[min(from+1, len(time)-1)]
	take := func(r int) {
		if r >= 0 && r < len(known)-1 && !slices.Contains(p.proof.Cuts, known[r]) {
			p.proof.Cuts = append(p.proof.Cuts, known[r])
		}
	}
	for i := range min(n/2, len(first)) {
		r, _ := slices.BinarySearch(time, first[i*len(first)/min(n/2, len(first))])
		take(r)
	}
	for i := 0; len(p.proof.Cuts) < n && i < n; i++ {
		take(from + (2*i+1)*(len(known)-from)/(2*n))
	}
	slices.Sort(p.proof.Cuts)
	return nil
}

// at makes everything again from what there was at an instant, and compares.
func (p *prover) at(ctx context.Context, cut int64) error {
	dir, err := os.MkdirTemp("", "mantis-leak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	past, err := data.Create(dir)
	if err != nil {
		return err
	}
	unlock, err := past.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	candles, err := candlesUntil(p.store, p.of(Candles), past, cut)
	if err != nil {
		return err
	}
	outside, err := os.MkdirTemp("", "mantis-leak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(outside)
	said, err := p.saidUntil(outside, cut)
	if err != nil {
		return err
	}
	adjust := func(s *pipeline.Stage, params any) {
		p.adjust(s, params)
		if f, ok := params.(*FeatureParams); ok {
			f.Outside = said
		}
	}
	made, err := pipeline.Replay{Given: []*data.Version{candles}, Adjust: adjust}.Run(ctx, past, p.stages(cut), p.versions, nil)
	if err != nil {
		return err
	}
	for _, full := range p.versions {
		then := made[full.Dataset]
		if then == nil || full.Dataset == Candles.Name {
			continue
		}
		c := compared{store: p.store, past: past, full: full, then: then, cut: cut}
		if err := c.compare(); err != nil {
			return err
		}
		p.proof.Values += c.values
		p.proof.Leaks = append(p.proof.Leaks, c.leaks...)
	}
	return nil
}

// stages are those that are run again: the ones whose rows stand for a moment. A
// single bar that is predicted is not traded.
func (p *prover) stages(cut int64) []*pipeline.Stage {
	var out []*pipeline.Stage
	for _, s := range []*pipeline.Stage{Bars, Closes, Features, Labels, Model, Predictions, Backtest} {
		if p.of(s) != nil && (s != Backtest || cut > p.second) {
			out = append(out, s)
		}
	}
	return out
}

// adjust holds fixed what would otherwise be settled by how much there is.
func (p *prover) adjust(_ *pipeline.Stage, params any) {
	if m, ok := params.(*ModelParams); ok {
		m.SplitAt, m.Target = data.Stamp(p.split), data.Symbol(p.symbol)
	}
}

// once keeps the first of the leaks that differ in nothing but the cut.
func (p *prover) once() {
	type place struct{ table, symbol, column string }
	seen := map[place]bool{}
	p.proof.Leaks = slices.DeleteFunc(p.proof.Leaks, func(l Leak) bool {
		at := place{l.Dataset + "/" + l.Table, l.Symbol, l.Column}
		again := l.Cut != 0 && seen[at]
		seen[at] = seen[at] || l.Cut != 0
		return again
	})
}

// notes takes in what the stages found as they ran.
func (p *prover) notes() {
	for _, v := range p.versions {
		for _, note := range v.Notes {
			if what, found := strings.CutPrefix(note, leakNote); found {
				p.proof.Leaks = append(p.proof.Leaks, Leak{Dataset: v.Dataset, What: what})
			}
		}
	}
}
