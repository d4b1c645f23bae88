package xgb

// stack is the histograms of the four columns of a quad: the sums of a bin lie
// side by side, and those of missing rows behind all bins.
type stack [maxBins + 1][4]pair

// sweep is a search over the bins of a stack. Its layout is known to screen.
type sweep struct {
	sums                      [4]pair  // up to the bin it is at
	center, span, bar, lambda float64  // of the gauge and the rule
	least, total              float64  // hessians: of a side, and of the cell
	lanes                     uint64   // of the columns that count
	passed                    uint64   // of those that were above the bar so far
	hits                      uint64   // of those that screen found
	_                         [56]byte // up to whole cache lines, for each worker has its own
}

// lane is the bit of each column in the lanes of a sweep.
var lane = [4]uint64{1, 4, 2, 8}

// kernels are what a processor may have quicker ways for than plain Go. Rows are ascending, near has their
// slopes one after the other, and bins a word for every row of the table.
type kernels struct {
	addRows  func(h *stack, bins, rows []uint32, near []slope)
	addAll   func(h *stack, bins []uint32, near []slope)
	addWide  func(h *stack, bins []uint64, rows []uint32, near []slope)
	subtract func(parent, child *stack, bins int)
	// screen adds bins from one on by steps of 1 or -1 to the running sums, notes
	// which columns are above the bar, and returns the first bin where one is
	// whose sides have the hessians they need and whose bin is not empty; or to,
	// which is not added.
	screen func(s *sweep, h *stack, from, to, step int) int
	// softprob writes the slopes of n rows from one on, a multiple of four, as
	// they are where the class is not the row's label.
	softprob func(margins [][]float32, out [][]slope, begin, n int)
}

// stacked says whether a grower keeps stacks and not shelves: there must be
// kernels for them, and enough rows a cell that few of their bins are empty.
func (t *grower) stacked() bool {
	u := &t.rule
	cells := 1 << max(0, min(u.depth-1, 30))
	cells = min(cells, u.leaves)
	return t.kernels != nil && !t.data.broad && cells <= min(64, max(1, t.data.rows/16))
}

// stackAt is where the histograms of a quad in the cell at a slot are.
func (t *grower) stackAt(q, slot int) *stack {
	for len(t.stacks[q]) <= slot {
		t.stacks[q] = append(t.stacks[q], new(stack))
	}
	return t.stacks[q][slot]
}

// stackRoot builds the histograms of a quad over all rows and shows them.
func (t *grower) stackRoot(q, worker int, all []slope) {
	quad, h, first := &t.data.quads[q], t.stackAt(q, 0), 0
	clear(h[:quad.cuts])
	if quad.wide != nil {
		first = t.data.open
		t.kernels.addWide(h, quad.wide, t.order[:first], all[:first])
	}
	t.kernels.addAll(h, quad.bins[first:], all[first:])
	t.sweep(q, worker, 0, h)
}

// stackLevel builds the histograms of a quad in the children of the cells that
// were split and shows them. store says whether they will be divided again.
func (t *grower) stackLevel(q, worker int, store bool) {
	for i := range t.families {
		fam := &t.families[i]
		for side := range 2 {
			if c := &t.cells[2*i+side]; fam.fresh || side == fam.light {
				h := &t.scraps[worker]
				if store || fam.fresh {
					h = t.stackAt(q, c.slot)
				}
				t.stackCell(q, h, c)
				if !fam.fresh {
					t.kernels.subtract(t.stackAt(q, fam.slot), h, t.data.quads[q].cuts)
				}
				t.sweep(q, worker, 2*i+side, h)
			}
		}
		if !fam.fresh {
			t.sweep(q, worker, 2*i+1-fam.light, t.stackAt(q, fam.slot))
		}
	}
}

// stackCell builds the histograms of a quad over the rows of a cell.
func (t *grower) stackCell(q int, h *stack, c *cell) {
	quad, begin := &t.data.quads[q], c.begin
	clear(h[:quad.cuts])
	if quad.wide != nil {
		begin = c.open
		t.kernels.addWide(h, quad.wide, t.order[c.begin:begin], t.near[c.begin:begin])
	}
	t.kernels.addRows(h, quad.bins, t.order[begin:c.end], t.near[begin:c.end])
}

// sweep shows the splits of the features of a quad to the gauge of a cell, as
// gauge.scan does for one feature.
func (t *grower) sweep(q, worker, i int, h *stack) {
	c, g, s := &t.cells[i], &t.gauges[worker][i], &t.sweeps[worker]
	*s = sweep{center: g.center, span: g.span, bar: g.bar, lambda: t.rule.lambda, least: t.rule.minHess, total: g.total.h}
	n := min(4, len(t.data.columns)-4*q)
	for k := range n {
		if c.sight.has(4*q + k) {
			s.lanes |= lane[k]
		}
	}
	if s.lanes == 0 {
		return
	}
	end := t.data.quads[q].cuts
	for at := 0; ; at++ {
		if at = t.kernels.screen(s, h, at, end, 1); at == end {
			break
		}
		t.try(g, s, 4*q, at, true)
	}
	for k := range n {
		if s.sums[k] == g.total || g.sieved && s.passed&lane[k] == 0 && c.whole(&t.data.columns[4*q+k], t.order) {
			s.lanes &^= lane[k]
		}
	}
	if s.lanes == 0 {
		return
	}
	s.sums = [4]pair{}
	for at := end - 1; ; at-- {
		if at = t.kernels.screen(s, h, at, -1, -1); at < 0 {
			return
		}
		t.try(g, s, 4*q, at-1, false)
	}
}

// try judges the splits of the columns that a sweep found above the bar.
func (t *grower) try(g *gauge, s *sweep, first, bin int, left bool) {
	for k := range s.sums {
		if s.hits&lane[k] != 0 && g.above(t.rule.lambda, s.sums[k]) {
			g.try(&t.rule, s.sums[k], int32(first+k), int32(bin), left)
		}
	}
	s.bar = g.bar
}
