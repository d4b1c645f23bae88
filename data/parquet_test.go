package data

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sampleSchema has a column of every type, nullable where that is allowed.
var sampleSchema = Schema{
	Table: "sample",
	Fields: []Field{
		{Name: "symbol", Type: String}, {Name: "time", Type: Time}, {Name: "close", Type: Float},
		{Name: "maybe", Type: Float, Nullable: true}, {Name: "count", Type: Int, Nullable: true},
		{Name: "filled", Type: Bool}, {Name: "note", Type: String},
	},
	Partition: []string{"symbol"}, Sort: []string{"time"},
}

func sampleBatch(t testing.TB, rows int) *Batch {
	t.Helper()
	symbol, time := make([]string, rows), make([]int64, rows)
	closes, maybe := make([]float64, rows), make([]float64, rows)
	count, filled, note := make([]int64, rows), make([]bool, rows), make([]string, rows)
	for r := range rows {
		symbol[r], time[r] = "BTC-USD", int64(r)*int64(Hour)
		closes[r], maybe[r], count[r] = math.Sqrt(float64(r)), float64(r)/7, int64(r*r)
		if r%5 == 0 {
			maybe[r] = math.NaN()
		}
		if r%7 == 3 {
			count[r] = Null
		}
		filled[r], note[r] = r%3 == 0, fmt.Sprint("row ", r%11)
	}
	b, err := NewBatch(sampleSchema, symbol, time, closes, maybe, count, filled, note)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParquetRoundTrip(t *testing.T) {
	for _, rows := range []int{0, 1, 1023, 1024, 50_000, rowGroup + 17} {
		b := sampleBatch(t, rows)
		var one, two bytes.Buffer
		if err := WriteParquet(&one, b, map[string]string{"k": "v", "a": "b"}); err != nil {
			t.Fatal(err)
		}
		if err := WriteParquet(&two, b, map[string]string{"a": "b", "k": "v"}); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%d rows: two writes, two files", rows)
		}
		got, err := ReadParquet(bytes.NewReader(one.Bytes()), int64(one.Len()), sampleSchema)
		if err != nil {
			t.Fatal(err)
		}
		if rows <= 1024 { // comparing one by one is slow
			if diff := cmp.Diff(b.cols, got.cols, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%d rows: %s", rows, diff)
			}
		}
		if got.Content() != b.Content() {
			t.Errorf("%d rows: content changed on the way through the file", rows)
		}
	}
}
