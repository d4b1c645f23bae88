package xgb

// column is one feature in bins.
type column struct {
	cuts []float32
	bins []uint8  // 0 where the value is missing
	wide []uint16 // like bins, and missing where the value is; nil when none is
	open int      // rows from here on do not miss it
}

// binned is a training table in bins.
type binned struct {
	rows    int
	columns []column
	twins   [][]uint16 // the bins of columns 2i (low byte) and 2i+1 (high byte)
	open    int        // rows from here on miss nothing
	dense   bool       // nothing is missing anywhere
}

// bin cuts every column of a checked matrix into bins, columns in parallel.
func bin(x Matrix, maxBin int, c *crew) *binned {
	rows := x.Rows()
	b := &binned{rows: rows, columns: make([]column, len(x.Cols)), dense: true}
	sketches := make([]sketch, c.size())
	c.each(len(x.Cols), func(f, worker int) {
		b.columns[f] = binColumn(x.Cols[f], maxBin, &sketches[worker])
	})
	b.twins = make([][]uint16, len(x.Cols)/2)
	c.each(len(b.twins), func(i, _ int) {
		b.twins[i] = make([]uint16, rows)
		for r := range b.twins[i] {
			b.twins[i][r] = uint16(b.columns[2*i].bins[r]) | uint16(b.columns[2*i+1].bins[r])<<8
		}
	})
	for i := range b.columns {
		if col := &b.columns[i]; col.wide != nil {
			b.dense, b.open = false, max(b.open, col.open)
		}
	}
	return b
}

func binColumn(values []float32, maxBin int, s *sketch) column {
	c := column{bins: make([]uint8, len(values))}
	c.cuts = cutsOf(s.summarise(values, maxBin), maxBin)
	for r, v := range values {
		if v != v {
			c.open = r + 1
			continue
		}
		c.bins[r] = binOf(c.cuts, v)
	}
	if c.open == 0 {
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
