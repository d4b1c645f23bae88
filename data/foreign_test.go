package data

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parquet-go/parquet-go"
)

// manyKinds is an Arrow file of two batches with a column of every kind that is
// read, and of some that are not.
func manyKinds(t testing.TB, opts ...ipc.Option) []byte {
	t.Helper()
	fields := []arrow.Field{
		{Name: "list", Type: arrow.ListOf(arrow.PrimitiveTypes.Int32), Nullable: true},
		{Name: "s", Type: &arrow.TimestampType{Unit: arrow.Second}, Nullable: true},
		{Name: "ns", Type: &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}, Nullable: true},
		{Name: "date", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "f64", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "f32", Type: arrow.PrimitiveTypes.Float32, Nullable: true},
		{Name: "of", Type: arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Float64, Nullable: true}), Nullable: true},
		{Name: "i8", Type: arrow.PrimitiveTypes.Int8, Nullable: true},
		{Name: "u64", Type: arrow.PrimitiveTypes.Uint64, Nullable: true},
		{Name: "flag", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
		{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "long", Type: arrow.BinaryTypes.LargeString, Nullable: true},
	}
	schema := arrow.NewSchema(fields, nil)
	var out bytes.Buffer
	w, err := ipc.NewFileWriter(&counting{&out}, append(opts, ipc.WithSchema(schema))...)
	if err != nil {
		t.Fatal(err)
	}
	const rows = `[{"list": [1, 2], "s": 1700000000, "ns": 1700000000000000000, "date": 19000, "f64": 1.5, "f32": 0.5, "of": {"x": 9}, "i8": -3, "u64": 7, "flag": true, "text": "a", "long": "bc"}, {}]`
	for range 2 {
		rec, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(rows))
		if err == nil {
			err = w.Write(rec)
		}
		if err != nil {
			t.Fatal(err)
		}
		rec.Release()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// counting is a buffer that Arrow's writer takes; it only asks where it is.
type counting struct{ *bytes.Buffer }

func (c *counting) Seek(int64, int) (int64, error) { return int64(c.Len()), nil }

func TestReadFeather(t *testing.T) {
	twice := func(x int64) []int64 { return []int64{x, Null, x, Null} }
	want := []ForeignColumn{
		{Name: "list", Kind: "kind 12 of Arrow"},
		{Name: "s", Kind: "timestamp[s, ]", Time: true, Ints: twice(1700000000000000)},
		{Name: "ns", Kind: "timestamp[ns, UTC]", Time: true, Ints: twice(1700000000000000)},
		{Name: "date", Kind: "date", Time: true, Ints: twice(19000 * int64(Day))},
		{Name: "f64", Kind: "float64", Floats: []float64{1.5, math.NaN(), 1.5, math.NaN()}},
		{Name: "f32", Kind: "float32", Floats: []float64{0.5, math.NaN(), 0.5, math.NaN()}},
		{Name: "of", Kind: "kind 13 of Arrow"},
		{Name: "i8", Kind: "int8", Ints: twice(-3)},
		{Name: "u64", Kind: "uint64", Ints: twice(7)},
		{Name: "flag", Kind: "bool"},
		{Name: "text", Kind: "string", Texts: []string{"a", "", "a", ""}},
		{Name: "long", Kind: "large_string", Texts: []string{"bc", "", "bc", ""}},
	}
	for name, opts := range map[string][]ipc.Option{"plain": nil, "LZ4": {ipc.WithLZ4()}, "zstd": {ipc.WithZstd()}} {
		f, err := ReadFeather(manyKinds(t, opts...))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, f.Columns, cmpopts.EquateNaNs()); diff != "" || f.Rows != 4 {
			t.Errorf("%s: %d rows\n%s", name, f.Rows, diff)
		}
		if f.Column("f64") != &f.Columns[4] || f.Column("none") != nil {
			t.Error("Column")
		}
	}
}

type parquetRow struct {
	Time  int64    `parquet:"time,timestamp(millisecond)"`
	Open  float64  `parquet:"open"`
	Count *int64   `parquet:"count,optional,snappy"`
	Name  string   `parquet:"name,dict,zstd"`
	Tags  []string `parquet:"tags,list"`
}

