package data

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	parquet "github.com/parquet-go/parquet-go"
)

// TestWriterForgetsTheCuts writes the same rows in batches of many sizes.
func TestWriterForgetsTheCuts(t *testing.T) {
	for seed := range uint64(6) {
		b := randomBatch(t, seed, []int{3000, 300_000}[seed%2])
		want := writeParquet(t, b)
		r := rand.New(rand.NewPCG(seed, 2))
		var out bytes.Buffer
		w, err := NewParquetWriter(&out, sampleSchema, nil)
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < b.rows; {
			n := min(r.IntN([]int{50, 5000, 2 * rowGroup}[r.IntN(3)]), b.rows-at)
			if err := w.Write(b.Slice(at, at+n)); err != nil {
				t.Fatal(err)
			}
			at += n
		}
		if err := w.Close(); err != nil || !bytes.Equal(out.Bytes(), want) {
			t.Errorf("seed %d: other cuts, another file: %v", seed, err)
		}
	}
}

// TestWriterKnowsTheOrder looks at what the file says of its order where rows
// go back within a batch, or from one batch to the next.
func TestWriterKnowsTheOrder(t *testing.T) {
	schema := Schema{Table: "t", Fields: []Field{{Name: "time", Type: Time}, {Name: "x", Type: String}}, Sort: []string{"time", "x"}}
	batch := func(time []int64, x ...string) *Batch {
		b, err := NewBatch(schema, time, x)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		batches []*Batch
		want    int
	}{
		"none":       {nil, 0},
		"in order":   {[]*Batch{batch([]int64{1, 2}, "a", "a"), batch(nil), batch([]int64{2, 3}, "b", "a")}, 2},
		"within":     {[]*Batch{batch([]int64{2, 1}, "a", "a")}, 0},
		"second key": {[]*Batch{batch([]int64{1, 1}, "b", "a")}, 0},
		"between":    {[]*Batch{batch([]int64{1, 2}, "a", "a"), batch(nil), batch([]int64{1}, "a")}, 0},
		"tie":        {[]*Batch{batch([]int64{1, 2}, "a", "b"), batch([]int64{2}, "a")}, 0},
		"once":       {[]*Batch{batch([]int64{2, 1}, "a", "a"), batch([]int64{5}, "a")}, 0},
	} {
		var out bytes.Buffer
		w, err := NewParquetWriter(&out, schema, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range c.batches {
			if err := w.Write(b); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		f, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, rg := range f.RowGroups() {
			got = len(rg.SortingColumns())
		}
		if got != c.want {
			t.Errorf("%s: sorted by %d columns, want %d", name, got, c.want)
		}
	}
}

func TestWriterMeta(t *testing.T) {
	var out bytes.Buffer
	w, err := NewParquetWriter(&out, sampleSchema, map[string]string{"a": "1", "b": "2"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(sampleBatch(t, 3)); err != nil {
		t.Fatal(err)
	}
	w.SetMeta("b", "3")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := NewParquetReader(bytes.NewReader(out.Bytes()), int64(out.Len()), sampleSchema, Want{})
	if err != nil || r.Meta("a") != "1" || r.Meta("b") != "3" || r.Meta("c") != "" || r.Meta("ARROW:schema") == "" {
		t.Errorf("a is %q, b is %q: %v", r.Meta("a"), r.Meta("b"), err)
	}
}

// limited takes so many bytes and no more.
type limited int

var errFull = errors.New("full")

func (l *limited) Write(b []byte) (int, error) {
	if len(b) > int(*l) {
		return int(*l), errFull
	}
	*l -= limited(len(b))
	return len(b), nil
}

func TestWriterKeepsTheFirstError(t *testing.T) {
	b := sampleBatch(t, 5000)
	size := len(writeParquet(t, b))
	for room := 0; room < size; room += 1 + size/50 {
		l := limited(room)
		if err := WriteParquet(&l, b, nil); !errors.Is(err, errFull) {
			t.Errorf("room for %d of %d bytes: %v", room, size, err)
		}
	}
	w, err := NewParquetWriter(io.Discard, sampleSchema, nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewBatch(Schema{Table: "sample", Fields: []Field{{Name: "x", Type: Int}}}, []int64{1})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(other); err == nil {
		t.Error("rows of other columns are written")
	}
	if w.Write(b) == nil || w.Close() == nil {
		t.Error("the error is forgotten")
	}
	if w, _ = NewParquetWriter(io.Discard, sampleSchema, nil); w.Close() != nil || w.Close() == nil || w.Write(b) == nil {
		t.Error("a closed file takes more")
	}
	if _, err := NewParquetWriter(io.Discard, Schema{}, nil); err == nil {
		t.Error("a schema without columns is taken")
	}
	long, err := NewBatch(Schema{Table: "t", Fields: []Field{{Name: "x", Type: String}}}, []string{strings.Repeat("x", pageLimit)})
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteParquet(io.Discard, long, nil); err == nil || !strings.Contains(err.Error(), "column x: more than") {
		t.Errorf("a string that no reader takes is written: %v", err)
	}
}
