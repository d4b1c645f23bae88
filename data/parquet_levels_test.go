package data

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/rle"
)

// randomLevels are definition levels in runs of many lengths.
func randomLevels(r *rand.Rand, rows int) []byte {
	var out []byte
	for len(out) < rows {
		n, level := 1+r.IntN([]int{2, 20, 300, 5000}[r.IntN(4)]), byte(r.IntN(2))
		out = append(out, bytes.Repeat([]byte{level}, n)...)
	}
	return out[:rows]
}

// TestLevelsAgainstLibrary encodes levels and lets the library decode them, and
// the other way.
func TestLevelsAgainstLibrary(t *testing.T) {
	library := rle.Encoding{BitWidth: 1}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 5))
		levels := randomLevels(r, 1+r.IntN(3000))
		x := make([]uint64, len(levels))
		var present []uint64
		for i, level := range levels {
			if x[i] = nullBits; level == 1 {
				x[i] = r.Uint64()
				present = append(present, x[i])
			}
		}
		valid, nulls := appendValid(nil, x, nullBits)
		if nulls != len(x)-len(present) {
			t.Fatalf("seed %d: %d nulls, want %d", seed, nulls, len(x)-len(present))
		}
		ours := appendLevels(nil, valid, len(x), nulls)
		got, err := library.DecodeLevels(nil, ours)
		if err != nil || len(got) < len(levels) || !bytes.Equal(got[:len(levels)], levels) {
			t.Errorf("seed %d: the library decodes other levels: %v", seed, err)
		}
		theirs, err := library.EncodeLevels(nil, levels)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{ours, theirs} {
			bitmap, err := decodeLevels(nil, b, len(x), nulls)
			if err != nil || !bytes.Equal(bitmap, valid) {
				t.Fatalf("seed %d: another bitmap: %v", seed, err)
			}
			if _, err := decodeLevels(nil, b, len(x), nulls+1); err == nil {
				t.Errorf("seed %d: another number of nulls is taken", seed)
			}
		}
		if got := appendPresent(nil, x, valid); !slices.Equal(got, present) {
			t.Errorf("seed %d: other values are present", seed)
		}
		back := make([]uint64, len(x))
		if spread(back, present, valid, nullBits); !slices.Equal(back, x) {
			t.Errorf("seed %d: values come back in other places", seed)
		}
	}
}

// TestIndexAgainstLibrary does the same for the positions in a dictionary.
func TestIndexAgainstLibrary(t *testing.T) {
	var library rle.DictionaryEncoding
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 6))
		width := 1 + r.IntN(18)
		var x []int32
		for rows := r.IntN(3000); len(x) < rows; {
			x = append(x, slices.Repeat([]int32{r.Int32N(1 << width)}, 1+r.IntN([]int{1, 9, 300}[r.IntN(3)]))...)
		}
		ours := appendIndex(nil, x, width)
		got, err := library.DecodeInt32(nil, ours)
		if err != nil || len(got) < len(x) || !slices.Equal(got[:len(x)], x) {
			t.Errorf("seed %d: the library decodes other numbers: %v", seed, err)
		}
		theirs, err := library.EncodeInt32(nil, x)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{ours, theirs} {
			got := make([]int32, len(x))
			if err := eachRun(b[1:], int(b[0]), len(x), func(at, n int, value uint32) error {
				for i := at; i < at+n; i++ {
					got[i] = int32(value)
				}
				return nil
			}); err != nil || !slices.Equal(got, x) {
				t.Errorf("seed %d: other numbers come back: %v", seed, err)
			}
		}
	}
}

// FuzzRuns decodes any bytes: it must end, and visit every row once.
func FuzzRuns(f *testing.F) {
	for _, b := range [][]byte{{8, 1}, {9, 1}, {3}, {0}, {1}, {2}, bytes.Repeat([]byte{0xff}, 9), append(bytes.Repeat([]byte{0xff}, 9), 1)} {
		for _, width := range []int{0, 1, 8, 32, 64, 200} {
			f.Add(b, width, 4)
		}
	}
	f.Add(appendIndex(nil, []int32{1, 2, 3, 4, 5, 6, 7, 7, 7, 7}, 3)[1:], 3, 10)
	f.Fuzz(func(t *testing.T, b []byte, width, rows int) {
		if width < 0 || width > 255 || rows < 0 || rows > pageRows {
			return
		}
		defer func() {
			if p := recover(); p != nil {
				t.Errorf("%v", p)
			}
		}()
		next := 0
		err := eachRun(b, width, rows, func(at, n int, _ uint32) error {
			if at != next || n < 1 {
				t.Fatalf("%d rows at %d, want those at %d", n, at, next)
			}
			next += n
			return nil
		})
		if err == nil && next != rows {
			t.Errorf("%d rows, want %d", next, rows)
		}
		if bitmap, err := decodeLevels(nil, b, rows, rows/2); err == nil && len(bitmap) != (rows+7)/8 {
			t.Errorf("a bitmap of %d bytes for %d rows", len(bitmap), rows)
		}
	})
}
