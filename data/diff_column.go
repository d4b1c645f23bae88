package data

import (
	"math"
	"time"
)

// ColumnDiff is how a column differs in the rows that both versions have.
type ColumnDiff struct {
	Column      string  `json:"column"`
	Type        Type    `json:"type"`
	Rows        int     `json:"rows"`         // in which it differs
	Parts       int     `json:"parts"`        // in which such rows are
	BecameNull  int     `json:"became_null"`  // rows that had a value
	BecameValue int     `json:"became_value"` // rows that had none
	MaxAbs      float64 `json:"max_abs"`      // greatest |b-a| of a float column
	MaxRel      float64 `json:"max_rel"`      // greatest |b-a| / max(|a|,|b|) of a float column
	First       Example `json:"first,omitzero"`
}

// Example is the first row in which a column differs. A value that is missing
// is nil, an instant a time.Time.
type Example struct {
	Part string `json:"part"`
	Key  []any  `json:"key"` // the values of the key's columns; empty where rows are matched by position
	Row  int    `json:"row"` // in B's part, from 0
	A    any    `json:"a"`
	B    any    `json:"b"`
}

// count adds the pairs in which a column differs, marks them as changed, and
// returns the first, or -1.
func (c *ColumnDiff) count(x, y any, pairs []pair, changed []bool) (first int) {
	first = -1
	differs := func(i int) {
		changed[i] = true
		if c.Rows++; first < 0 {
			first = i
		}
	}
	switch x := x.(type) {
	case []float64:
		y := y.([]float64)
		for i, p := range pairs {
			if math.Float64bits(x[p.a]) != math.Float64bits(y[p.b]) { // as the content id has it: 0 is not -0
				differs(i)
				c.measure(x[p.a], y[p.b])
			}
		}
	case []int64:
		y := y.([]int64)
		for i, p := range pairs {
			if x[p.a] != y[p.b] {
				differs(i)
				c.nulls(x[p.a] == Null, y[p.b] == Null)
			}
		}
	case []string:
		y := y.([]string)
		for i, p := range pairs {
			if x[p.a] != y[p.b] {
				differs(i)
			}
		}
	case []bool:
		y := y.([]bool)
		for i, p := range pairs {
			if x[p.a] != y[p.b] {
				differs(i)
			}
		}
	}
	return first
}

// measure takes in two floats that differ.
func (c *ColumnDiff) measure(a, b float64) {
	if a != a || b != b {
		c.nulls(a != a, b != b)
		return
	}
	far, scale := math.Abs(b-a), max(math.Abs(a), math.Abs(b))
	switch {
	case math.IsInf(far, 0): // which JSON does not know
		far = math.MaxFloat64
		c.MaxRel = max(c.MaxRel, math.Abs(b/scale-a/scale))
	case scale > 0:
		c.MaxRel = max(c.MaxRel, far/scale)
	}
	c.MaxAbs = max(c.MaxAbs, far)
}

func (c *ColumnDiff) nulls(was, is bool) {
	if is {
		c.BecameNull++
	}
	if was {
		c.BecameValue++
	}
}

// example tells of a pair of rows in which a column differs.
func (t *TableDiff) example(part string, a, b *Batch, colA, colB int, p pair) Example {
	e := Example{Part: part, Key: []any{}, Row: p.b, A: a.value(colA, p.a), B: b.value(colB, p.b)}
	for _, name := range t.Key {
		e.Key = append(e.Key, b.value(b.schema.Index(name), p.b))
	}
	return e
}

// value is one cell: nil where there is no value, an instant as a time.Time.
func (b *Batch) value(column, row int) any {
	switch x := b.cols[column].(type) {
	case Repeated:
		return x.Text
	case []float64:
		if x[row] == x[row] {
			return x[row]
		}
	case []int64:
		switch {
		case x[row] == Null:
		case b.schema.Fields[column].Type == Time:
			return time.UnixMicro(x[row]).UTC()
		default:
			return x[row]
		}
	case []string:
		return x[row]
	case []bool:
		return x[row]
	}
	return nil
}
