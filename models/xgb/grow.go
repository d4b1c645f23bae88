package xgb

// grower grows trees, one at a time. Its buffers are kept from tree to tree.
type grower struct {
	data   *binned
	rule   rule
	crew   *crew
	worker int // who grows the tree
	halted func() bool

	order, spare []uint32
	near         []pair // gradients in the order of rows
	cells, next  []cell // this level and the one below
	parents      []int  // cells of this level that are split
	gauges       [][]gauge
	benches      [][2]bench // per worker, of the two features it is at
	rooms        [][maxBins]pair
	shelves      []bookcase // per feature
	keep         bool
}

// bookcase keeps the histograms of one feature: of the cells of a level and,
// while they are divided, of the cells below.
type bookcase struct {
	sums []pair
	bins []uint8
	used int
	at   [2][]shelf // per cell, of even and odd levels
}

// free returns the unused room, which is at least maxBins. What is in use
// stays where it is, even if the bookcase grows.
func (b *bookcase) free() shelf {
	if len(b.sums)-b.used < maxBins {
		n := max(8*maxBins, 2*len(b.sums))
		b.sums, b.bins, b.used = make([]pair, n), make([]uint8, n), 0
	}
	return shelf{b.sums[b.used:], b.bins[b.used:]}
}

func newGrower(data *binned, u rule, c *crew, halted func() bool) *grower {
	return &grower{
		data: data, rule: u, crew: c, halted: halted,
		order: make([]uint32, data.rows), spare: make([]uint32, data.rows),
		near:    make([]pair, data.rows),
		gauges:  make([][]gauge, c.size()),
		benches: make([][2]bench, c.size()), rooms: make([][maxBins]pair, c.size()),
		shelves: make([]bookcase, len(data.columns)),
	}
}

// grow grows a tree on the gradients of one class and adds the value of its
// leaves to the margins of their rows. worker is the caller's number in the
// crew. It returns nil when halted.
func (t *grower) grow(worker int, all []pair, margins []float32) *tree {
	t.worker = worker
	for r := range t.order {
		t.order[r] = uint32(r)
	}
	t.guard(all)
	root := cell{end: len(t.order), sums: t.rootSums(all)}
	root.gain = t.rule.gain(root.sums)
	root.locate(t.order, t.data.open)

	out := newTree(min(2<<t.rule.maxDepth, 2*t.data.rows))
	w := t.rule.weight(root.sums)
	out.add(noParent, float32(t.rule.eta*w), float32(root.sums.h))
	out.weight[0] = w

	t.cells = append(t.cells[:0], root)
	t.evaluate(func(f, worker int) { t.showRoot(f, worker, all) })
	for depth := 0; ; depth++ {
		if t.halted() {
			return nil
		}
		if !t.expand(out, depth, margins) {
			return out
		}
		t.gather(all)
		store := depth+2 < t.rule.maxDepth
		level := depth & 1
		t.cells, t.next = t.next, t.cells
		t.evaluate(func(f, worker int) { t.showLevel(f, worker, level, store) })
	}
}

// guard decides whether sums of hessians may cancel to zero although rows are
// behind them: the smallest hessian must stand above any rounding error of
// sums over all rows.
func (t *grower) guard(all []pair) {
	low := all[0].h
	for i := range all {
		low = min(low, all[i].h)
	}
	n := float64(len(all))
	t.keep = low <= n*n*1e-15
}

// rootSums sums all rows; on data without gaps it sums the bins of the first
// feature, as XGBoost does.
func (t *grower) rootSums(all []pair) pair {
	var s pair
	if !t.data.dense {
		for i := range all {
			s.g += all[i].g
			s.h += all[i].h
		}
		return s
	}
	d := &t.benches[t.worker][0]
	d.fillFrom(&t.data.columns[0], 0, all)
	for i := range d {
		s.g += d[i].g
		s.h += d[i].h
	}
	*d = bench{}
	return s
}

// evaluate finds the best split of every cell of the level: show presents a
// feature of even index and the next one to the gauges of its worker. Bests of several workers are merged by
// loss and feature, so that it does not matter who saw which feature.
func (t *grower) evaluate(show func(f, worker int)) {
	for w := range t.gauges {
		if cap(t.gauges[w]) < len(t.cells) {
			t.gauges[w] = make([]gauge, 2*len(t.cells))
		}
		t.gauges[w] = t.gauges[w][:len(t.cells)]
		for i := range t.cells {
			t.gauges[w][i].reset(&t.rule, t.cells[i].sums, t.cells[i].gain)
		}
	}
	t.crew.within(t.worker, (len(t.data.columns)+1)/2, func(i, worker int) {
		if !t.halted() {
			show(2*i, worker)
		}
	})
	for i := range t.cells {
		best := &t.cells[i].best
		*best = t.gauges[0][i].best
		for w := 1; w < len(t.gauges); w++ {
			if s := &t.gauges[w][i].best; s.better(best) {
				*best = *s
			}
		}
	}
}

// showRoot builds the histograms of feature f and the next over all rows.
func (t *grower) showRoot(f, worker int, all []pair) {
	n := min(2, len(t.data.columns)-f)
	for i := range n {
		if col := &t.data.columns[f+i]; col.wide != nil {
			t.benches[worker][i].fillWide(col, t.order[:t.data.open], all[:t.data.open])
		} else {
			t.benches[worker][i].fill(col, t.order[:t.data.open], all[:t.data.open])
		}
	}
	d := &t.benches[worker]
	if n == 2 {
		fillTwinsFrom(&d[0], &d[1], t.data.twins[f/2], t.data.open, all)
	} else {
		d[0].fillFrom(&t.data.columns[f], t.data.open, all)
	}
	for i := range n {
		col, b := &t.data.columns[f+i], &t.shelves[f+i]
		b.used = 0
		s := d[i].clear(len(col.cuts), b.free())
		b.used += len(s.sums)
		b.at[0] = append(b.at[0][:0], s)
		t.gauges[worker][0].scan(&t.rule, s, int32(f+i), col.wide == nil)
	}
}
