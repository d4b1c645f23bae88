package data

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

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

// words are the bits of floats or ints, in the same memory; floats and ints are
// the way back.
func words[T int64 | float64](x []T) []uint64 { return recast[uint64](x) }
func floats(x []uint64) []float64             { return recast[float64](x) }
func ints(x []uint64) []int64                 { return recast[int64](x) }

func recast[T, F int64 | uint64 | float64](x []F) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1
