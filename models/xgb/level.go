package xgb

// batchSize is the number of cells that XGBoost takes from its queue at a time.
const batchSize = 256

// expand splits the cells of a level that are worth it, in their order, and
// fills next with the children. Rows that end in a leaf get its value added to
// their margins. It reports whether there are children to evaluate.
//
// XGBoost does so in batches, which shows: where a batch finds cells in the
// queue, and none of them may be split, the tree ends, whatever else waits.
func (t *grower) expand(out *tree, depth int, margins []float32) bool {
	t.next, t.families = t.next[:0], t.families[:0]
	for i := 0; i < len(t.cells); {
		waiting := false
		t.batch = t.batch[:0]
		for ; i < len(t.cells) && len(t.batch) < batchSize; i++ {
			c := &t.cells[i]
			waiting = waiting || c.best.loss > flat
			if t.leaves == t.rule.leaves || depth == t.rule.depth || !t.rule.worthy(&c.best) {
				t.settle(out, c, margins)
				continue
			}
			t.leaves++
			t.batch = append(t.batch, i)
		}
		if waiting && len(t.batch) == 0 {
			for j := range t.next {
				t.settle(out, &t.next[j], margins)
			}
			return false
		}
		t.splitBatch(out, depth, margins)
	}
	return len(t.next) > 0
}

// splitBatch splits the cells of the batch, and appends their children to next
// if these may be split in turn.
func (t *grower) splitBatch(out *tree, depth int, margins []float32) {
	fertile := depth+1 < t.rule.depth && t.leaves < t.rule.leaves
	if fertile {
		t.cache(2 * len(t.batch))
	}
	for _, i := range t.batch {
		c := &t.cells[i]
		left, right := t.split(out, c)
		k, rows := t.data.fork(&c.best), t.order[c.begin:c.end]
		if !fertile {
			k.settle(rows, margins, out.cond[left.place], out.cond[right.place])
			continue
		}
		middle := c.begin + k.divide(rows, t.spare)
		left.begin, left.end = c.begin, middle
		right.begin, right.end = middle, c.end
		left.locate(t.order, t.data.open)
		right.locate(t.order, t.data.open)
		t.bear(c, left, right)
	}
}

// cache counts histograms as XGBoost's cache does, which is emptied when more
// would not fit.
func (t *grower) cache(more int) {
	if t.cached+more > t.rule.cache {
		t.cached = 0
		t.epoch++
	}
	t.cached += more
}

// bear appends the children of a cell to next. The heavy one takes the place of
// the parent's histograms.
func (t *grower) bear(c *cell, left, right cell) {
	f := family{slot: c.slot, fresh: c.epoch != t.epoch}
	if right.sums.h < left.sums.h {
		f.light = 1
	}
	pair := [2]*cell{&left, &right}
	pair[f.light].slot, pair[1-f.light].slot = t.slots, c.slot
	t.slots++
	left.epoch, right.epoch = t.epoch, t.epoch
	t.next, t.families = append(t.next, left, right), append(t.families, f)
}

// settle gives the rows of a leaf its value.
func (t *grower) settle(out *tree, c *cell, margins []float32) {
	value := out.cond[c.place]
	for _, r := range t.order[c.begin:c.end] {
		margins[r] += value
	}
}

// split writes the best split of a cell to the tree and returns its children
// without their rows.
func (t *grower) split(out *tree, c *cell) (left, right cell) {
	s, u, p := &c.best, &t.rule, c.place
	col := &t.data.columns[s.feature]
	lw, rw := u.weight(s.left, c.limits), u.weight(s.right, c.limits)
	sums := pair{s.left.g + s.right.g, s.left.h + s.right.h}
	left = cell{place: out.add(p, float32(u.eta*lw), float32(s.left.h)), sums: s.left, gain: u.gain(s.left, c.limits), depth: c.depth + 1}
	right = cell{place: out.add(p, float32(u.eta*rw), float32(s.right.h)), sums: s.right, gain: u.gain(s.right, c.limits), depth: c.depth + 1}
	left.limits, right.limits = u.tighten(c.limits, s.feature, lw, rw)

	out.left[p], out.right[p] = left.place, right.place
	out.feature[p], out.defaultLeft[p] = s.feature, s.defaultLeft
	out.cond[p] = col.floor
	if s.bin >= 0 {
		out.cond[p] = col.cuts[s.bin]
	}
	out.loss[p], out.hess[p], out.weight[p] = s.loss, float32(sums.h), u.weight(sums, c.limits)

	var reach bitset
	if u.groups != nil {
		way := c.way.with(int(s.feature))
		left.way, right.way, reach = way, way, u.reach(way)
	}
	left.sight = t.lots.sight(left.depth, left.place, reach)
	right.sight = t.lots.sight(right.depth, right.place, reach)
	return left, right
}

// gather lays out the gradients of the cells that will be built, in the order
// of their rows.
func (t *grower) gather(all []slope) {
	for i, f := range t.families {
		for side := range 2 {
			if side != f.light && !f.fresh {
				continue
			}
			c := &t.cells[2*i+side]
			near := t.near[c.begin:c.end]
			for j, r := range t.order[c.begin:c.end] {
				near[j] = all[r]
			}
		}
	}
}
