package market

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
)

// endlessly is a file of so many bytes that begins with top and goes on with unit
// over and over, without being anywhere.
type endlessly struct {
	top, unit string
	size      int64
}

func (e *endlessly) ReadAt(b []byte, at int64) (int, error) {
	n := int(max(min(int64(len(b)), e.size-at), 0))
	if len(e.unit) < 1<<10 {
		e.unit = strings.Repeat(e.unit, 1<<10)
	}
	for i := 0; i < n; {
		part := e.unit
		if at < int64(len(e.top)) {
			part = e.top[at:]
		} else {
			part = part[(at-int64(len(e.top)))%int64(len(e.unit)):]
		}
		k := copy(b[i:n], part)
		i, at = i+k, at+int64(k)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// peak is how much more the heap holds at once while f runs than it did before,
// as far as looks at it every now and then see.
func peak(f func()) uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, m.HeapAlloc
	done, seen := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(seen)
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-done:
				return
			default:
				time.Sleep(5 * time.Millisecond)
			}
		}
	}()
	f()
	close(done)
	<-seen
	return most - before
}

const goodTop = "unix,open,high,low,close,volume\n1546300800,1,2,1,2,3\n1546304400,1,2,1,2,3\n"

// TestEndless reads files that would fill the memory if they were in it.
func TestEndless(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	const huge = 5 << 30
	for name, c := range map[string]struct {
		in   endlessly
		opt  Options
		want string
	}{
		"one line":          {endlessly{"", "a", huge}, Options{}, ":1: a line that is longer than 1,048,576 bytes"},
		"a line behind two": {endlessly{goodTop, "a", huge}, Options{}, ":4: a line that is longer than"},
		"zeros":             {endlessly{"", "\x00", huge}, Options{}, "no text file"},
		"zeros behind rows": {endlessly{goodTop, "\x00", huge}, Options{}, "no text file"},
		"old Macs":          {endlessly{"", "1546300800,1,2,1,2,3\r", huge}, Options{}, ":1: the lines end in CR alone"},
		"blanks":            {endlessly{"", "\n", 64 << 20}, Options{}, "the file is empty"},
		"blanks and a row":  {endlessly{strings.Repeat("\n", 5<<20), "1,2\n", 64 << 20}, Options{}, "nothing but empty lines stand before"},
		"bad rows":          {endlessly{goodTop, "x\n", huge}, Options{Quarantine: true}, "rows that are bad, and more are not set aside"},
		"long bad rows":     {endlessly{goodTop, strings.Repeat("x", 1<<19) + "\n", huge}, Options{Quarantine: true}, "rows that are bad, and more are not set aside"},
		"the same row":      {endlessly{goodTop, "1546308000,1,2,1,2,3\n", huge}, Options{Quarantine: true}, "rows so far are of 3 instants only"},
		"the same two":      {endlessly{goodTop, "1546308000,1,2,1,2,3\n1546311600,1,2,1,2,4\n", huge}, Options{}, "rows so far are of 4 instants only"},
		"JSON":              {endlessly{"[", "[1,2,3,4,5,6],", huge}, Options{}, "a JSON file of more than 268,435,456 bytes"},
		"Parquet":           {endlessly{"PAR1", "x", huge}, Options{}, "a parquet file of more than"},
		"Feather":           {endlessly{"ARROW1\x00\x00", "x", huge}, Options{}, "a feather file of more than"},
		"gzip":              {endlessly{gzipMagic + "\x08", "\x00", huge}, Options{}, "damaged"},
		"zip":               {endlessly{zipMagic, "\x00", huge}, Options{}, "the zip is cut short"},
	} {
		for _, read := range []func() error{
			func() error {
				return EachIn("BTCUSD_1h.csv", &c.in, c.in.size, c.opt, func(Result) error { return nil })
			},
			func() error { _, err := ReadCSVIn("BTCUSD_1h.csv", &c.in, c.in.size, c.opt); return err },
			func() error { _, _, err := OpenCSV("BTCUSD_1h.csv", &c.in, c.in.size, c.opt); return err },
		} {
			var err error
			if used := peak(func() { err = read() }); used > 200<<20 {
				t.Errorf("%s: %d MB", name, used>>20)
			}
			var in *data.InputError
			if err != nil && (!errors.As(err, &in) || in.File == "" || in.Hint == "" && in.Line == 0) {
				t.Errorf("%s: %v", name, err)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
			c.want = "" // the others may say it otherwise
		}
	}
}

// TestBlocks reads files in blocks of all sizes: what comes of them does not
// depend on it.
func TestBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	content := cddFile(400)
	lines := bytes.SplitAfter(content, []byte("\n"))
	rows := lines[2 : len(lines)-1]
	odd := map[string]func(i int) []byte{
		"good":  func(i int) []byte { return rows[i] },
		"blank": func(i int) []byte { return append([]byte(" \r\n\n"), rows[i]...) },
		"cut":   func(i int) []byte { return append(bytes.Clone(rows[i][:len(rows[i])/2]), '\n') },
		"quoted": func(i int) []byte {
			return append(append([]byte(`"`), bytes.Replace(rows[i], []byte(","), []byte(`",`), 1)...), '\n')
		},
		"off":     func(i int) []byte { return bytes.Replace(rows[i], []byte("00,"), []byte("07,"), 1) },
		"changed": func(i int) []byte { return append(bytes.Replace(rows[i], []byte(".1"), []byte(".2"), 1), rows[i]...) },
	}
	for kind, make := range odd {
		file := slices.Concat(lines[:2]...)
		for i := range rows {
			if rng.IntN(20) > 0 {
				file = append(file, rows[i]...)
			} else {
				file = append(file, make(i)...)
			}
		}
		file = bytes.TrimSuffix(file, []byte("\n"))
		for _, bom := range []string{"", byteOrderMark} {
			file := append([]byte(bom), file...)
			for _, aside := range []bool{false, true} {
				want, wantErr := ReadCSV("BTCUSD_1h.csv", file, Options{Quarantine: aside})
				wantAll, wantAllErr := Read("BTCUSD_1h.csv", file, Options{Quarantine: aside})
				for _, size := range []int{2048, 4001, 10_000} {
					opt := Options{Quarantine: aside, limits: limits{size, size / 2, wholeMost}}
					got, err := ReadCSV("BTCUSD_1h.csv", file, opt)
					same(t, fmt.Sprint(kind, " ", size), want, got, wantErr, err)
					gotAll, err := Read("BTCUSD_1h.csv", file, opt)
					if len(gotAll) != len(wantAll) {
						t.Fatalf("%s %d: %v, want %v", kind, size, err, wantAllErr)
					}
					for i := range gotAll {
						same(t, fmt.Sprint(kind, " ", size), wantAll[i], gotAll[i], wantAllErr, err)
					}
					gotAll, err = Read("BTCUSD_1h.csv.gz", gzipped(t, file), opt)
					if len(gotAll) != len(wantAll) || (err == nil) != (wantAllErr == nil) {
						t.Fatalf("%s %d, packed: %v, want %v", kind, size, err, wantAllErr)
					}
				}
			}
		}
	}
}

