package xgb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"mantis/data/num"
)

// Permutation returns, for each feature, by how much the model's log-loss on the
// rows grows when the feature's values change places among them: the mean over
// that many shuffles, drawn from seed, feature and shuffle alone. class has the
// rows' classes from 0. The result does not depend on GOMAXPROCS.
func (b *Booster) Permutation(ctx context.Context, x Matrix, class []int32, seed uint64, shuffles int) ([]float64, error) {
	if err := b.fits(x); err != nil {
		return nil, err
	}
	if len(class) != x.Rows() || len(class) == 0 || shuffles < 1 {
		return nil, fmt.Errorf("xgb: %d classes for %d rows, shuffled %d times", len(class), x.Rows(), shuffles)
	}
	if b.linear != nil || b.classes < 2 {
		return nil, fmt.Errorf("xgb: %s of %s has no log-loss over classes and trees", b.Kind(), b.Objective())
	}
	for r, k := range class {
		if k < 0 || int(k) >= b.classes {
			return nil, fmt.Errorf("xgb: row %d: class %d of %d", r, k, b.classes)
		}
	}
	out := make([]float64, len(x.Cols))
	before := b.loss(x, class)
	var next atomic.Int64
	var done sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(out)) {
		done.Add(1)
		go func() {
			defer done.Done()
			for f := int(next.Add(1)) - 1; f < len(out) && ctx.Err() == nil; f = int(next.Add(1)) - 1 {
				sum := 0.0
				for s := range shuffles {
					sum += b.loss(shuffled(x, f, rand.NewPCG(seed, uint64(f)<<32|uint64(s))), class)
				}
				out[f] = sum/float64(shuffles) - before
			}
		}()
	}
	done.Wait()
	return out, ctx.Err()
}

// shuffled is x with one column shuffled.
func shuffled(x Matrix, f int, random *rand.PCG) Matrix {
	y := Matrix{Names: x.Names, Cols: append([][]float32(nil), x.Cols...)}
	col := append([]float32(nil), x.Cols[f]...)
	for i := len(col) - 1; i > 0; i-- {
		j := int(random.Uint64() % uint64(i+1))
		col[i], col[j] = col[j], col[i]
	}
	y.Cols[f] = col
	return y
}

// loss is the mean of -log(probability of the row's class).
func (b *Booster) loss(x Matrix, class []int32) float64 {
	margins := make([]float32, len(class)*b.classes)
	for r := range class {
		copy(margins[r*b.classes:], b.intercept)
	}
	for i, t := range b.scored() {
		for r := range class {
			margins[r*b.classes+b.class(i)] += float32(b.weight(i) * t.walk(x, r))
		}
	}
	sum := 0.0
	for r, k := range class {
		row := margins[r*b.classes:][:b.classes]
		top := row[0]
		for _, m := range row {
			top = max(top, m)
		}
		whole := 0.0
		for _, m := range row {
			whole += num.Exp(float64(m) - float64(top))
		}
		sum += num.Log(whole) - (float64(row[k]) - float64(top))
	}
	return sum / float64(len(class))
}
