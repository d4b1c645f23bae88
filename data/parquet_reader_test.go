package data

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// counted counts the bytes that are read.
type counted struct {
	io.ReaderAt
	n int
}

func (c *counted) ReadAt(b []byte, at int64) (int, error) {
	c.n += len(b)
	return c.ReaderAt.ReadAt(b, at)
}

// TestReaderTakesColumns reads each choice of columns, row group by row group.
func TestReaderTakesColumns(t *testing.T) {
	b := randomBatch(t, 2, rowGroup+1000)
	raw := writeParquet(t, b)
	all := b.Schema().Fields
	for choice := 1; choice < 1<<len(all); choice += 9 {
		var want Want
		for i := range all {
			if choice>>i&1 == 1 {
				want.Columns = append([]string{all[i].Name}, want.Columns...)
			}
		}
		r, err := NewParquetReader(bytes.NewReader(raw), int64(len(raw)), sampleSchema, want)
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		err = r.Each(func(got *Batch) error {
			if len(got.schema.Fields) != len(want.Columns) {
				return fmt.Errorf("%d columns", len(got.schema.Fields))
			}
			for i, f := range got.schema.Fields {
				one := &Batch{schema: Schema{Fields: []Field{f}}, rows: got.rows, cols: []any{got.cols[i]}}
				same := &Batch{schema: one.schema, rows: got.rows, cols: []any{b.Slice(at, at+got.rows).cols[b.schema.Index(f.Name)]}}
				if !one.equal(same) {
					return fmt.Errorf("column %s: other values", f.Name)
				}
			}
			at += got.rows
			return nil
		})
		if err != nil || at != b.rows || r.Rows() != int64(b.rows) {
			t.Errorf("%v: %d rows: %v", want.Columns, at, err)
		}
	}
	few := &counted{ReaderAt: bytes.NewReader(raw)}
	r, err := NewParquetReader(few, int64(len(raw)), sampleSchema, Want{Columns: []string{"filled"}})
	if err != nil || r.Each(func(*Batch) error { return nil }) != nil || few.n > len(raw)/4 {
		t.Errorf("%d of %d bytes are read for one column of bools: %v", few.n, len(raw), err)
	}
	for _, columns := range [][]string{{"no_such"}, {}} {
		if _, err := NewParquetReader(bytes.NewReader(raw), int64(len(raw)), sampleSchema, Want{Columns: columns}); err == nil {
			t.Errorf("columns %v are read", columns)
		}
	}
}

// TestReaderSkipsByTime asks for many spans, of files in order and not: no row
// in the span may be missing, and no row group may come that has none.
func TestReaderSkipsByTime(t *testing.T) {
	schema := Schema{Table: "t", Fields: []Field{{Name: "x", Type: Bool}, {Name: "time", Type: Time}}, Sort: []string{"time"}}
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 3))
		times := make([]int64, 4*rowGroup+5)
		for i := range times {
			times[i] = int64(i)*1000 + r.Int64N(2000) - 1e8
		}
		if seed == 1 {
			slices.Sort(times)
		}
		if seed == 2 {
			r.Shuffle(len(times), func(i, j int) { times[i], times[j] = times[j], times[i] })
		}
		b, err := NewBatch(schema, make([]bool, len(times)), times)
		if err != nil {
			t.Fatal(err)
		}
		raw := writeParquet(t, b)
		times = slices.Sorted(slices.Values(times))
		first, last := times[0], times[len(times)-1]
		spans := []Times{{first, first + 1}, {last, last + 1}, {last + 1, math.MaxInt64}, {math.MinInt64, first}, {first + 1, first}}
		for range 12 {
			i := r.IntN(b.rows)
			spans = append(spans, Times{times[i], times[min(i+r.IntN(2000), b.rows-1)]})
		}
		for _, want := range spans {
			within := func(time int64) bool { return time >= want.From && time < want.Until }
			rows := 0
			for _, time := range times {
				if within(time) {
					rows++
				}
			}
			file := &counted{ReaderAt: bytes.NewReader(raw)}
			reader, err := NewParquetReader(file, int64(len(raw)), schema, Want{Times: &want})
			if err != nil {
				t.Fatal(err)
			}
			got, groups := 0, 0
			if err := reader.Each(func(b *Batch) error {
				groups++
				any := false
				for _, time := range b.ints(1) {
					if within(time) {
						got, any = got+1, true
					}
				}
				if !any && seed == 1 && want.From < want.Until {
					t.Errorf("seed %d: %v: a row group without such rows is read", seed, want)
				}
				return nil
			}); err != nil || got != rows {
				t.Errorf("seed %d: %v: %d rows, want %d: %v", seed, want, got, rows, err)
			}
			if limit := (groups + 1) * len(raw) / 4; file.n > limit {
				t.Errorf("seed %d: %v: %d bytes are read for %d row groups of 4", seed, want, file.n, groups)
			}
		}
	}
	raw := writeParquet(t, sampleBatch(t, 3))
	none := Schema{Table: "t", Fields: []Field{{Name: "x", Type: Int}}}
	if _, err := NewParquetReader(bytes.NewReader(raw), int64(len(raw)), none, Want{Times: &Times{0, 1}}); err == nil {
		t.Error("a table without time is read by time")
	}
}

