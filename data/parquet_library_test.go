package data

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// TestLibraryReadsParquet reads our files with another reader, and compares
// every value, the statistics of every column chunk and page, the order and the
// metadata with the batch.
func TestLibraryReadsParquet(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for seed := range uint64(12) {
		b := randomBatch(t, seed, []int{1, 300, 40_000, 140_000}[seed%4])
		var out bytes.Buffer
		if err := WriteParquet(&out, b, map[string]string{"b": "2", "a": "1"}); err != nil {
			t.Fatal(err)
		}
		f, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if a, _ := f.Lookup("a"); a != "1" || f.NumRows() != int64(b.rows) || len(f.RowGroups()) != (b.rows+rowGroup-1)/rowGroup {
			t.Fatalf("seed %d: %d rows in %d row groups, a is %q", seed, f.NumRows(), len(f.RowGroups()), a)
		}
		at := 0
		for g, rg := range f.RowGroups() {
			rows := b.Slice(at, at+int(rg.NumRows()))
			if got := len(rg.SortingColumns()) == 1; got != b.ordered() {
				t.Errorf("seed %d: the file says sorted: %t", seed, got)
			}
			for i, c := range rg.ColumnChunks() {
				if err := compareChunk(c, rows, i); err != nil {
					t.Errorf("seed %d: row group %d: column %s: %v", seed, g, b.schema.Fields[i].Name, err)
				}
			}
			at += rows.rows
		}
	}
}

// TestZeroBounds holds the bounds against what Parquet asks of zeros: a reader
// must find both of them between -0 and +0.
func TestZeroBounds(t *testing.T) {
	zero, minus := 0.0, math.Copysign(0, -1)
	for _, x := range [][]float64{{zero}, {minus}, {minus, zero}, {zero, minus}} {
		if s := floatStats(x); !bytes.Equal(s.min, bound(math.Float64bits(minus))) || !bytes.Equal(s.max, bound(0)) {
			t.Errorf("%v: %x to %x", x, s.min, s.max)
		}
	}
}

// compareChunk says what a column chunk has that a column has not.
func compareChunk(c parquet.ColumnChunk, b *Batch, i int) error {
	want := libraryValues(b, i)
	var got []parquet.Value
	pages := c.Pages()
	defer pages.Close()
	index, err := c.ColumnIndex()
	told := err == nil
	offsets, err := c.OffsetIndex()
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		page, err := pages.ReadPage()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if first := offsets.FirstRowIndex(n); first != int64(len(got)) {
			return fmt.Errorf("page %d: begins with row %d, the offset index says %d", n, len(got), first)
		}
		buf := make([]parquet.Value, page.NumValues())
		if k, err := page.Values().ReadValues(buf); k != len(buf) || err != nil && err != io.EOF {
			return err
		}
		for _, v := range buf {
			got = append(got, v.Clone())
		}
		parquet.Release(page)
		if lo, hi, nulls := libraryBounds(got[len(got)-len(buf):]); told {
			if index.NullCount(n) != nulls || index.NullPage(n) != lo.IsNull() || !equalBound(index.MinValue(n), lo) || !equalBound(index.MaxValue(n), hi) {
				return fmt.Errorf("page %d: index of %v to %v with %d nulls, the page has %v to %v with %d", n,
					index.MinValue(n), index.MaxValue(n), index.NullCount(n), lo, hi, nulls)
			}
		}
	}
	if !slices.EqualFunc(got, want, func(a, b parquet.Value) bool {
		return a.IsNull() == b.IsNull() && a.Kind() == b.Kind() && parquet.Equal(a, b) && math.Signbit(sign(a)) == math.Signbit(sign(b))
	}) {
		return fmt.Errorf("%d values, want %d, or others", len(got), len(want))
	}
	lo, hi, nulls := libraryBounds(want)
	file := c.(*parquet.FileColumnChunk)
	least, greatest, bounds := file.Bounds()
	long := lo.Kind() == parquet.ByteArray && max(len(lo.ByteArray()), len(hi.ByteArray())) > boundLimit
	if file.NullCount() != nulls || bounds == lo.IsNull() && !long || bounds && (!equalBound(least, lo) || !equalBound(greatest, hi)) {
		return fmt.Errorf("statistics of %v to %v with %d nulls, want %v to %v with %d", least, greatest, file.NullCount(), lo, hi, nulls)
	}
	if told == long && !lo.IsNull() {
		return fmt.Errorf("the column index is there: %t", told)
	}
	return nil
}

// equalBound compares a bound; zeros have a sign only in what is stored.
func equalBound(a, b parquet.Value) bool { return a.IsNull() == b.IsNull() && parquet.Equal(a, b) }

func sign(v parquet.Value) float64 {
	if v.Kind() == parquet.Double && !v.IsNull() {
		return v.Double()
	}
	return 0
}

func libraryValues(b *Batch, i int) []parquet.Value {
	out := make([]parquet.Value, b.rows)
	for r := range out {
		switch x := b.cols[i].(type) {
		case []float64:
			if x[r] == x[r] {
				out[r] = parquet.DoubleValue(x[r])
			}
		case []int64:
			if x[r] != Null {
				out[r] = parquet.Int64Value(x[r])
			}
		case []string:
			out[r] = parquet.ByteArrayValue([]byte(x[r]))
		case []bool:
			out[r] = parquet.BooleanValue(x[r])
		}
	}
	return out
}

// libraryBounds are the least and the greatest value in Parquet's order.
func libraryBounds(values []parquet.Value) (lo, hi parquet.Value, nulls int64) {
	for _, v := range values {
		if v.IsNull() {
			nulls++
			continue
		}
		if lo.IsNull() || libraryLess(v, lo) {
			lo = v
		}
		if hi.IsNull() || libraryLess(hi, v) {
			hi = v
		}
	}
	return lo, hi, nulls
}

func libraryLess(a, b parquet.Value) bool {
	switch a.Kind() {
	case parquet.Double:
		return a.Double() < b.Double()
	case parquet.Int64:
		return a.Int64() < b.Int64()
	case parquet.Boolean:
		return !a.Boolean() && b.Boolean()
	default:
		return bytes.Compare(a.ByteArray(), b.ByteArray()) < 0
	}
}
