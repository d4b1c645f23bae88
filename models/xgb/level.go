package xgb

// expand splits the cells of a level that are worth it, in their order, and
// fills next with the children. Rows that end in a leaf get its value added to
// their margins. It reports whether there are children to evaluate.
func (t *grower) expand(out *tree, depth int, margins []float32) bool {
	t.next, t.parents = t.next[:0], t.parents[:0]
	final := depth+1 == t.rule.maxDepth
	for i := range t.cells {
		c := &t.cells[i]
		if s := &c.best; !(s.loss > 1e-6 && s.loss >= t.rule.gamma) {
			t.settle(c.begin, c.end, out.cond[c.place], margins)
			continue
		}
		left, right := t.split(out, c)
		if final {
			t.settle(left.begin, left.end, out.cond[left.place], margins)
			t.settle(right.begin, right.end, out.cond[right.place], margins)
			continue
		}
		t.parents = append(t.parents, i)
		t.next = append(t.next, left, right)
	}
	return len(t.next) > 0
}

func (t *grower) settle(begin, end int, value float32, margins []float32) {
	for _, r := range t.order[begin:end] {
		margins[r] += value
	}
}

// split writes the best split of a cell to the tree and divides its rows.
func (t *grower) split(out *tree, c *cell) (left, right cell) {
	s, u, p := &c.best, &t.rule, c.place
	col := &t.data.columns[s.feature]
	lw, rw := u.weight(s.left), u.weight(s.right)
	sums := pair{s.left.g + s.right.g, s.left.h + s.right.h}
	left = cell{place: out.add(p, float32(u.eta*lw), float32(s.left.h)), sums: s.left, gain: u.gain(s.left)}
	right = cell{place: out.add(p, float32(u.eta*rw), float32(s.right.h)), sums: s.right, gain: u.gain(s.right)}

	out.left[p], out.right[p] = left.place, right.place
	out.feature[p], out.defaultLeft[p] = s.feature, s.defaultLeft
	out.cond[p] = negInf
	if s.bin >= 0 {
		out.cond[p] = col.cuts[s.bin]
	}
	out.loss[p], out.hess[p], out.weight[p] = s.loss, float32(sums.h), u.weight(sums)

	middle := c.divide(col, t.order, t.spare)
	left.begin, left.end = c.begin, middle
	right.begin, right.end = middle, c.end
	left.locate(t.order, t.data.open)
	right.locate(t.order, t.data.open)
	return left, right
}

// built returns which child of the pair is summed from its rows, the lighter
// one; the other is what is left of the parent.
func built(left, right *cell) (light, heavy int) {
	if right.sums.h < left.sums.h {
		return 1, 0
	}
	return 0, 1
}

// gather lays out the gradients of the cells that will be built, in the order
// of their rows.
func (t *grower) gather(all []pair) {
	for i := 0; i < len(t.next); i += 2 {
		light, _ := built(&t.next[i], &t.next[i+1])
		c := &t.next[i+light]
		near := t.near[c.begin:c.end]
		for j, r := range t.order[c.begin:c.end] {
			near[j] = all[r]
		}
	}
}

// showLevel divides the histograms of feature f and the next among the
// children of the level above, whose parity is given, and shows them. store
// says whether they will be divided again.
func (t *grower) showLevel(f, worker, parity int, store bool) {
	benches, gauges := &t.benches[worker], t.gauges[worker]
	n := min(2, len(t.data.columns)-f)
	for i := range n {
		b := &t.shelves[f+i]
		b.at[1-parity] = b.at[1-parity][:0]
	}
	for i, p := range t.parents {
		children := t.cells[2*i : 2*i+2]
		light, heavy := built(&children[0], &children[1])
		t.fill(benches, f, n, &children[light])
		for k := range n {
			d, b, col := &benches[k], &t.shelves[f+k], &t.data.columns[f+k]
			parent := b.at[parity][p]
			whole := [2]bool{children[0].whole(col, t.order), children[1].whole(col, t.order)}
			if !store {
				d.judge(&t.rule, parent, int32(f+k), &gauges[2*i+light], &gauges[2*i+heavy], whole[light], whole[heavy], &t.rooms[worker])
				continue
			}
			var s [2]shelf
			s[light], s[heavy] = d.part(parent, b.free(), t.keep)
			for j := range s {
				gauges[2*i+j].scan(&t.rule, s[j], int32(f+k), whole[j])
			}
			b.used += len(s[light].sums)
			b.at[1-parity] = append(b.at[1-parity], s[0], s[1])
		}
	}
}

// fill builds the histograms of feature f and, if n is 2, the next over the
// rows of a cell.
func (t *grower) fill(d *[2]bench, f, n int, c *cell) {
	if c.begin < c.open {
		rows, near := t.order[c.begin:c.open], t.near[c.begin:c.open]
		for k := range n {
			if col := &t.data.columns[f+k]; col.wide != nil {
				d[k].fillWide(col, rows, near)
			} else {
				d[k].fill(col, rows, near)
			}
		}
	}
	rows, near := t.order[c.open:c.end], t.near[c.open:c.end]
	if n == 2 {
		fillTwins(&d[0], &d[1], t.data.twins[f/2], rows, near)
	} else {
		d[0].fill(&t.data.columns[f], rows, near)
	}
}
