package xgb

// A broad column has more than maxBins bins. It is rare, and goes a plain way of
// its own: a bench is a slice with a place for every bin, and behind them one
// for missing rows.

// fillBroad is fill for a broad column.
func fillBroad(d []pair, c *column, rows []uint32, near []slope) {
	near = near[:len(rows)]
	for i, r := range rows {
		g, h := near[i].wide()
		p := &d[c.broad[r]]
		p.g += g
		p.h += h
	}
}

// fillBroadFrom is fillBroad for all rows.
func fillBroadFrom(d []pair, c *column, all []slope) {
	for r, b := range c.broad {
		g, h := all[r].wide()
		p := &d[b]
		p.g += g
		p.h += h
	}
}

// clearBroad moves the bins that are not zero to a shelf and zeroes the bench.
func clearBroad(d []pair, c *column) shelf {
	n := 0
	for _, p := range d[:len(c.cuts)] {
		if p.h != 0 || p.g != 0 {
			n++
		}
	}
	out := shelf{sums: make([]pair, 0, n), broad: make([]uint16, 0, n)}
	for i, p := range d[:len(c.cuts)] {
		if p.h != 0 || p.g != 0 {
			out.sums, out.broad = append(out.sums, p), append(out.broad, uint16(i))
		}
	}
	clear(d[:len(c.cuts)+1])
	return out
}

// partBroad is part for a broad column: the bench holds one child, what is left
// of the parent stays in its place.
func partBroad(d []pair, c *column, parent shelf, keep bool) (built, rest shelf) {
	n := 0
	for i, bin := range parent.broad {
		p := parent.sums[i]
		p.g, p.h = p.g-d[bin].g, p.h-d[bin].h
		if keep || p.h != 0 || p.g != 0 {
			parent.sums[n], parent.broad[n] = p, bin
			n++
		}
	}
	return clearBroad(d, c), shelf{sums: parent.sums[:n], broad: parent.broad[:n]}
}
