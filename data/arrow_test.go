package data

import (
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

func TestRecord(t *testing.T) {
	for _, rows := range []int{0, 1, 100} {
		b := sampleBatch(t, rows)
		rec := b.Record()
		if int(rec.NumRows()) != rows || int(rec.NumCols()) != len(sampleSchema.Fields) {
			t.Fatalf("%d rows, %d columns", rec.NumRows(), rec.NumCols())
		}
		types := map[string]string{"symbol": "utf8", "time": "timestamp[us, tz=UTC]", "close": "float64", "maybe": "float64", "count": "int64", "filled": "bool", "note": "utf8"}
		for i, f := range rec.Schema().Fields() {
			if f.Type.String() != types[f.Name] || f.Nullable != sampleSchema.Fields[i].Nullable || !arrow.TypeEqual(rec.Column(i).DataType(), f.Type) {
				t.Errorf("column %s: %v", f.Name, f)
			}
		}
		maybe, count := rec.Column(3).(*array.Float64), rec.Column(4).(*array.Int64)
		x, _ := b.Floats("maybe")
		y, _ := b.Ints("count")
		filled, note := rec.Column(5).(*array.Boolean), rec.Column(6).(*array.String)
		for r := range rows {
			if maybe.IsNull(r) != (r%5 == 0) || count.IsNull(r) != (r%7 == 3) {
				t.Errorf("row %d: null %t %t", r, maybe.IsNull(r), count.IsNull(r))
			}
			if maybe.IsValid(r) && maybe.Value(r) != x[r] || count.IsValid(r) && count.Value(r) != y[r] {
				t.Errorf("row %d: other values", r)
			}
			if filled.Value(r) != b.bools(5)[r] || note.Value(r) != b.strings(6)[r] {
				t.Errorf("row %d: other values", r)
			}
		}
		if rows > 0 && (unsafe.SliceData(maybe.Float64Values()) != unsafe.SliceData(x) || unsafe.SliceData(count.Int64Values()) != unsafe.SliceData(y)) {
			t.Error("the record copies the batch")
		}
		rec.Release()
	}
}

func TestRecordOfSlice(t *testing.T) {
	rec := sampleBatch(t, 20).Slice(3, 11).Record()
	defer rec.Release()
	maybe := rec.Column(3).(*array.Float64)
	for r := range 8 {
		if maybe.IsNull(r) != ((r+3)%5 == 0) {
			t.Errorf("row %d: null %t", r, maybe.IsNull(r))
		}
	}
	if maybe.NullN() != 2 {
		t.Errorf("%d nulls", maybe.NullN())
	}
}
