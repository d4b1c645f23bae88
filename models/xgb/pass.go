package xgb

// pass explains some rows of one class at a time. It keeps its room between
// calls.
type pass struct {
	solver  solver
	columns [][]float64 // what the rows' features, or pairs, add
	short   trace[uint8]
	long    trace[uint64]
	tables  []table
	values  []float64
	other   *pass
}

// second is a pass beside this one, with room of its own.
func (p *pass) second(rules []quadrature) *pass {
	if p.other == nil {
		p.other = &pass{solver: solver{rules: rules}}
	}
	return p.other
}

// stripe is how many rows are added to at a time, so that their columns stay in
// the second-level cache over all clumps of a tree.
const stripe = 512

// table is what each index of a clump adds to each of its columns.
type table struct {
	clump  *clump
	values [][1 << tableBits]float64 // by column
}

// explain sets columns to what the rows from begin to end add.
func (p *pass) explain(trees []*cutTree, x Matrix, begin, end, columns int) {
	p.columns = rooms(p.columns, columns, end-begin)
	for f := range p.columns {
		clear(p.columns[f])
	}
	for _, t := range trees {
		if t.wide {
			explainTree(p, &p.long, t, x, begin, end)
		} else {
			explainTree(p, &p.short, t, x, begin, end)
		}
	}
}

// rooms makes n slices of a length out of what is there.
func rooms[T any](have [][]T, n, length int) [][]T {
	for len(have) < n {
		have = append(have, nil)
	}
	have = have[:n]
	for i := range have {
		if cap(have[i]) < length {
			have[i] = make([]T, length)
		}
		have[i] = have[i][:length]
	}
	return have
}

// explainTree adds one tree: it finds every row's index in every clump, fills
// the tables at the indexes that occur, and adds them up, stripe by stripe.
func explainTree[T index](p *pass, s *trace[T], t *cutTree, x Matrix, begin, end int) {
	s.run(t, x, begin, end)
	for len(p.tables) < len(s.found) {
		p.tables = append(p.tables, table{})
	}
	for i, c := range s.found {
		if p.tables[i].clump = c; c.bits() <= tableBits {
			fill(p, &p.tables[i], s.indexes[i])
		}
	}
	for lo := 0; lo < end-begin; lo += stripe {
		hi := min(lo+stripe, end-begin)
		for i, c := range s.found {
			if c.bits() > tableBits {
				solveRows(p, c, s.indexes[i][lo:hi], lo)
				continue
			}
			for a, f := range c.columns {
				addUp(p.columns[f][lo:hi], s.indexes[i][lo:hi], &p.tables[i].values[a])
			}
		}
	}
}

// addUp adds a table's values to rows by their indexes.
func addUp[T index](column []float64, indexes []T, values *[1 << tableBits]float64) {
	column = column[:len(indexes)]
	for r, i := range indexes {
		column[r] += values[uint8(i)]
	}
}

// fill works out what a table has at the indexes that occur.
func fill[T index](p *pass, t *table, indexes []T) {
	n := len(t.clump.columns)
	for len(t.values) < n {
		t.values = append(t.values, [1 << tableBits]float64{})
	}
	var seen [1 << tableBits]bool
	for _, i := range indexes {
		seen[uint8(i)] = true
	}
	p.values = sized(p.values, max(n, p.room(t.clump)))
	for i, yes := range seen {
		if !yes {
			continue
		}
		for a := range n {
			t.values[a][i] = 0
		}
		for l := range t.clump.leaves {
			w := &t.clump.leaves[l]
			p.solver.solve(w, w.met(uint64(i)), p.values)
			for v, a := range w.add {
				t.values[a][i] += p.values[v]
			}
		}
	}
}

// room is how many values a way of a clump has at most.
func (p *pass) room(c *clump) int {
	if p.solver.pairs {
		return c.widest * (c.widest - 1) / 2
	}
	return c.widest
}

// solveRows adds a leaf that is too far from the root for a table, row by row.
func solveRows[T index](p *pass, c *clump, indexes []T, from int) {
	w := &c.leaves[0]
	p.values = sized(p.values, p.room(c))
	for r, i := range indexes {
		p.solver.solve(w, w.met(uint64(i)), p.values)
		for v, a := range w.add {
			p.columns[c.columns[a]][from+r] += p.values[v]
		}
	}
}

func sized(have []float64, n int) []float64 {
	if cap(have) < n {
		return make([]float64, n)
	}
	return have[:n]
}
