package xgb

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync/atomic"
)

// baseScore is the margin every class starts from.
const baseScore = 0.5

var negInf = float32(math.Inf(-1))

// Train boosts p.Rounds rounds of p.NumClass trees on the rows of x, class[r]
// being the class of row r, 0 to p.NumClass-1. progress, when not nil, is
// called after every round with the number of rounds done.
//
// The model is the one XGBoost 3.4 trains with one thread, in every bit, and
// the same at any GOMAXPROCS. A zero of either sign trains as +0. Train
// returns ctx.Err() soon after ctx is cancelled.
func Train(ctx context.Context, x Matrix, class []int32, p Params, progress func(round int)) (*Booster, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if err := x.Check(); err != nil {
		return nil, err
	}
	rows := x.Rows()
	if rows == 0 {
		return nil, fmt.Errorf("xgb: no rows")
	}
	if len(class) != rows {
		return nil, fmt.Errorf("xgb: %d classes for %d rows", len(class), rows)
	}
	for r, k := range class {
		if k < 0 || int(k) >= p.NumClass {
			return nil, fmt.Errorf("xgb: row %d: class %d of %d", r, k, p.NumClass)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var halt atomic.Bool
	defer context.AfterFunc(ctx, func() { halt.Store(true) })()

	c := newCrew(min(runtime.GOMAXPROCS(0), p.NumClass*len(x.Cols)))
	defer c.stop()
	data := bin(x, p.MaxBin, c)
	b := &Booster{
		names: append([]string(nil), x.Names...), classes: p.NumClass,
		intercept: make([]float32, p.NumClass),
	}
	for k := range b.intercept {
		b.intercept[k] = baseScore
	}
	boost(b, data, class, p, c, halt.Load, progress)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return b, nil
}

// boost appends the trees of all rounds to b, fewer when halted.
func boost(b *Booster, data *binned, class []int32, p Params, c *crew, halted func() bool, progress func(int)) {
	margins, gradients := make([][]float32, p.NumClass), make([][]pair, p.NumClass)
	for k := range margins {
		margins[k], gradients[k] = make([]float32, data.rows), make([]pair, data.rows)
		for r := range margins[k] {
			margins[k][r] = b.intercept[k]
		}
	}
	growers := make(chan *grower, min(c.size(), p.NumClass)) // no more are at work at a time
	for range cap(growers) {
		growers <- newGrower(data, p.rule(), c, halted)
	}
	const block = 512
	for round := 1; round <= p.Rounds && !halted(); round++ {
		c.each((data.rows+block-1)/block, func(i, _ int) {
			softprob(margins, class, gradients, i*block, min(data.rows, (i+1)*block))
		})
		trees := make([]*tree, p.NumClass)
		c.each(p.NumClass, func(k, worker int) {
			g := <-growers
			trees[k] = g.grow(worker, gradients[k], margins[k])
			growers <- g
		})
		if halted() {
			return
		}
		b.trees = append(b.trees, trees...)
		if progress != nil {
			progress(round)
		}
	}
}
