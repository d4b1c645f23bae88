package xgb

// showLevel divides the histograms of a quad among the children of the cells
// that were split, and shows them. store says whether they will be divided again.
func (t *grower) showLevel(q, worker int, store bool) {
	if t.stacks != nil {
		t.stackLevel(q, worker, store)
		return
	}
	f := 4 * q
	n := min(4, len(t.data.columns)-f)
	for i := range t.families {
		fam := &t.families[i]
		if t.data.broad {
			for k := range n {
				t.showBroad(f+k, worker, i)
			}
			continue
		}
		if fam.fresh {
			t.showFresh(q, n, worker, i)
			continue
		}
		t.fill(&t.benches[worker], q, n, &t.cells[2*i+fam.light])
		for k := range n {
			t.show(f+k, worker, i, &t.benches[worker][k], store)
		}
	}
}

// show divides the histogram of feature f in a family, whose light child is on
// the bench.
func (t *grower) show(f, worker, i int, d *bench, store bool) {
	col, b, fam := &t.data.columns[f], &t.shelves[f], &t.families[i]
	children, gauges := t.cells[2*i:2*i+2], t.gauges[worker][2*i:2*i+2]
	light, heavy := fam.light, 1-fam.light
	if !store && children[0].sight.has(f) && children[1].sight.has(f) {
		d.judge(&t.rule, b.at[fam.slot], int32(f), &gauges[light], &gauges[heavy],
			children[light].whole(col, t.order), children[heavy].whole(col, t.order), &t.rooms[worker])
		return
	}
	var s [2]shelf
	s[light], s[heavy] = d.part(b.at[fam.slot], b.free(), t.keep)
	b.take(s[light])
	t.scan(f, worker, i, s)
}

// showBroad builds and divides the histogram of a broad feature in a family.
func (t *grower) showBroad(f, worker, i int) {
	col, fam := &t.data.columns[f], &t.families[i]
	var s [2]shelf
	for side := range 2 {
		if side != fam.light && !fam.fresh {
			continue
		}
		c := &t.cells[2*i+side]
		fillBroad(t.broad[worker], col, t.order[c.begin:c.end], t.near[c.begin:c.end])
		if fam.fresh {
			s[side] = clearBroad(t.broad[worker], col)
		}
	}
	if !fam.fresh {
		s[fam.light], s[1-fam.light] = partBroad(t.broad[worker], col, t.shelves[f].at[fam.slot], t.keep)
	}
	t.scan(f, worker, i, s)
}

// showFresh builds the histograms of the n features of a quad for both children
// of a family from their rows.
func (t *grower) showFresh(q, n, worker, i int) {
	var s [4][2]shelf // by feature and side
	for side := range 2 {
		t.fill(&t.benches[worker], q, n, &t.cells[2*i+side])
		for k := range n {
			col, b := &t.data.columns[4*q+k], &t.shelves[4*q+k]
			s[k][side] = b.take(t.benches[worker][k].clear(len(col.cuts), b.free()))
		}
	}
	for k := range n {
		t.scan(4*q+k, worker, i, s[k])
	}
}

// scan keeps the histograms of feature f in both children of a family and shows
// them to those that may split by it.
func (t *grower) scan(f, worker, i int, s [2]shelf) {
	col, b := &t.data.columns[f], &t.shelves[f]
	for side := range s {
		c := &t.cells[2*i+side]
		b.put(c.slot, s[side])
		if c.sight.has(f) {
			t.gauges[worker][2*i+side].scan(&t.rule, s[side], int32(f), c.whole(col, t.order))
		}
	}
}

// fill builds the histograms of the n features of a quad over the rows of a
// cell, on the benches.
func (t *grower) fill(d *[4]bench, q, n int, c *cell) {
	quad, begin := &t.data.quads[q], c.begin
	if quad.wide != nil {
		begin = c.open
		fillQuadWide(d, quad.wide, t.order[c.begin:begin], t.near[c.begin:begin])
	}
	fillQuad(d, quad.bins, t.order[begin:c.end], t.near[begin:c.end])
	for i := n; i < 4; i++ {
		clear(d[i][:quad.cuts])
		d[i][missing] = pair{}
	}
}
