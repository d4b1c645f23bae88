package xgb

import (
	"fmt"
	"slices"
)

// The bounds of what is explained: features that one way from the root to a
// leaf may test, splits that it may have, and bits of the index of a clump that
// has a table.
const (
	maxTested = 64
	maxSplits = 512
	tableBits = 8
)

// clump is a part of a tree that is explained at once: a node with all that is
// below. What a row adds to its features depends only on the clump's index of
// the row. Bit j of the index tells that the row meets all that the way to the
// clump demands of its feature j, bit len(tested)+s that it goes left at split
// s within.
type clump struct {
	tested  []int32 // the features that the way tests, each once
	splits  []int32 // the nodes within that split
	columns []int32 // what the clump adds to
	leaves  []way
	widest  int // features of its leaf that tests the most
}

// bits is the width of the index.
func (c *clump) bits() int { return len(c.tested) + len(c.splits) }

// way is the way from the root to one leaf. Feature j of it is met where the
// bits under[j] of the clump's index are want[j].
type way struct {
	value   float64
	feature []int32
	under   []uint64
	want    []uint64
	share   []float64 // of the cover at its splits on feature j that goes on, as one product
	add     []int32   // place in the clump's columns of each value that the way gives
	sights  []sight   // what the background's rows meet; none: the cover stands for them
	column  []int32   // what the values are added to, before add is known
}

// met is the set of the way's features that an index meets.
func (w *way) met(index uint64) (on uint64) {
	for j, under := range w.under {
		if index&under == w.want[j] {
			on |= 1 << j
		}
	}
	return on
}

// cutting cuts one tree into clumps.
type cutting struct {
	t      *tree
	whole  int32 // number of columns
	pairs  bool  // values are of pairs of features, not of features
	weight float64
	inner  []int // splits at and below each node
	at     map[int32]*clump
}

// cut divides a tree into clumps, by the node each begins at. weight is what the
// tree counts.
func cut(t *tree, features int, weight float64, pairs bool) (map[int32]*clump, error) {
	c := &cutting{t: t, whole: int32(features), pairs: pairs, weight: weight, inner: make([]int, len(t.left)), at: map[int32]*clump{}}
	if err := c.count(); err != nil {
		return nil, err
	}
	return c.at, c.descend(0, way{value: 1}, 0)
}

// count counts splits from the leaves up and refuses covers that cannot be
// divided by.
func (c *cutting) count() error {
	t := c.t
	order := []int32{0}
	for k := 0; k < len(order); k++ {
		if i := order[k]; t.left[i] >= 0 {
			order = append(order, t.left[i], t.right[i])
		}
	}
	for _, i := range slices.Backward(order) {
		l, r := t.left[i], t.right[i]
		if l < 0 {
			continue
		}
		c.inner[i] = 1 + c.inner[l] + c.inner[r]
		if a, b := t.hess[l], t.hess[r]; !(a >= 0 && b >= 0 && a+b > 0 && a+b <= 3e38) {
			return fmt.Errorf("entry %d: the covers (sum_hessian) below it are %v and %v: want such as training leaves", i, a, b)
		}
	}
	return nil
}

// descend goes down from a node that is reached by w, until what is left makes a
// clump.
func (c *cutting) descend(i int32, w way, depth int) error {
	if depth > maxSplits {
		return fmt.Errorf("a leaf is more than %d splits deep: too deep to explain", maxSplits)
	}
	if len(w.feature)+c.inner[i] <= tableBits || c.t.left[i] < 0 {
		k := &clump{tested: w.feature}
		for j := range w.feature {
			w.under[j], w.want[j] = 1<<j, 1<<j
		}
		c.at[i] = k
		c.collect(k, i, w)
		k.finish(c)
		return nil
	}
	for _, left := range [2]bool{true, false} {
		next, child := c.step(i, w, left)
		if len(next.feature) > maxTested {
			return fmt.Errorf("a leaf is behind tests of more than %d features: too many to explain", maxTested)
		}
		if err := c.descend(child, next, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// collect gathers the leaves and splits of a clump.
func (c *cutting) collect(k *clump, i int32, w way) {
	if c.t.left[i] < 0 {
		w.value = float64(c.weight * float64(c.t.cond[i]))
		k.leaves = append(k.leaves, w)
		return
	}
	bit := uint64(1) << (len(k.tested) + len(k.splits))
	k.splits = append(k.splits, i)
	for _, left := range [2]bool{true, false} {
		next, child := c.step(i, w, left)
		j := slices.Index(next.feature, c.t.feature[i])
		next.under[j] |= bit
		if left {
			next.want[j] |= bit
		}
		c.collect(k, child, next)
	}
}

// step is a way one split longer.
func (c *cutting) step(i int32, w way, left bool) (way, int32) {
	t := c.t
	to, other := t.left[i], t.right[i]
	if !left {
		to, other = other, to
	}
	f := t.feature[i]
	next := way{feature: slices.Clone(w.feature), under: slices.Clone(w.under), want: slices.Clone(w.want), share: slices.Clone(w.share)}
	j := slices.Index(next.feature, f)
	if j < 0 {
		j = len(next.feature)
		next.feature, next.share = append(next.feature, f), append(next.share, 1)
		next.under, next.want = append(next.under, 0), append(next.want, 0)
	}
	whole := float64(t.hess[to]) + float64(t.hess[other])
	next.share[j] = float64(next.share[j] * (float64(t.hess[to]) / whole))
	return next, to
}

// finish lists the columns that the leaves of a clump add to.
func (k *clump) finish(c *cutting) {
	for i := range k.leaves {
		w := &k.leaves[i]
		k.widest = max(k.widest, len(w.feature))
		w.column = w.feature
		if c.pairs {
			w.column = nil
			for a, f := range w.feature {
				for _, g := range w.feature[a+1:] {
					w.column = append(w.column, pairColumn(min(f, g), max(f, g), c.whole))
				}
			}
		}
		for _, column := range w.column {
			at := slices.Index(k.columns, column)
			if at < 0 {
				at = len(k.columns)
				k.columns = append(k.columns, column)
			}
			w.add = append(w.add, int32(at))
		}
		w.column = nil
	}
}

// pairColumn numbers the pairs f < g of n features.
func pairColumn(f, g, n int32) int32 { return f*n - f*(f+1)/2 + g - f - 1 }
