package xgb

// showLevel divides the histograms of feature f and the next among the
// children of the cells that were split, and shows them. store says whether they
// will be divided again.
func (t *grower) showLevel(f, worker int, store bool) {
	n := min(2, len(t.data.columns)-f)
	for i := range t.families {
		if t.families[i].fresh {
			t.showFresh(f, n, worker, i)
			continue
		}
		t.fill(&t.benches[worker], f, n, &t.cells[2*i+t.families[i].light])
		for k := range n {
			if t.data.columns[f+k].broad != nil {
				t.showBroad(f+k, worker, i)
			} else {
				t.show(f+k, worker, i, &t.benches[worker][k], store)
			}
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
	c := &t.cells[2*i+fam.light]
	fillBroad(t.broad[worker], col, t.order[c.begin:c.end], t.near[c.begin:c.end])
	var s [2]shelf
	s[fam.light], s[1-fam.light] = partBroad(t.broad[worker], col, t.shelves[f].at[fam.slot], t.keep)
	t.scan(f, worker, i, s)
}

// showFresh builds the histograms of feature f and, if n is 2, the next for both
// children of a family from their rows.
func (t *grower) showFresh(f, n, worker, i int) {
	var s [2][2]shelf // by feature and side
	for side := range 2 {
		c := &t.cells[2*i+side]
		t.fill(&t.benches[worker], f, n, c)
		for k := range n {
			col, b := &t.data.columns[f+k], &t.shelves[f+k]
			if col.broad != nil {
				fillBroad(t.broad[worker], col, t.order[c.begin:c.end], t.near[c.begin:c.end])
				s[k][side] = clearBroad(t.broad[worker], col)
			} else {
				s[k][side] = b.take(t.benches[worker][k].clear(len(col.cuts), b.free()))
			}
		}
	}
	for k := range n {
		t.scan(f+k, worker, i, s[k])
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

// fill builds the histograms of feature f and, if n is 2, the next over the
// rows of a cell, on the benches of columns that are not broad.
func (t *grower) fill(d *[2]bench, f, n int, c *cell) {
	if c.begin < c.open {
		rows, near := t.order[c.begin:c.open], t.near[c.begin:c.open]
		for k := range n {
			if col := &t.data.columns[f+k]; col.wide != nil {
				d[k].fillWide(col, rows, near)
			} else if col.broad == nil {
				d[k].fill(col, rows, near)
			}
		}
	}
	rows, near := t.order[c.open:c.end], t.near[c.open:c.end]
	if n == 2 && t.data.twins[f/2] != nil {
		fillTwins(&d[0], &d[1], t.data.twins[f/2], rows, near)
		return
	}
	for k := range n {
		if col := &t.data.columns[f+k]; col.broad == nil {
			d[k].fill(col, rows, near)
		}
	}
}
