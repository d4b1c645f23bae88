package xgb

// grower grows trees, one at a time. Its buffers are kept from tree to tree.
type grower struct {
	data   *binned
	rule   rule
	crew   *crew
	worker int // who grows the tree
	halted func() bool

	order, spare []uint32
	near         []slope  // gradients in the order of rows
	drawn        []slope  // gradients of the rows of a sample
	cells, next  []cell   // this level and the one below
	families     []family // of the cells that were split
	batch        []int    // cells that are split together
	gauges       [][]gauge
	benches      [][4]bench // per worker, of the four features it is at
	rooms        [][maxBins]pair
	broad        [][]pair   // per worker, a bench for columns of many bins
	shelves      []bookcase // per feature
	keep         bool

	kernels *kernels   // nil: shelves hold the histograms
	stacks  [][]*stack // instead of shelves, by quad and slot
	scraps  []stack    // per worker, of a light cell that is not divided again
	sweeps  []sweep    // per worker

	leaves int     // of the tree, so far
	slots  int     // places of histograms in use
	cached int     // histograms that XGBoost has of the tree
	epoch  int     // how often it has dropped them
	lots   sampler // of columns
}

// family is the two children of a cell: which is the lighter, and whether both
// are built from their rows, for the histogram of the parent is gone.
type family struct {
	light int
	slot  int // of the parent
	fresh bool
}

func newGrower(data *binned, u rule, c *crew, k *kernels, halted func() bool) *grower {
	t := &grower{
		data: data, rule: u, crew: c, kernels: k, halted: halted,
		order: make([]uint32, data.rows), spare: make([]uint32, data.rows),
		near:    make([]slope, data.rows),
		gauges:  make([][]gauge, c.size()),
		benches: make([][4]bench, c.size()), rooms: make([][maxBins]pair, c.size()),
		broad:   make([][]pair, c.size()),
		shelves: make([]bookcase, len(data.columns)),
	}
	if t.stacked() {
		t.stacks = make([][]*stack, len(data.quads))
		t.scraps, t.sweeps = make([]stack, c.size()), make([]sweep, c.size())
	}
	most := 0
	for i := range data.columns {
		if col := &data.columns[i]; col.broad != nil {
			most = max(most, len(col.cuts)+1)
		}
	}
	for w := range t.broad {
		t.broad[w] = make([]pair, most)
	}
	return t
}

// grow grows a tree on the gradients of one class and adds the value of its
// leaves to the margins of their rows. worker is the caller's number in the
// crew, number that of the tree, from which samples are drawn. It returns nil
// when halted.
func (t *grower) grow(worker int, all []slope, margins []float32, number int) *tree {
	t.worker, t.leaves, t.slots, t.cached, t.epoch = worker, 1, 1, 1, 0
	for r := range t.order {
		t.order[r] = uint32(r)
	}
	all = t.sample(all, number)
	if t.stacks == nil {
		t.guard(all)
	}
	root := cell{end: len(t.order), sums: t.rootSums(all), limits: noLimits(), sight: t.lots.sight(0, 0, nil)}
	root.gain = t.rule.gain(root.sums, root.limits)
	root.locate(t.order, t.data.open)
	if t.rule.groups != nil {
		root.way = newBitset(len(t.data.columns))
	}

	out := newTree(min(2<<min(t.rule.depth, 10), 2*t.data.rows, 2*min(t.rule.leaves, 1<<20)))
	w := t.rule.weight(root.sums, root.limits)
	out.add(noParent, float32(t.rule.eta*w), float32(root.sums.h))
	out.weight[0] = w

	t.cells = append(t.cells[:0], root)
	t.evaluate(func(q, worker int) { t.showRoot(q, worker, all) })
	if t.rule.best {
		return t.growBest(out, all, margins)
	}
	for depth := 0; ; depth++ {
		if t.halted() {
			return nil
		}
		if !t.expand(out, depth, margins) {
			return out
		}
		t.cells, t.next = t.next, t.cells
		t.gather(all)
		store := depth+2 < t.rule.depth
		t.evaluate(func(q, worker int) { t.showLevel(q, worker, store) })
	}
}

// guard decides whether sums of hessians may cancel to zero although rows are
// behind them: the smallest hessian must stand above any rounding error of
// sums over all rows. Rows that count for nothing do not matter.
func (t *grower) guard(all []slope) {
	var low, high float64
	for i := range all {
		h := float64(all[i].h)
		high = max(high, h)
		if low == 0 || h < low && (h != 0 || all[i].g != 0) {
			low = h
		}
	}
	n := float64(len(all))
	t.keep = low <= n*n*2e-15*high
}

// rootSums sums all rows; on data without gaps it sums the bins of the first
// feature, as XGBoost does.
func (t *grower) rootSums(all []slope) pair {
	var s pair
	if !t.data.dense {
		for i := range all {
			g, h := all[i].wide()
			s.g += g
			s.h += h
		}
		return s
	}
	var d []pair
	if col := &t.data.columns[0]; t.data.broad {
		d = t.broad[t.worker]
		fillBroadFrom(d, col, all)
	} else {
		d = t.benches[t.worker][0][:]
		t.benches[t.worker][0].fillFrom(col, all)
	}
	for i := range d {
		s.g += d[i].g
		s.h += d[i].h
	}
	clear(d)
	return s
}

// evaluate finds the best split of every cell of the level: show presents
// the features of a quad to the gauges of its worker. Bests of
// several workers are merged by loss and feature, so that it does not matter who
// saw which feature.
func (t *grower) evaluate(show func(q, worker int)) {
	for w := range t.gauges {
		if cap(t.gauges[w]) < len(t.cells) {
			t.gauges[w] = make([]gauge, 2*len(t.cells))
		}
		t.gauges[w] = t.gauges[w][:len(t.cells)]
		for i := range t.cells {
			c := &t.cells[i]
			t.gauges[w][i].reset(&t.rule, c.sums, c.gain, c.limits)
		}
	}
	t.crew.within(t.worker, (len(t.data.columns)+3)/4, func(q, worker int) {
		if !t.halted() && t.lots.meets(q) {
			show(q, worker)
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

// showRoot builds the histograms of a quad over all rows.
func (t *grower) showRoot(q, worker int, all []slope) {
	if t.stacks != nil {
		t.stackRoot(q, worker, all)
		return
	}
	f := 4 * q
	n := min(4, len(t.data.columns)-f)
	d := &t.benches[worker]
	if t.data.broad {
		for i := f; i < f+n; i++ {
			fillBroadFrom(t.broad[worker], &t.data.columns[i], all)
			t.shelves[i].put(0, clearBroad(t.broad[worker], &t.data.columns[i]))
		}
	} else {
		quad, first := &t.data.quads[q], 0
		if quad.wide != nil {
			first = t.data.open
			fillQuadWide(d, quad.wide, t.order[:first], all[:first])
		}
		fillQuadFrom(d, quad.bins, first, all)
		for i := range n {
			b := &t.shelves[f+i]
			b.put(0, b.take(d[i].clear(len(t.data.columns[f+i].cuts), b.begin())))
		}
		for i := n; i < 4; i++ {
			d[i] = bench{}
		}
	}
	for i := f; i < f+n; i++ {
		if c := &t.cells[0]; c.sight.has(i) {
			t.gauges[worker][0].scan(&t.rule, t.shelves[i].at[0], int32(i), !t.data.columns[i].gaps())
		}
	}
}
