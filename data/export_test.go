package data

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
)

// oddVersion has two parts of a table with a column of every type, and values
// that are hard to write.
func oddVersion(t *testing.T, s *Store) (*Version, *Batch) {
	schema := Schema{Table: "odd", Partition: []string{"symbol", "period"}, Sort: []string{"time"}, Fields: []Field{
		{Name: "symbol", Type: String}, {Name: "time", Type: Time}, {Name: "x", Type: Float, Nullable: true},
		{Name: "n", Type: Int, Nullable: true}, {Name: "ok", Type: Bool}, {Name: "note", Type: String}}}
	at := func(year int) int64 { return time.Date(year, 1, 2, 3, 4, 5, 6000, time.UTC).UnixMicro() }
	d := s.Draft("odd")
	var all []*Batch
	for i, year := range []int{1969, 2024} {
		b, err := NewBatch(schema, []string{"A-B", "A-B"}, []int64{at(year), at(year) + 1}, []float64{[]float64{0.30000000000000004, 1e300}[i], math.NaN()},
			[]int64{Null, math.MaxInt64}, []bool{true, false}, []string{"", "a, \"b\"\nc"})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Put(b, "A-B", strconv.Itoa(year)); err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	v, err := d.Seal(Origin{Name: "odd"}, nil, actionKey("odd", 1))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Concat(all...)
	if err != nil {
		t.Fatal(err)
	}
	return v, b
}

func TestWriteTable(t *testing.T) {
	s := newStore(t)
	v, want := oddVersion(t, s)
	write := func(format string) []byte {
		f, err := os.Create(filepath.Join(t.TempDir(), "out"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := s.WriteTable(context.Background(), f, v, "odd", format); err != nil {
			t.Fatal(format, err)
		}
		raw, _ := os.ReadFile(f.Name())
		return raw
	}
	wantCSV := "symbol,time,x,n,ok,note\n" +
		"A-B,1969-01-02T03:04:05.000006Z,0.30000000000000004,,true,\"\"\n" +
		"A-B,1969-01-02T03:04:05.000007Z,,9223372036854775807,false,\"a, \"\"b\"\"\nc\"\n" +
		"A-B,2024-01-02T03:04:05.000006Z,1e+300,,true,\"\"\n" +
		"A-B,2024-01-02T03:04:05.000007Z,,9223372036854775807,false,\"a, \"\"b\"\"\nc\"\n"
	got := string(write("csv"))
	if got != wantCSV {
		t.Errorf("%s", got)
	}
	if rows, err := csv.NewReader(strings.NewReader(got)).ReadAll(); err != nil || len(rows) != 5 || rows[2][5] != "a, \"b\"\nc" {
		t.Errorf("%q, %v", rows, err)
	}

	schema := want.Schema()
	schema.Partition = nil
	raw := write("parquet")
	b, err := ReadParquet(bytes.NewReader(raw), int64(len(raw)), schema)
	if err != nil || b.Content() != (&Batch{schema: schema, rows: want.rows, cols: want.cols}).Content() {
		t.Errorf("%v", err)
	}

	r, err := ipc.NewFileReader(bytes.NewReader(write("arrow")))
	if err != nil || r.NumRecords() != 2 || !r.Schema().Equal(schema.arrow()) {
		t.Fatalf("%v", err)
	}
	rec, err := r.Record(0)
	if err != nil || rec.Column(2).(*array.Float64).Value(0) != 0.30000000000000004 || !rec.Column(2).IsNull(1) || !rec.Column(3).IsNull(0) {
		t.Errorf("%v, %v", rec, err)
	}
	if err := s.WriteTable(context.Background(), nil, v, "odd", "xml"); err == nil {
		t.Error("xml")
	}
}