func manyRows(t testing.TB, opts ...parquet.WriterOption) []byte {
	t.Helper()
	n := int64(5)
	var out bytes.Buffer
	w := parquet.NewGenericWriter[parquetRow](&out, opts...)
	_, err := w.Write([]parquetRow{{1700000000000, 1.5, &n, "a", []string{"x"}}, {1700000001000, 2.5, nil, "b", nil}})
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadForeignParquet(t *testing.T) {
	f, err := ReadForeignParquet(manyRows(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Columns {
		switch c.Name {
		case "time":
			if !c.Time || c.Ints[0] != 1700000000000000 || c.Ints[1] != 1700000001000000 {
				t.Errorf("%+v", c)
			}
		case "open":
			if c.Floats[1] != 2.5 {
				t.Errorf("%+v", c)
			}
		case "count":
			if c.Ints[0] != 5 || c.Ints[1] != Null {
				t.Errorf("%+v", c)
			}
		case "name":
			if c.Texts[1] != "b" {
				t.Errorf("%+v", c)
			}
		default:
			if c.Ints != nil || c.Floats != nil || c.Texts != nil {
				t.Errorf("%+v", c)
			}
		}
	}
	if f.Rows != 2 || len(f.Columns) != 5 {
		t.Errorf("%d rows, %d columns", f.Rows, len(f.Columns))
	}
	if _, err := ReadForeignParquet(manyRows(t, parquet.Compression(&parquet.Lz4Raw))); err == nil || Hint(err) == "" {
		t.Errorf("LZ4: %v", err)
	}
}

// TestForeignTorn cuts a file of each kind short at many bytes, and turns a
// bit of it: each is an error or some table, and takes no more memory than a
// file of its size may.
func TestForeignTorn(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for name, c := range map[string]struct {
		content []byte
		read    func([]byte) (*Foreign, error)
	}{
		"feather": {manyKinds(t, ipc.WithLZ4()), ReadFeather}, "zstd": {manyKinds(t, ipc.WithZstd()), ReadFeather}, "parquet": {manyRows(t), ReadForeignParquet},
	} {
		for n := 0; n < len(c.content); n += 5 {
			if f, err := c.read(c.content[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes are %d rows", name, n, len(c.content), f.Rows)
			}
			torn := bytes.Clone(c.content)
			torn[n] ^= 1 << (n & 7)
			checkForeignTable(t, c.read, torn)
		}
	}
}

func checkForeignTable(t testing.TB, read func([]byte) (*Foreign, error), content []byte) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := read(content)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > fuzzLimit+uint64(unpacking*len(content)) {
		t.Fatalf("%d bytes made the reader allocate %d", len(content), used)
	}
	if err != nil {
		return
	}
	for _, c := range f.Columns {
		for _, n := range []int{len(c.Ints), len(c.Floats), len(c.Texts)} {
			if n != 0 && n != f.Rows {
				t.Fatalf("column %s: %d values in %d rows", c.Name, n, f.Rows)
			}
		}
	}
}

func foreignSeeds(f *testing.F, kind string) {
	paths, _ := filepath.Glob("market/testdata/formats/" + kind + "/*")
	more, _ := filepath.Glob("market/testdata/formats/" + kind + "/*/*")
	for _, path := range append(paths, more...) {
		if content, err := os.ReadFile(path); err == nil && !strings.HasSuffix(path, ".txt") {
			f.Add(content)
		}
	}
}

func FuzzReadFeather(f *testing.F) {
	foreignSeeds(f, "feather")
	f.Add(manyKinds(f))
	f.Add(manyKinds(f, ipc.WithLZ4()))
	f.Fuzz(func(t *testing.T, content []byte) { checkForeignTable(t, ReadFeather, content) })
}

func FuzzReadForeignParquet(f *testing.F) {
	foreignSeeds(f, "parquet")
	f.Add(manyRows(f))
	f.Fuzz(func(t *testing.T, content []byte) { checkForeignTable(t, ReadForeignParquet, content) })
}
