package data

import "cmp"

// rowOrder are the positions of the columns that rows are ordered by.
type rowOrder []int

// order is the order that the schema gives.
func (s Schema) order() rowOrder {
	var o rowOrder
	for _, name := range s.Sort {
		o = append(o, s.Index(name))
	}
	return o
}

// ordered tells whether the rows are in the order that the schema gives.
func (b *Batch) ordered() bool { return b.schema.order().sorted(b) }

// sorted tells whether every row stands after the one before, or is like it.
func (o rowOrder) sorted(b *Batch) bool {
	if len(o) == 0 {
		return true
	}
	if x, ok := b.cols[o[0]].([]int64); ok { // mostly time, and mostly that decides
		for r := 1; r < len(x); r++ {
			if x[r-1] >= x[r] && (x[r-1] > x[r] || o[1:].compare(b, r-1, b, r) > 0) {
				return false
			}
		}
		return true
	}
	for r := 1; r < b.rows; r++ {
		if o.compare(b, r-1, b, r) > 0 {
			return false
		}
	}
	return true
}

// compare orders row r of a batch and row q of another.
func (o rowOrder) compare(b *Batch, r int, other *Batch, q int) int {
	for _, i := range o {
		c := 0
		switch x := b.cols[i].(type) {
		case []string, Repeated:
			c = cmp.Compare(b.text(i, r), other.text(i, q))
		case []float64:
			c = cmp.Compare(x[r], other.floats(i)[q])
		case []int64:
			c = cmp.Compare(x[r], other.ints(i)[q])
		case []bool:
			if y := other.bools(i)[q]; x[r] != y && x[r] {
				c = 1
			} else if x[r] != y {
				c = -1
			}
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
