package data

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// Batch is a table in memory: an Arrow record under a Schema, seen by everyone
// else as Go slices. A batch is immutable; its views share its memory and must
// not be written to.
type Batch struct {
	schema Schema
	rows   int
	cols   []any // []int64, []float64, []bool, []string or Repeated, one a field
}

// The one bit pattern of a float, an int or a time without a value.
const (
	missingFloatBits = 0x7ff8000000000001
	nullBits         = 1 << 63
)

// missingFloat is a float without a value.
var missingFloat = math.Float64frombits(missingFloatBits)

// NewBatch takes over one slice a field: []int64 for time and int, []float64,
// []string or []bool, or a Repeated for strings. Rows without a value are NaN or Null, and allowed in
// nullable columns only; an infinity and a string that is not UTF-8 are allowed
// nowhere.
func NewBatch(schema Schema, cols ...any) (*Batch, error) {
	if err := schema.Check(); err != nil {
		return nil, err
	}
	if len(cols) != len(schema.Fields) {
		return nil, fmt.Errorf("table %s: %d columns for %d fields", schema.Table, len(cols), len(schema.Fields))
	}
	b := &Batch{schema: schema, cols: cols}
	for i, f := range schema.Fields {
		n, err := checkColumn(f, cols[i])
		if err != nil {
			return nil, fmt.Errorf("table %s: column %s: %w", schema.Table, f.Name, err)
		}
		if i > 0 && n != b.rows {
			return nil, fmt.Errorf("table %s: column %s has %d rows, %s has %d", schema.Table, f.Name, n, schema.Fields[0].Name, b.rows)
		}
		b.rows = n
	}
	return b, nil
}

// checkColumn holds a slice against its field, writes every NaN in the one
// pattern, and returns the number of rows.
func checkColumn(f Field, col any) (int, error) {
	switch x := col.(type) {
	case []float64:
		if f.Type != Float {
			break
		}
		return len(x), checkFloats(f, x)
	case []int64:
		if f.Type != Int && f.Type != Time {
			break
		}
		if f.Nullable {
			return len(x), nil
		}
		return len(x), checkInts(x)
	case []string:
		if f.Type != String {
			break
		}
		for r, v := range x {
			if (r == 0 || v != x[r-1]) && !utf8.ValidString(v) {
				return 0, fmt.Errorf("row %d is not UTF-8", r)
			}
		}
		return len(x), nil
	case Repeated:
		if f.Type != String {
			break
		}
		if !x.valid() {
			return 0, errors.New("row 0 is not UTF-8")
		}
		return x.Rows, nil
	case []bool:
		if f.Type == Bool {
			return len(x), nil
		}
	}
	return 0, fmt.Errorf("%T for a column of type %s", col, f.Type)
}

func checkInts(x []int64) error {
	for r, v := range x {
		if v == Null {
			return fmt.Errorf("row %d has no value", r)
		}
	}
	return nil
}

func checkFloats(f Field, x []float64) error {
	const exponent = 0x7ff << 52 // all ones in what is not finite, and nowhere else
	for r, v := range x {
		switch {
		case math.Float64bits(v)&exponent != exponent:
		case v != v:
			if !f.Nullable {
				return fmt.Errorf("row %d has no value", r)
			}
			if math.Float64bits(v) != math.Float64bits(missingFloat) { // no write to what another batch may share
				x[r] = missingFloat
			}
		case math.IsInf(v, 0):
			return fmt.Errorf("row %d is infinite", r)
		}
	}
	return nil
}

// Schema is the shape of the batch.
func (b *Batch) Schema() Schema { return b.schema }

// Rows is the number of rows.
func (b *Batch) Rows() int { return b.rows }

func (b *Batch) floats(i int) []float64 { return b.cols[i].([]float64) }
func (b *Batch) ints(i int) []int64     { return b.cols[i].([]int64) }
func (b *Batch) bools(i int) []bool     { return b.cols[i].([]bool) }

func column[T any](b *Batch, name string) ([]T, error) {
	i := b.schema.Index(name)
	if i < 0 {
		return nil, fmt.Errorf("table %s: column %s missing", b.schema.Table, name)
	}
	x, ok := b.column(i).([]T)
	if !ok {
		return nil, fmt.Errorf("table %s: column %s is of type %s", b.schema.Table, name, b.schema.Fields[i].Type)
	}
	return x, nil
}

// Floats is a float column; NaN where there is no value.
func (b *Batch) Floats(name string) ([]float64, error) { return column[float64](b, name) }

// Ints is an int or time column; Null where there is no value.
func (b *Batch) Ints(name string) ([]int64, error) { return column[int64](b, name) }

// Strings is a string column.
func (b *Batch) Strings(name string) ([]string, error) { return column[string](b, name) }

// Bools is a bool column.
func (b *Batch) Bools(name string) ([]bool, error) { return column[bool](b, name) }

// Slice is rows from (inclusive) to to (exclusive), sharing the memory.
func (b *Batch) Slice(from, to int) *Batch {
	s := &Batch{schema: b.schema, rows: to - from, cols: make([]any, len(b.cols))}
	for i, c := range b.cols {
		switch x := c.(type) {
		case []float64:
			s.cols[i] = x[from:to:to]
		case []int64:
			s.cols[i] = x[from:to:to]
		case []string:
			s.cols[i] = x[from:to:to]
		case Repeated:
			s.cols[i] = Repeated{x.Text, to - from}
		case []bool:
			s.cols[i] = x[from:to:to]
		}
	}
	return s
}

// equal tells whether two batches of the same columns have the same rows.
func (b *Batch) equal(other *Batch) bool {
	for i, c := range b.cols {
		same := false
		switch x := c.(type) {
		case []float64:
			same = bytes.Equal(floatBytes(x), floatBytes(other.floats(i)))
		case []int64:
			same = bytes.Equal(intBytes(x), intBytes(other.ints(i)))
		case []string, Repeated:
			same = b.sameStrings(other, i)
		case []bool:
			same = slices.Equal(x, other.bools(i))
		}
		if !same {
			return false
		}
	}
	return true
}

// append adds the rows of another batch of the same columns. Only a batch that
// nobody else has seen may grow.
func (b *Batch) append(more *Batch) {
	for i, c := range b.cols {
		switch x := c.(type) {
		case []float64:
			b.cols[i] = append(x, more.floats(i)...)
		case []int64:
			b.cols[i] = append(x, more.ints(i)...)
		case []string:
			b.cols[i] = append(x, more.strings(i)...)
		case []bool:
			b.cols[i] = append(x, more.bools(i)...)
		}
	}
	b.rows += more.rows
}

// truncate takes all rows away and keeps the memory. What append says holds
// here too.
func (b *Batch) truncate() {
	for i, c := range b.cols {
		switch x := c.(type) {
		case []float64:
			b.cols[i] = x[:0]
		case []int64:
			b.cols[i] = x[:0]
		case []string:
			clear(x)
			b.cols[i] = x[:0]
		case []bool:
			b.cols[i] = x[:0]
		}
	}
	b.rows = 0
}
