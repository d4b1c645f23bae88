package xgb

import "sort"

// cell is the set of rows at one place of a growing tree.
type cell struct {
	place      int32 // index in the tree
	begin, end int   // its rows in the grower's order, ascending
	open       int   // from here on its rows miss nothing
	sums       pair
	gain       float32 // at its best weight, unsplit
	best       split
	limits     limits // of the weights below
	depth      int
	slot       int    // where its histograms are
	epoch      int    // of XGBoost's cache that its histograms are in
	way        bitset // features split on the way to it, with interaction constraints
	sight      bitset // features it may be split by
}

// whole reports whether no row of the cell misses the feature.
func (c *cell) whole(col *column, order []uint32) bool {
	return c.begin == c.end || int(order[c.begin]) >= col.open
}

// locate sets where the rows of a cell without missing features begin.
func (c *cell) locate(order []uint32, open int) {
	if open == 0 {
		c.open = c.begin
		return
	}
	rows := order[c.begin:c.end]
	c.open = c.begin + sort.Search(len(rows), func(i int) bool { return int(rows[i]) >= open })
}

// divide moves the rows of a cell that go left under its best split before the
// others, both in their old order, and returns where the others begin.
func (c *cell) divide(col *column, order, spare []uint32) int {
	rows := order[c.begin:c.end]
	spare = spare[:len(rows)]
	last := c.best.bin
	left, right := 0, 0
	if col.broad != nil {
		none := int32(len(col.cuts))
		for _, r := range rows {
			b := int32(col.broad[r])
			if b <= last || b == none && c.best.defaultLeft {
				rows[left] = r
				left++
			} else {
				spare[right] = r
				right++
			}
		}
	} else if c.whole(col, order) {
		for _, r := range rows {
			spare[right] = r
			rows[left] = r
			step := 0
			if int32(col.bins[r]) <= last {
				step = 1
			}
			left += step
			right += 1 - step
		}
	} else {
		for _, r := range rows {
			b := int32(col.wide[r])
			if b <= last || b == missing && c.best.defaultLeft {
				rows[left] = r
				left++
			} else {
				spare[right] = r
				right++
			}
		}
	}
	copy(rows[left:], spare[:right])
	return c.begin + left
}
