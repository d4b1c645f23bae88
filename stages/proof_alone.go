package stages

import (
	"context"
	"fmt"
	"math"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// alone computes every feature at every bar from its look-back alone, and demands
// the bits that are stored.
func (p *prover) alone(ctx context.Context) error {
	bars, features := p.of(Bars), p.of(Features)
	if bars == nil || features == nil {
		return nil
	}
	symbols := symbolsOf(bars, "bars")
	leaks, same := make([][]Leak, len(symbols)), make([]int64, len(symbols))
	err := pipeline.Each(ctx, len(symbols), func(i int) (err error) {
		leaks[i], same[i], err = p.aloneIn(bars, features, symbols[i])
		return err
	})
	for i := range symbols {
		p.proof.Leaks = append(p.proof.Leaks, leaks[i]...)
		p.proof.Alone += same[i]
	}
	return err
}

func (p *prover) aloneIn(bars, features *data.Version, symbol string) (leaks []Leak, same int64, err error) {
	batch, err := readStored(p.store, bars, "bars", symbol)
	if err != nil {
		return nil, 0, err
	}
	stored, err := readStored(p.store, features, "features", symbol)
	if err != nil {
		return nil, 0, err
	}
	c := batch.Columns()
	b, known := featureBars(c), c.Ints("known_at")
	if c.Err != nil {
		return nil, 0, c.Err
	}
	b = b.Started()
	all, err := p.beside(bars, features, symbol, stored.Schema(), &b)
	if err != nil {
		return nil, 0, err
	}
	for _, f := range all {
		was, err := stored.Floats(f.Name)
		if err != nil {
			return nil, 0, err
		}
		if t, now := beyondLookBack(f, b, was, 0, b.Len()); t >= 0 {
			leaks = append(leaks, Leak{Dataset: Features.Name, Table: "features", Symbol: symbol, Column: f.Name, Known: known[t], What: lookBackText(f, was[t], now)})
			same += int64(t)
			continue
		}
		same += int64(b.Len())
	}
	return leaks, same, nil
}

func lookBackText(f *feature.Feature, was, now float64) string {
	return fmt.Sprintf("it is %v, and %v from the %s that it may look back on", was, now, data.Counted(f.LookBack, "bar"))
}

// beyondLookBack is the first of the bars from (inclusive) to to (exclusive) at
// which a feature is not what it is from its look-back alone, and what it is then;
// -1 where there is none.
func beyondLookBack(f *feature.Feature, b feature.Bars, was []float64, from, to int) (t int, now float64) {
	out := make([]float64, f.LookBack)
	for t := from; t < to; t++ {
		first := max(0, t+1-f.LookBack)
		tail := out[:t+1-first]
		f.Compute(b.Slice(first, t+1), tail)
		if now := tail[len(tail)-1]; math.Float64bits(now) != math.Float64bits(was[t]) {
			return t, now
		}
	}
	return -1, 0
}

// lookedAt is at how many bars of a part a feature is computed twice in a run.
const lookedAt = 4

// refuseLookAhead computes a feature once more at a few of the bars from first,
// each with bars after it that it must not see, from its look-back alone.
func refuseLookAhead(f *feature.Feature, b feature.Bars, was []float64, first int) error {
	n := b.Len() - 1 - first
	for i := range min(lookedAt, n) {
		at := first + (i+1)*n/min(lookedAt, n) - 1
		if t, now := beyondLookBack(f, b, was, at, at+1); t >= 0 {
			return data.WithHint(fmt.Errorf("%w: feature %s at %s: %s", ErrLeak, f.Name, data.Stamp(b.Time[t]), lookBackText(f, was[t], now)),
				"see whether it looks at later bars, or declares too short a LookBack")
		}
	}
	return nil
}
