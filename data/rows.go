package data

import (
	"errors"
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
		if b.schema.Index(name) < 0 {
			if err := b.checkPeriod(partition[i]); err != nil {
				return err
			}
			continue
		}
		at := b.schema.Index(name)
		if r := b.otherThan(at, partition[i]); r >= 0 {
			return fmt.Errorf("row %d of %s=%s in the part of %s", r, name, b.text(at, r), partition[i])
		}
	}
	return nil
}

// checkPeriod says which row does not lie in the period of its part.
func (b *Batch) checkPeriod(value string) error {
	from, until, err := PeriodBounds(value)
	if err != nil {
		return err
	}
	for r, t := range b.ints(b.schema.Index("time")) {
		if t < from || t >= until {
			return fmt.Errorf("row %d of %s in the part of period %s", r, Stamp(t), value)
		}
	}
	return nil
}

// Concat is the rows of several batches of one schema, one below the other.
func Concat(batches ...*Batch) (*Batch, error) {
	if len(batches) == 0 {
		return nil, errors.New("no batches")
	}
	first := batches[0]
	if len(batches) == 1 {
		return first, nil
	}
	cols := make([]any, len(first.cols))
	rows := 0
	for i, b := range batches {
		if i > 0 && !b.schema.same(first.schema) {
			return nil, fmt.Errorf("table %s: batches of different schemas", first.schema.Table)
		}
		rows += b.rows
	}
	for c := range cols {
		switch first.cols[c].(type) {
		case []float64:
			cols[c] = concat(batches, rows, (*Batch).floats, c)
		case []int64:
			cols[c] = concat(batches, rows, (*Batch).ints, c)
		case []string, Repeated:
			cols[c] = concat(batches, rows, (*Batch).strings, c)
		case []bool:
			cols[c] = concat(batches, rows, (*Batch).bools, c)
		}
	}
	return &Batch{schema: first.schema, rows: rows, cols: cols}, nil
}

func concat[T any](batches []*Batch, rows int, column func(*Batch, int) []T, c int) []T {
	out := make([]T, 0, rows)
	for _, b := range batches {
		out = append(out, column(b, c)...)
	}
	return out
}
