package xgb

import "math"

// missing is the bin of rows that miss the feature.
const missing = maxBins

// bench is a histogram with a place for every bin and for missing rows, all
// zero between uses. It is larger than that so that masked indexes are known
// to be in range.
type bench [2 * maxBins]pair

// fill adds the gradients of rows in ascending order: near[i] is the pair of
// rows[i]. None of the rows misses the feature.
func (d *bench) fill(c *column, rows []uint32, near []slope) {
	near = near[:len(rows)]
	bins := c.bins
	for i, r := range rows {
		g, h := near[i].wide()
		p := &d[bins[r]]
		p.g += g
		p.h += h
	}
}

// fillTwins is fill for two columns at once.
func fillTwins(d, e *bench, twins []uint16, rows []uint32, near []slope) {
	near = near[:len(rows)]
	for i, r := range rows {
		b := twins[r]
		g, h := near[i].wide()
		p := &d[uint8(b)]
		p.g += g
		p.h += h
		q := &e[b>>8]
		q.g += g
		q.h += h
	}
}

// fillWide is fill for rows of which some may miss the feature.
func (d *bench) fillWide(c *column, rows []uint32, near []slope) {
	near = near[:len(rows)]
	bins := c.wide
	for i, r := range rows {
		g, h := near[i].wide()
		p := &d[bins[r]%uint16(len(d))]
		p.g += g
		p.h += h
	}
}

// fillFrom is fill for the consecutive rows from first on.
func (d *bench) fillFrom(c *column, first int, all []slope) {
	bins := c.bins[first:]
	all = all[first:]
	all = all[:len(bins)]
	for r, b := range bins {
		g, h := all[r].wide()
		p := &d[b]
		p.g += g
		p.h += h
	}
}

// fillTwinsFrom is fillFrom for two columns at once.
func fillTwinsFrom(d, e *bench, twins []uint16, first int, all []slope) {
	twins = twins[first:]
	all = all[first:]
	all = all[:len(twins)]
	for r, b := range twins {
		g, h := all[r].wide()
		p := &d[uint8(b)]
		p.g += g
		p.h += h
		q := &e[b>>8]
		q.g += g
		q.h += h
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
