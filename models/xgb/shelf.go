package xgb

import "math"

// missing is the bin of rows that miss the feature.
const missing = maxBins

// bench is a histogram with a place for every bin and for missing rows, all
// zero between uses. It is larger than that so that masked indexes are known
// to be in range.
type bench [2 * maxBins]pair

// fillQuad adds the gradients of rows in ascending order to the benches of four
// columns, two at a time: near[i] belongs to rows[i].
func fillQuad(d *[4]bench, bins []uint32, rows []uint32, near []slope) {
	fillTwins(&d[0], &d[1], bins, 0, rows, near)
	fillTwins(&d[2], &d[3], bins, 16, rows, near)
}

func fillTwins(d, e *bench, bins []uint32, shift int, rows []uint32, near []slope) {
	near = near[:len(rows)]
	for i, r := range rows {
		b := bins[r] >> (shift & 31)
		g, h := near[i].wide()
		p := &d[uint8(b)]
		p.g += g
		p.h += h
		q := &e[uint8(b>>8)]
		q.g += g
		q.h += h
	}
}

// fillQuadFrom is fillQuad for the consecutive rows from first on.
func fillQuadFrom(d *[4]bench, bins []uint32, first int, all []slope) {
	fillTwinsFrom(&d[0], &d[1], bins[first:], 0, all[first:])
	fillTwinsFrom(&d[2], &d[3], bins[first:], 16, all[first:])
}

func fillTwinsFrom(d, e *bench, bins []uint32, shift int, all []slope) {
	all = all[:len(bins)]
	for r, b := range bins {
		b >>= shift & 31
		g, h := all[r].wide()
		p := &d[uint8(b)]
		p.g += g
		p.h += h
		q := &e[uint8(b>>8)]
		q.g += g
		q.h += h
	}
}

// fillQuadWide is fillQuad for rows of which some may miss a feature.
func fillQuadWide(d *[4]bench, wide []uint64, rows []uint32, near []slope) {
	near = near[:len(rows)]
	for i, r := range rows {
		b := wide[r]
		g, h := near[i].wide()
		for k := range d {
			p := &d[k][b>>(16*k)%(2*maxBins)]
			p.g += g
			p.h += h
		}
	}
}

// fillFrom adds the gradients of all rows in the order of one column.
func (d *bench) fillFrom(c *column, all []slope) {
	bins := c.bins
	all = all[:len(bins)]
	for r, b := range bins {
		g, h := all[r].wide()
		p := &d[b]
		p.g += g
		p.h += h
	}
}

// clear moves the bins that hold rows to out, which has room for all, and
// zeroes the bench.
func (d *bench) clear(bins int, out shelf) shelf {
	n := 0
	for b := range d[:bins] {
		if p := d[b]; p.h != 0 || p.g != 0 {
			out.sums[n], out.bins[n] = p, uint8(b)
			n++
		}
	}
	*d = bench{}
	return shelf{sums: out.sums[:n], bins: out.bins[:n]}
}

// part divides the histogram of a cell between its children: the bench holds
// one child, which goes to free and is returned as built; what is left of the
// parent stays in its place and is returned as rest. free has room for maxBins
// whatever the parent holds. The bench is zero afterwards.
//
// Empty bins of rest are dropped when it pays, and never with keep: rows of
// very small hessians may hide where sums cancel to zero. The loops have no
// branches, for which bins are empty cannot be foreseen.
func (d *bench) part(parent, free shelf, keep bool) (built, rest shelf) {
	sums, bins := parent.sums, parent.bins[:len(parent.sums)]
	newSums, newBins := (*[maxBins]pair)(free.sums), (*[maxBins]uint8)(free.bins)
	var i, left uint64
	for k, b := range bins {
		p := &d[b]
		g, h := p.g, p.h
		*p = pair{}
		newSums[i%maxBins] = pair{g, h}
		newBins[i%maxBins] = b
		i += positive((math.Float64bits(g) | math.Float64bits(h)) &^ (1 << 63))
		q := &sums[k]
		g, h = q.g-g, q.h-h
		q.g, q.h = g, h
		left += positive((math.Float64bits(g) | math.Float64bits(h)) &^ (1 << 63))
	}
	d[missing] = pair{}
	built = shelf{sums: free.sums[:i], bins: free.bins[:i]}
	if keep || left > uint64(len(sums)*7/8) {
		return built, parent
	}
	return built, parent.squeeze()
}

// squeeze drops the bins that are exactly zero.
func (s shelf) squeeze() shelf {
	sums, bins := s.sums, s.bins[:len(s.sums)]
	var j uint64
	for k, p := range sums {
		if j >= uint64(len(sums)) {
			break // never: j <= k
		}
		sums[j], bins[j] = p, bins[k]
		j += positive((math.Float64bits(p.g) | math.Float64bits(p.h)) &^ (1 << 63))
	}
	return shelf{sums: sums[:j], bins: bins[:j]}
}

// positive is 0 for 0 and 1 for 1 to 1<<63.
func positive(v uint64) uint64 { return (v + (1<<63 - 1)) >> 63 }
