package data

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var repeatedSchema = Schema{
	Table: "repeated", Fields: []Field{{Name: "symbol", Type: String}, {Name: "time", Type: Time}, {Name: "said", Type: String}},
	Partition: []string{"symbol"}, Sort: []string{"symbol", "time", "said"},
}

// bothWays are the same rows, one batch with the strings one by one.
func bothWays(t testing.TB, rows int, symbol, said string) (short, long *Batch) {
	time := make([]int64, rows)
	for r := range time {
		time[r] = int64(r / 2)
	}
	a, b := Repeated{symbol, rows}, Repeated{said, rows}
	short, err := NewBatch(repeatedSchema, a, time, b)
	if err != nil {
		t.Fatal(err)
	}
	long, err = NewBatch(repeatedSchema, a.strings(), time, b.strings())
	if err != nil {
		t.Fatal(err)
	}
	return short, long
}

// TestRepeatedIsItsRows holds that nothing tells a column of one string from its
// rows one by one.
func TestRepeatedIsItsRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SampledFrom([]int{0, 1, 7, 8, 9, 300, pageRows, pageRows + 1, rowGroup + 5}).Draw(rt, "rows")
		texts := []string{"", "a", "BTC-USD"}
		if rows < 1000 {
			texts = append(texts, strings.Repeat("long", boundLimit/4), strings.Repeat("x", boundLimit+1), strings.Repeat("y", stringBlock))
		}
		text := rapid.SampledFrom(texts)
		short, long := bothWays(t, rows, text.Draw(rt, "symbol"), text.Draw(rt, "said"))
		if a, b := short.Content(), long.Content(); a != b {
			rt.Fatalf("content %s, want %s", a, b)
		}
		var a, b bytes.Buffer
		if err := errors.Join(WriteParquet(&a, short, nil), WriteParquet(&b, long, nil)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			rt.Fatalf("other files: %v", err)
		}
		for _, of := range []*Batch{short, long} {
			if err := VerifyParquet(bytes.NewReader(a.Bytes()), int64(a.Len()), of); err != nil {
				rt.Fatal(err)
			}
		}
		from := rapid.IntRange(0, rows).Draw(rt, "from")
		to := rapid.IntRange(from, rows).Draw(rt, "to")
		x, y := short.Slice(from, to), long.Slice(from, to)
		if !x.equal(y) || !y.equal(x) || !x.equal(x) || x.ordered() != y.ordered() {
			rt.Fatal("other slices")
		}
		said, err := x.Strings("said")
		if want, _ := y.Strings("said"); err != nil || !slices.Equal(said, want) {
			rt.Fatalf("other strings: %v", err)
		}
		both, err := Concat(x, y, short)
		if want, _ := Concat(y, y, long); err != nil || !both.equal(want) {
			rt.Fatalf("other rows together: %v", err)
		}
		for r := range min(3, x.rows) {
			if x.value(2, r) != y.value(2, r) || string(x.appendCSV(nil, 2, r, String)) != string(y.appendCSV(nil, 2, r, String)) {
				rt.Fatalf("other cells in row %d", r)
			}
		}
		if diff := cmp.Diff(x.checkPart([]string{"BTC-USD"}), y.checkPart([]string{"BTC-USD"}), cmp.Comparer(sameText)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func sameText(a, b error) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Error() == b.Error())
}

func TestRepeatedRefuses(t *testing.T) {
	for _, c := range []struct {
		cols []any
		want string
	}{
		{[]any{Repeated{"a", 1}, Repeated{"a", 1}, Repeated{"a", 1}}, "Repeated for a column of type time"},
		{[]any{Repeated{"\xff", 1}, []int64{1}, Repeated{"a", 1}}, "row 0 is not UTF-8"},
		{[]any{Repeated{"a", 1}, []int64{1}, Repeated{"a", 2}}, "column said has 2 rows, symbol has 1"},
	} {
		if _, err := NewBatch(repeatedSchema, c.cols...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestVerifyParquetSeesOtherStrings holds a file against columns of one string
// that differ in their last row, or in all.
func TestVerifyParquetSeesOtherStrings(t *testing.T) {
	short, long := bothWays(t, pageRows+3, "BTC-USD", "x")
	raw := writeParquet(t, short)
	other, _ := bothWays(t, pageRows+3, "BTC-USD", "y")
	last := &Batch{schema: long.schema, cols: newColumns(long.schema, long.rows)}
	last.append(long)
	last.cols[2].([]string)[pageRows+2] = "y"
	odd := writeParquet(t, last)
	for _, c := range []struct {
		raw  []byte
		want *Batch
	}{{raw, other}, {raw, last}, {odd, short}, {odd, long}} {
		if err := VerifyParquet(bytes.NewReader(c.raw), int64(len(c.raw)), c.want); !errors.Is(err, errOther) || !errors.Is(err, errParquet) {
			t.Error(err)
		}
	}
}

// TestVerifyParquetSeesEveryByte flips each byte of the pages of a file.
func TestVerifyParquetSeesEveryByte(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	b := randomBatch(t, 5, 200)
	raw := writeParquet(t, b)
	pr, err := NewParquetReader(bytes.NewReader(raw), int64(len(raw)), b.schema, Want{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range pr.footer.groups[0].chunks {
		for at := c.at; at < c.at+c.size; at++ {
			raw[at] ^= 0x55
			if VerifyParquet(bytes.NewReader(raw), int64(len(raw)), b) == nil && !spare(raw, at, c) {
				t.Errorf("byte %d of %d is not seen", at, len(raw))
			}
			raw[at] ^= 0x55
		}
	}
}

// spare tells whether a byte belongs to a page header, of which nobody reads all.
func spare(raw []byte, at int64, c storedChunk) bool {
	raw[at] ^= 0x55
	defer func() { raw[at] ^= 0x55 }()
	for b, from := raw[c.at:c.at+c.size], c.at; len(b) > 0; {
		h, rest, err := readHeader(b)
		if err != nil {
			return false
		}
		end := from + int64(len(b)-len(rest))
		if at < end {
			return at >= from
		}
		from, b = end+h.stored, rest[h.stored:]
	}
	return false
}