func same(t *testing.T, name string, want, got Result, wantErr, err error) {
	t.Helper()
	if fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Fatalf("%s: %v, want %v", name, err, wantErr)
	}
	if diff := cmp.Diff(want.Quarantined, got.Quarantined); diff != "" {
		t.Fatalf("%s: (-whole +blocks)\n%s", name, diff)
	}
	if err := sameResult(want, got); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestLines cuts any text into blocks: they are the text, each ends a line, and
// says which line it begins with.
func TestLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]byte("ab\r\n")), 0, 300).Draw(t, "text")
		most := limits{rapid.IntRange(1, 40).Draw(t, "block"), rapid.IntRange(1, 60).Draw(t, "line"), 0}
		told := rapid.Int64Range(-1, 400).Draw(t, "told")
		checkLines(t, text, told, most)
	})
}

func checkLines(t rapid.TB, text []byte, told int64, most limits) {
	l := newLines(bytes.NewReader(text), told, most, nil)
	var all []byte
	longest := 0
	for line := range bytes.Lines(text) {
		longest = max(longest, len(bytes.TrimSuffix(line, []byte("\n"))))
	}
	for {
		block, number, err := l.next()
		if want := 1 + bytes.Count(all, []byte("\n")); number != want {
			t.Fatalf("block at line %d, want %d", number, want)
		}
		if err != nil {
			if longest <= most.line && bytes.IndexByte(text, '\r') < 0 {
				t.Fatalf("%v: the longest line has %d of %d", err, longest, most.line)
			}
			return
		}
		if block == nil {
			break
		}
		if all = append(all, block...); len(all) < len(text) && block[len(block)-1] != '\n' {
			t.Fatalf("%q is cut inside a line", block)
		}
	}
	if !bytes.Equal(all, text) || longest > most.line {
		t.Fatalf("%q, want %q; the longest line has %d of %d", all, text, longest, most.line)
	}
}

// TestAbsurd holds that prices which no market has are taken, and told of, in
// chunks as in the whole.
func TestAbsurd(t *testing.T) {
	content := []byte(goodTop + "1546308000,1e308,1e308,1e-300,1,1e308\n1546311600,1,1e15,1e-15,1,3\n")
	r, err := ReadCSV("BTCUSD_1h.csv", content, Options{})
	if err != nil || len(r.Notes) != 1 || !strings.Contains(string(r.Notes[0]), "1 candle with a price below 1e-15 or above 1e+15") {
		t.Errorf("%v %q", err, r.Notes)
	}
	if _, ok := compare(t, "BTCUSD_1h.csv", content, Options{}); !ok {
		t.Error("not read by chunks")
	}
}
