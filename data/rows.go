package data

import (
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
