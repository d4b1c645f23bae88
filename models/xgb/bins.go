package xgb

// column is one feature in bins.
type column struct {
	cuts []float32
	bins []uint8  // 0 where the value is missing
	wide []uint16 // like bins, and missing where the value is; nil when none is
	open int      // rows from here on do not miss it

	broad []uint16 // instead of both with more than maxBins cuts: len(cuts) where the value is missing
	floor float32  // the threshold below all bins
}

// gaps reports whether a value is missing.
func (c *column) gaps() bool { return c.open > 0 }

// binned is a training table in bins.
type binned struct {
	rows    int
	columns []column
	twins   [][]uint16 // the bins of columns 2i (low byte) and 2i+1 (high byte); nil with a broad one
	open    int        // rows from here on miss nothing
	dense   bool       // nothing is missing anywhere
}

// bin cuts every column of a checked matrix into bins, columns in parallel.
// Cuts are quantiles of the weights, which may be nil for equal ones.
func bin(x Matrix, weights []float32, maxBin int, old bool, c *crew) *binned {
	rows := x.Rows()
	b := &binned{rows: rows, columns: make([]column, len(x.Cols)), dense: true}
	sketches := make([]sketch, c.size())
	c.each(len(x.Cols), func(f, worker int) {
		b.columns[f] = binColumn(x.Cols[f], weights, maxBin, old, &sketches[worker])
	})
	b.twins = make([][]uint16, len(x.Cols)/2)
	c.each(len(b.twins), func(i, _ int) {
		if b.columns[2*i].broad != nil || b.columns[2*i+1].broad != nil {
			return
		}
		b.twins[i] = make([]uint16, rows)
		for r := range b.twins[i] {
			b.twins[i][r] = uint16(b.columns[2*i].bins[r]) | uint16(b.columns[2*i+1].bins[r])<<8
		}
	})
	for i := range b.columns {
		if col := &b.columns[i]; col.gaps() {
			b.dense, b.open = false, max(b.open, col.open)
		}
	}
	return b
}

func binColumn(values, weights []float32, maxBin int, old bool, s *sketch) column {
	c := column{floor: negInf}
	if old {
		c.cuts, c.floor = cuts17(s.summarise(values, weights, maxBin, true), s.n, maxBin)
	} else {
		c.cuts = cutsOf(s.summarise(values, weights, maxBin, false), maxBin)
	}
	for r, v := range values {
		if v != v {
			c.open = r + 1
		}
	}
	if len(c.cuts) > maxBins {
		c.broad = make([]uint16, len(values))
		for r, v := range values {
			c.broad[r] = uint16(binOf(c.cuts, v))
			if v != v {
				c.broad[r] = uint16(len(c.cuts))
			}
		}
		return c
	}
	c.bins = make([]uint8, len(values))
	for r, v := range values {
		if v == v {
			c.bins[r] = uint8(binOf(c.cuts, v))
		}
	}
	if !c.gaps() {
		return c
	}
	c.wide = make([]uint16, len(values))
	for r, v := range values {
		c.wide[r] = uint16(c.bins[r])
		if v != v {
			c.wide[r] = missing
		}
	}
	return c
}
