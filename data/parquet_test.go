package data

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
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

// randomBatch has every kind of column that the profile has, with values,
// missing rows and strings of many shapes. Some are in the order of the schema,
// others are not.
func randomBatch(t testing.TB, seed uint64, rows int) *Batch {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	missing := func(r0, kind int) bool {
		switch kind {
		case 0:
			return false
		case 1:
			return true
		case 2:
			return r0 < rows/2
		case 3:
			return r.IntN(100) == 0
		case 4:
			return r0%2 == 0
		default:
			return r0/1000%3 == 1 || r.IntN(10) == 0
		}
	}
	symbol, time := make([]string, rows), make([]int64, rows)
	closes, maybe := make([]float64, rows), make([]float64, rows)
	count, filled, note := make([]int64, rows), make([]bool, rows), make([]string, rows)
	kinds, words, late := [2]int{r.IntN(6), r.IntN(6)}, []string{"", "aé", "a", strings.Repeat("x", r.IntN(100))}, r.IntN(4) == 0
	now, kind, price := r.Int64N(4e15)-2e15, r.IntN(3), 1e5
	for i := range rows {
		now += r.Int64N(120e6)
		if late && r.IntN(50) == 0 {
			now -= 3e9
		}
		symbol[i], time[i] = "BTC-USD", now
		switch price += float64(r.IntN(2001) - 1000); kind { // all exact on every processor
		case 0:
			closes[i] = (r.Float64() - 0.5) * 1000
		case 1:
			closes[i] = price / 100
		case 2:
			closes[i] = float64(r.IntN(1e9))
		}
		maybe[i] = math.Round(r.Float64()*1e4) / 100
		count[i], filled[i], note[i] = r.Int64N(500), r.IntN(3) == 0, words[r.IntN(4)]
		if i%7000 == 6 {
			closes[i] = []float64{0, math.Copysign(0, -1), math.MaxFloat64, -math.SmallestNonzeroFloat64}[r.IntN(4)]
			count[i] = []int64{math.MaxInt64, Null + 1}[r.IntN(2)]
			note[i] = fmt.Sprint(i)
		}
		if missing(i, kinds[0]) {
			maybe[i] = math.NaN()
		}
		if missing(i, kinds[1]) {
			count[i] = Null
		}
	}
	b, err := NewBatch(sampleSchema, symbol, time, closes, maybe, count, filled, note)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parquetSizes are around every border of pages, row groups and bitmaps.
var parquetSizes = []int{0, 1, 7, 63, 64, 65, 1023, 1024, pageRows - 1, pageRows, pageRows + 1, rowGroup, rowGroup + 17}

func TestParquetRoundTrip(t *testing.T) {
	for _, rows := range parquetSizes {
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

func TestParquetRandomRoundTrip(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for seed := range uint64(20) {
		b := randomBatch(t, seed, []int{10, 1000, 40_000, 140_000}[seed%4])
		raw := writeParquet(t, b)
		if err := VerifyParquet(bytes.NewReader(raw), int64(len(raw)), b); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		got, err := ReadParquet(bytes.NewReader(raw), int64(len(raw)), sampleSchema)
		if err != nil || got.Content() != b.Content() {
			t.Errorf("seed %d: other rows: %v", seed, err)
		}
	}
}

func writeParquet(t testing.TB, b *Batch) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteParquet(&out, b, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestVerifyParquetSeesEveryChange(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	b := randomBatch(t, 3, rowGroup+100)
	raw := writeParquet(t, b)
	verify := func(b *Batch) error { return VerifyParquet(bytes.NewReader(raw), int64(len(raw)), b) }
	if err := verify(b); err != nil {
		t.Error(err)
	}
	less := writeParquet(t, b.Slice(0, rowGroup))
	if VerifyParquet(bytes.NewReader(less), int64(len(less)), b) == nil {
		t.Error("a file of fewer rows verifies")
	}
	if verify(b.Slice(0, b.rows-1)) == nil || verify(b.Slice(0, rowGroup)) == nil {
		t.Error("fewer rows are not seen")
	}
	for _, r := range []int{rowGroup - 1, rowGroup + 99} {
		for i, f := range sampleSchema.Fields {
			other := &Batch{schema: b.schema, cols: newColumns(b.schema, b.rows)}
			other.append(b)
			switch x := other.cols[i].(type) {
			case []float64:
				x[r] = 1e9
			case []int64:
				x[r]++
			case []string:
				x[r] += " "
			case []bool:
				x[r] = !x[r]
			}
			if err := verify(other); !errors.Is(err, errParquet) {
				t.Errorf("row %d of column %s: %v", r, f.Name, err)
			}
		}
	}
}

// TestFirstParquetFile reads a file that an earlier mantis wrote: nothing that
// was sealed once may become unreadable.
func TestFirstParquetFile(t *testing.T) {
	raw, err := os.ReadFile("testdata/first.parquet")
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadParquet(bytes.NewReader(raw), int64(len(raw)), sampleSchema)
	if err != nil {
		t.Fatal(err)
	}
	if want := sampleBatch(t, 300).Content(); b.Content() != want {
		t.Errorf("content %s, want %s", b.Content(), want)
	}
}

// TestParquetBytesGolden holds the bytes of a file on every processor, at any
// GOMAXPROCS, and whatever is written before or at the same time. They may
// change with the version of a library, or of this package: then write the new
// digest down here.
func TestParquetBytesGolden(t *testing.T) {
	const want = "9f216b93db5f81d85f94201cb719bc07e81ae893814b581791924ede16413616"
	b := randomBatch(t, 1, rowGroup+pageRows+100)
	var all sync.WaitGroup
	for range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			var out bytes.Buffer
			if err := WriteParquet(&out, b, nil); err != nil || SHA256(out.Bytes()) != want {
				t.Errorf("the file's digest is %s, want %s: %v", SHA256(out.Bytes()), want, err)
			}
		}()
	}
	writeParquet(t, randomBatch(t, 5, 1000))
	all.Wait()
}
