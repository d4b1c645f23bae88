package xgb

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
	c.open = c.begin + before(order[c.begin:c.end], open)
}
