package data

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Batch is a table in memory: an Arrow record under a Schema, seen by everyone
// else as Go slices. A batch is immutable; its views share its memory and must
// not be written to.
type Batch struct {
	schema Schema
	rows   int
	cols   []any // []int64, []float64, []string or []bool, one a field
}

// missingFloat is the one bit pattern of a float without a value.
var missingFloat = math.Float64frombits(0x7ff8000000000001)

// NewBatch takes over one slice a field: []int64 for time and int, []float64,
// []string or []bool. Rows without a value are NaN or Null, and allowed in
// nullable columns only; an infinity is allowed nowhere.
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
		if !f.Nullable {
			for r, v := range x {
				if v == Null {
					return 0, fmt.Errorf("row %d has no value", r)
				}
			}
		}
		return len(x), nil
	case []string:
		if f.Type == String {
			return len(x), nil
		}
	case []bool:
		if f.Type == Bool {
			return len(x), nil
		}
	}
	return 0, fmt.Errorf("%T for a column of type %s", col, f.Type)
}

func checkFloats(f Field, x []float64) error {
	for r, v := range x {
		switch {
		case v != v:
			if !f.Nullable {
				return fmt.Errorf("row %d has no value", r)
			}
			x[r] = missingFloat
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
func (b *Batch) strings(i int) []string { return b.cols[i].([]string) }
func (b *Batch) bools(i int) []bool     { return b.cols[i].([]bool) }

func column[T any](b *Batch, name string) ([]T, error) {
	i := b.schema.Index(name)
	if i < 0 {
		return nil, fmt.Errorf("table %s: column %s missing", b.schema.Table, name)
	}
	x, ok := b.cols[i].([]T)
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
			s.cols[i] = x[from:to]
		case []int64:
			s.cols[i] = x[from:to]
		case []string:
			s.cols[i] = x[from:to]
		case []bool:
			s.cols[i] = x[from:to]
		}
	}
	return s
}

// Record is the batch as an Arrow record; floats, ints and times share the
// batch's memory. Release it when done.
func (b *Batch) Record() arrow.Record {
	cols := make([]arrow.Array, len(b.cols))
	for i, f := range b.schema.Fields {
		cols[i] = b.arrowColumn(i, f)
	}
	rec := array.NewRecord(b.schema.arrow(), cols, int64(b.rows))
	for _, c := range cols {
		c.Release()
	}
	return rec
}

func (b *Batch) arrowColumn(i int, f Field) arrow.Array {
	switch f.Type {
	case Float:
		x := b.floats(i)
		return fixed(arrow.PrimitiveTypes.Float64, floatBytes(x), f, len(x), func(r int) bool { return x[r] == x[r] })
	case Int, Time:
		x := b.ints(i)
		t := arrow.DataType(arrow.PrimitiveTypes.Int64)
		if f.Type == Time {
			t = arrowTime
		}
		return fixed(t, intBytes(x), f, len(x), func(r int) bool { return x[r] != Null })
	case Bool:
		bl := array.NewBooleanBuilder(memory.DefaultAllocator)
		defer bl.Release()
		bl.AppendValues(b.bools(i), nil)
		return bl.NewArray()
	default:
		bl := array.NewStringBuilder(memory.DefaultAllocator)
		defer bl.Release()
		bl.AppendValues(b.strings(i), nil)
		return bl.NewArray()
	}
}

// fixed wraps 8-byte values as an Arrow array without copying them.
func fixed(t arrow.DataType, values []byte, f Field, rows int, valid func(int) bool) arrow.Array {
	var bitmap *memory.Buffer
	nulls := 0
	if f.Nullable {
		bits := make([]byte, bitutil.BytesForBits(int64(rows)))
		for r := range rows {
			if valid(r) {
				bitutil.SetBit(bits, r)
			} else {
				nulls++
			}
		}
		bitmap = memory.NewBufferBytes(bits)
	}
	d := array.NewData(t, rows, []*memory.Buffer{bitmap, memory.NewBufferBytes(values)}, nil, nulls, 0)
	defer d.Release()
	return array.MakeFromData(d)
}

var arrowTime = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}

// arrow is the schema in Arrow's words.
func (s Schema) arrow() *arrow.Schema {
	fields := make([]arrow.Field, len(s.Fields))
	for i, f := range s.Fields {
		t := map[Type]arrow.DataType{
			Time: arrowTime, Int: arrow.PrimitiveTypes.Int64, Float: arrow.PrimitiveTypes.Float64,
			String: arrow.BinaryTypes.String, Bool: arrow.FixedWidthTypes.Boolean,
		}[f.Type]
		fields[i] = arrow.Field{Name: f.Name, Type: t, Nullable: f.Nullable}
	}
	return arrow.NewSchema(fields, nil)
}

// floatBytes and intBytes are the values in little endian: on the machines Go
// calls little endian, the memory itself.
func floatBytes(x []float64) []byte {
	if len(x) == 0 {
		return nil
	}
	if littleEndian {
		return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), 8*len(x))
	}
	out := make([]byte, 0, 8*len(x))
	for _, v := range x {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
	}
	return out
}

func intBytes(x []int64) []byte {
	if len(x) == 0 {
		return nil
	}
	if littleEndian {
		return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), 8*len(x))
	}
	out := make([]byte, 0, 8*len(x))
	for _, v := range x {
		out = binary.LittleEndian.AppendUint64(out, uint64(v))
	}
	return out
}

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1
