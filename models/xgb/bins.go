package xgb

// column is one feature in bins.
type column struct {
	cuts  []float32
	bins  []uint8  // 0 where the value is missing; nil of a broad table
	broad []uint16 // instead of bins: len(cuts) where the value is missing
	open  int      // rows from here on do not miss it
	floor float32  // the threshold below all bins
}

// gaps reports whether a value is missing.
func (c *column) gaps() bool { return c.open > 0 }

// quad is the bins of four columns side by side, the first one lowest. A column
// that is not there is a copy of the last one.
type quad struct {
	bins []uint32 // of a row, 8 bits a column, 0 where the value is missing
	wide []uint64 // of the rows before open, 16 bits a column, missing where the value is; nil when none is
	cuts int      // the most of a column
}

// binned is a training table in bins. It is broad when a column has more than
// maxBins of them.
type binned struct {
	rows    int
	columns []column
	quads   []quad // none of a broad table
	open    int    // rows from here on miss nothing
	dense   bool   // nothing is missing anywhere
	broad   bool
}

// bin cuts every column of a checked matrix into bins, columns in parallel.
// Cuts are quantiles of the weights, which may be nil for equal ones.
func bin(x Matrix, weights []float32, maxBin int, old bool, c *crew) *binned {
	b := &binned{rows: x.Rows(), columns: make([]column, len(x.Cols)), dense: true}
	sketches := make([]sketch, c.size())
	c.each(len(x.Cols), func(f, worker int) {
		b.columns[f] = cutColumn(x.Cols[f], weights, maxBin, old, &sketches[worker])
	})
	for i := range b.columns {
		col := &b.columns[i]
		if col.gaps() {
			b.dense, b.open = false, max(b.open, col.open)
		}
		b.broad = b.broad || len(col.cuts) > maxBins
	}
	if b.broad {
		c.each(len(x.Cols), func(f, _ int) { b.columns[f].binBroad(x.Cols[f]) })
		return b
	}
	b.quads = make([]quad, (len(x.Cols)+3)/4)
	c.each(len(b.quads), func(i, _ int) {
		end := min(4*i+4, len(x.Cols))
		b.quads[i].bin(b.columns[4*i:end], x.Cols[4*i:end], b.open)
	})
	return b
}

func cutColumn(values, weights []float32, maxBin int, old bool, s *sketch) column {
	c := column{floor: negInf}
	if old {
		c.cuts, c.floor = cuts17(s.summarise(values, weights, maxBin, true), s.n, maxBin)
	} else {
		c.cuts = cutsOf(s.summarise(values, weights, maxBin, false), maxBin)
	}
	for r := len(values) - 1; r >= 0; r-- {
		if v := values[r]; v != v {
			c.open = r + 1
			break
		}
	}
	return c
}

// binBroad fills the bins of a column in a broad table.
func (c *column) binBroad(values []float32) {
	c.broad = make([]uint16, len(values))
	for r, v := range values {
		c.broad[r] = uint16(binOf(c.cuts, v))
		if v != v {
			c.broad[r] = uint16(len(c.cuts))
		}
	}
}

// bin fills the bins of at most four columns and of their quad, in a table whose
// rows from open on miss nothing.
func (q *quad) bin(columns []column, values [][]float32, open int) {
	q.bins = make([]uint32, len(values[0]))
	for i := range 4 {
		f := min(i, len(columns)-1)
		c := &columns[f]
		if i < len(columns) {
			c.bins = make([]uint8, len(values[f]))
			c.find(values[f])
			q.cuts = max(q.cuts, len(c.cuts))
		}
		for r, b := range c.bins {
			q.bins[r] |= uint32(b) << (8 * i)
		}
		if c.gaps() && q.wide == nil {
			q.wide = make([]uint64, open)
		}
	}
	for r := range q.wide {
		for i := range 4 {
			f := min(i, len(columns)-1)
			b := uint64(columns[f].bins[r])
			if v := values[f][r]; v != v {
				b = missing
			}
			q.wide[r] |= b << (16 * i)
		}
	}
}

// find fills the bins of a column that is not broad.
func (c *column) find(values []float32) {
	f := newFinder(c.cuts)
	for r := 0; r < len(values); r += 4 {
		n := min(4, len(values)-r)
		var v [4]float32
		copy(v[:], values[r:r+n])
		bins := f.find(v)
		for i := range n {
			if v[i] == v[i] {
				c.bins[r+i] = uint8(bins[i])
			}
		}
	}
}
