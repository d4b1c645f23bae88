package data

import (
	"cmp"
	"fmt"
	"slices"
)

// span is the least and greatest instant of the column time, zeros where no
// row has one.
func (b *Batch) span() (first, last int64) {
	if !b.schema.timed() || b.rows == 0 {
		return 0, 0
	}
	x := b.ints(b.schema.Index("time"))
	return slices.Min(x), slices.Max(x)
}

// checkPart says which row keeps the batch from being the part with these
// partition values.
func (b *Batch) checkPart(partition []string) error {
	for i, name := range b.schema.Partition {
		for r, v := range b.strings(b.schema.Index(name)) {
			if v != partition[i] {
				return fmt.Errorf("row %d of %s=%s in the part of %s", r, name, v, partition[i])
			}
		}
	}
	return nil
}

// ordered tells whether the rows are in the order that the schema gives.
func (b *Batch) ordered() bool {
	for r := 1; r < b.rows; r++ {
		if b.compare(r-1, r) > 0 {
			return false
		}
	}
	return true
}

// compare orders two rows by the schema's sort columns.
func (b *Batch) compare(r, q int) int {
	for _, name := range b.schema.Sort {
		c := 0
		switch x := b.cols[b.schema.Index(name)].(type) {
		case []float64:
			c = cmp.Compare(x[r], x[q])
		case []int64:
			c = cmp.Compare(x[r], x[q])
		case []string:
			c = cmp.Compare(x[r], x[q])
		case []bool:
			if x[r] != x[q] && x[r] {
				c = 1
			} else if x[r] != x[q] {
				c = -1
			}
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
