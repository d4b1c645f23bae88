package xgb

// bookcase keeps the histograms of one feature in the cells of a tree.
type bookcase struct {
	sums []pair
	bins []uint8
	used int
	at   []shelf // by the slot of the cell
}

// free returns the unused room, which is at least maxBins. What is in use
// stays where it is, even if the bookcase grows.
func (b *bookcase) free() shelf {
	if len(b.sums)-b.used < maxBins {
		n := max(8*maxBins, 2*len(b.sums))
		b.sums, b.bins, b.used = make([]pair, n), make([]uint8, n), 0
	}
	return shelf{sums: b.sums[b.used:], bins: b.bins[b.used:]}
}

// begin forgets all histograms and returns the unused room.
func (b *bookcase) begin() shelf {
	b.used = 0
	return b.free()
}

// take marks the room of a shelf that lies at the start of the unused one as
// used.
func (b *bookcase) take(s shelf) shelf {
	b.used += len(s.sums)
	return s
}

// put keeps a histogram at a slot.
func (b *bookcase) put(slot int, s shelf) {
	for len(b.at) <= slot {
		b.at = append(b.at, shelf{})
	}
	b.at[slot] = s
}