// TestParquetHoldsOneRowGroup writes a table of 12 row groups, reads it and
// digests it, and measures the live heap at every step: it must not grow with
// the table.
func TestParquetHoldsOneRowGroup(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	const groups, limit = 12, 40 << 20 // a row group is 8 MiB in memory, the table 96
	schema := Schema{Table: "t", Fields: []Field{{Name: "time", Type: Time}}, Sort: []string{"time"}}
	for i := range 7 {
		schema.Fields = append(schema.Fields, Field{Name: string(rune('a' + i)), Type: Float, Nullable: i > 3})
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	look := func(what string) {
		runtime.GC()
		runtime.ReadMemStats(&now)
		if now.HeapAlloc > before.HeapAlloc+limit {
			t.Fatalf("%s: %d MiB are alive", what, (now.HeapAlloc-before.HeapAlloc)>>20)
		}
	}
	path := filepath.Join(t.TempDir(), "t.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewParquetWriter(f, schema, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for g := range groups * 2 { // half a row group at a time, and a row more
		time := make([]int64, rowGroup/2+1)
		for i := range time {
			time[i] = int64(g*rowGroup+i) * 60e6
		}
		cols := []any{time}
		for range 7 {
			x := make([]float64, len(time))
			for i := range x {
				x[i] = r.Float64()
			}
			cols = append(cols, x)
		}
		b, err := NewBatch(schema, cols...)
		if err == nil {
			err = w.Write(b)
		}
		if err != nil {
			t.Fatal(err)
		}
		look("writing")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		t.Fatal(err)
	}
	pr, err := NewParquetReader(f, size, schema, Want{})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	if err := pr.Each(func(b *Batch) error {
		look("reading")
		rows += b.rows
		return nil
	}); err != nil || rows != groups*2*(rowGroup/2+1) {
		t.Errorf("%d rows: %v", rows, err)
	}
	if _, err := ParquetContent(&watched{f, func() { look("digesting") }, 0}, size, schema); err != nil {
		t.Error(err)
	}
}

// watched looks around at every fiftieth read.
type watched struct {
	io.ReaderAt
	look func()
	n    int
}

func (w *watched) ReadAt(b []byte, at int64) (int, error) {
	if w.n++; w.n%50 == 0 {
		w.look()
	}
	return w.ReaderAt.ReadAt(b, at)
}

// TestReaderRefusesWhatNoBatchHas reads files whose pages are sound and whose
// values are not.
func TestReaderRefusesWhatNoBatchHas(t *testing.T) {
	nan := math.Float64frombits(0xfff8000000000123)
	for name, c := range map[string]struct {
		field Field
		bad   func(r int) any // a column of 20 rows that is bad in row r
	}{
		"infinity": {Field{Name: "x", Type: Float}, func(r int) any { x := make([]float64, 20); x[r] = math.Inf(1); return x }},
		"NaN":      {Field{Name: "x", Type: Float}, func(r int) any { x := make([]float64, 20); x[r] = nan; return x }},
		"-infinity where values may be missing": {Field{Name: "x", Type: Float, Nullable: true}, func(r int) any {
			x := make([]float64, 20)
			x[r], x[(r+1)%20] = math.Inf(-1), missingFloat
			return x
		}},
		"null":      {Field{Name: "x", Type: Int}, func(r int) any { x := make([]int64, 20); x[r] = Null; return x }},
		"null time": {Field{Name: "x", Type: Time}, func(r int) any { x := make([]int64, 20); x[r] = Null; return x }},
		"not UTF-8": {Field{Name: "x", Type: String}, func(r int) any { x := make([]string, 20); x[r] = "\xff"; return x }},
	} {
		for r := range 20 {
			b := &Batch{schema: Schema{Table: "t", Fields: []Field{c.field}}, rows: 20, cols: []any{c.bad(r)}}
			raw := writeParquet(t, b)
			if _, err := ReadParquet(bytes.NewReader(raw), int64(len(raw)), b.schema); !errors.Is(err, errParquet) {
				t.Errorf("%s in row %d: %v", name, r, err)
			}
		}
	}
	odd := &Batch{schema: Schema{Table: "t", Fields: []Field{{Name: "x", Type: Float, Nullable: true}}}, rows: 1, cols: []any{[]float64{nan}}}
	raw := writeParquet(t, odd)
	b, err := ReadParquet(bytes.NewReader(raw), int64(len(raw)), odd.schema)
	if err != nil || math.Float64bits(b.floats(0)[0]) != missingFloatBits {
		t.Errorf("another NaN does not become the missing value: %v", err)
	}
}
