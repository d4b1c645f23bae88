package data

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestDigesterIsContent digests batches cut at random and compares with the
// digest of all rows at once.
func TestDigesterIsContent(t *testing.T) {
	for seed := range uint64(30) {
		b := randomBatch(t, seed, []int{0, 1, 9, 1000, 40_000}[seed%5])
		r := rand.New(rand.NewPCG(seed, 4))
		d := NewDigester(sampleSchema, b.rows)
		for _, add := range []func(*Batch) error{d.Mark, d.Write} {
			for at := 0; at < b.rows; {
				n := min(r.IntN([]int{3, 100, 20_000}[r.IntN(3)]), b.rows-at)
				if err := add(b.Slice(at, at+n)); err != nil {
					t.Fatal(err)
				}
				at += n
			}
		}
		got, err := d.Content()
		if want := contentByHand(b); err != nil || got != want || b.Content() != want {
			t.Errorf("seed %d: content %s and %s, want %s: %v", seed, got, b.Content(), want, err)
		}
	}
}

func TestParquetContent(t *testing.T) {
	for seed := range uint64(4) {
		b := randomBatch(t, seed, []int{0, 300_000}[seed%2])
		raw := writeParquet(t, b)
		got, err := ParquetContent(bytes.NewReader(raw), int64(len(raw)), sampleSchema)
		if err != nil || got != b.Content() {
			t.Errorf("seed %d: content %s, want %s: %v", seed, got, b.Content(), err)
		}
	}
	if _, err := ParquetContent(bytes.NewReader([]byte("PAR1")), 4, sampleSchema); err == nil {
		t.Error("no file has a content")
	}
}

func TestDigesterCountsRows(t *testing.T) {
	b := sampleBatch(t, 10)
	with := func(rows int, steps ...func(d *Digester) error) error {
		d, err := NewDigester(sampleSchema, rows), error(nil)
		for _, step := range steps {
			if err == nil {
				err = step(d)
			}
		}
		if err == nil {
			_, err = d.Content()
		}
		return err
	}
	mark := func(d *Digester) error { return d.Mark(b) }
	write := func(d *Digester) error { return d.Write(b) }
	if err := with(10, mark, write); err != nil {
		t.Error(err)
	}
	other, err := NewBatch(Schema{Table: "sample", Fields: []Field{{Name: "x", Type: Int}}}, make([]int64, 10))
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"not marked":      with(10, write),
		"too few rows":    with(11, mark, write),
		"too many":        with(9, mark, write),
		"half are marked": with(20, mark, write, write),
		"never written":   with(10, mark),
		"written twice":   with(10, mark, write, write),
		"marked twice":    with(10, mark, mark, write),
		"other columns":   with(10, mark, func(d *Digester) error { return d.Write(other) }),
		"other marks":     with(10, func(d *Digester) error { return d.Mark(other) }, write),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
