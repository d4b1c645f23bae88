package market

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
)

// bytesCSV is a file of candles with its bytes.
type bytesCSV struct {
	*CSVFile
	content []byte
}

func openBytes(name string, content []byte, opt CSVOptions) (bytesCSV, bool, error) {
	f, ok, err := OpenCSV(name, bytes.NewReader(content), int64(len(content)), opt)
	return bytesCSV{f, content}, ok, err
}

func (f bytesCSV) digest(i int) string {
	c := f.Chunks()[i]
	return data.SHA256(f.content[c.From:c.To])
}

func (f bytesCSV) key(i int) string { return f.Chunks()[i].Key(f.digest(i)) }

func (f bytesCSV) read(i int) (ChunkResult, error) {
	return f.ReadChunk(i, bytes.NewReader(f.content), f.digest(i))
}

// covered holds what is in no chunk to its digest, and to being no row but for
// what stands above them.
func (f bytesCSV) covered() error {
	var rest []byte
	end := int64(0)
	chunks := slices.SortedFunc(slices.Values(f.Chunks()), func(a, b Chunk) int { return int(a.From - b.From) })
	for _, c := range chunks {
		between := f.content[end:c.From]
		if end > 0 && len(bytes.TrimSpace(between)) > 0 {
			return fmt.Errorf("%q is in no chunk", between)
		}
		rest, end = append(rest, between...), c.To
	}
	if len(bytes.TrimSpace(f.content[end:])) > 0 {
		return fmt.Errorf("%q is in no chunk", f.content[end:])
	}
	if rest = append(rest, f.content[end:]...); data.SHA256(rest) != f.Rest() {
		return fmt.Errorf("another digest of %q", rest)
	}
	return nil
}

// chunkwise reads a file chunk by chunk, the chunks side by side and their
// summaries by way of JSON. It is not ok where the file must be read whole.
func chunkwise(name string, content []byte, opt CSVOptions) (r Result, keys []string, ok bool, err error) {
	f, ok, err := openBytes(name, content, opt)
	if !ok || err != nil {
		return Result{}, nil, false, err
	}
	if err := f.covered(); err != nil {
		return Result{}, nil, false, err
	}
	n := len(f.Chunks())
	read, sums := make([]ChunkResult, n), make([]Summary, n)
	keys = make([]string, n)
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range f.Chunks() {
		all.Add(1)
		go func() {
			defer all.Done()
			keys[i] = f.key(i)
			read[i], errs[i] = f.read(i)
			text, err := json.Marshal(read[i].Summary)
			errs[i] = errors.Join(errs[i], err, json.Unmarshal(text, &sums[i]))
		}()
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return Result{}, nil, false, err
	}
	series, ok, err := f.Finish(sums)
	if !ok || err != nil {
		return Result{}, keys, false, err
	}
	c := &r.Candles
	*c = columns(series.Candles)
	c.Symbol, c.Interval = series.Symbol, series.Interval
	r.Notes = series.Notes
	for i, chunk := range f.Chunks() {
		part := &read[i].Candles
		if part.Symbol != c.Symbol || part.Interval != c.Interval || part.Until != data.Null {
			return r, keys, ok, fmt.Errorf("chunk %s: %s %s until %d", chunk.Period, part.Symbol, part.Interval, part.Until)
		}
		c.Time, c.Trades = append(c.Time, part.Time...), append(c.Trades, part.Trades...)
		to := c.floats()
		for k, x := range part.floats() {
			*to[k] = append(*to[k], *x...)
		}
	}
	if diff := cmp.Diff(series, r.Series()); diff != "" {
		err = fmt.Errorf("the series differs from its rows (-series +rows)\n%s", diff)
	}
	return r, keys, ok, err
}

// sameResult says how two results differ, to the last bit.
func sameResult(want, got Result) error {
	a, b := &want.Candles, &got.Candles
	for k, x := range a.floats() {
		y := *b.floats()[k]
		for i := range min(len(*x), len(y)) {
			if math.Float64bits((*x)[i]) != math.Float64bits(y[i]) {
				return fmt.Errorf("candle %d, column %d: %v, want %v", i, k, y[i], (*x)[i])
			}
		}
	}
	if diff := cmp.Diff(describe(want), describe(got)); diff != "" {
		return fmt.Errorf("(-whole +chunks)\n%s", diff)
	}
	if a.Until != b.Until {
		return fmt.Errorf("until %d, want %d", b.Until, a.Until)
	}
	return nil
}

// compare holds a file read chunk by chunk to the file read whole, and says
// whether it could be read so.
func compare(t rapid.TB, name string, content []byte, opt CSVOptions) (keys []string, ok bool) {
	t.Helper()
	want, wantErr := ReadCSV(name, content, opt)
	got, keys, ok, err := chunkwise(name, content, opt)
	switch {
	case err != nil && (wantErr == nil || err.Error() != wantErr.Error() || data.Hint(err) != data.Hint(wantErr)):
		t.Fatalf("error %v, want %v", err, wantErr)
	case err != nil || !ok:
		return keys, false
	case wantErr != nil:
		t.Fatalf("no error, want %v", wantErr)
	}
	if err := sameResult(want, got); err != nil {
		t.Fatal(err)
	}
	return keys, true
}

// TestChunksAreTheWhole is the promise of CSVFile, over files of all habits and
// with all faults. A file without a fault is not read whole.
func TestChunksAreTheWhole(t *testing.T) {
	var whole, cut int
	rapid.Check(t, func(t *rapid.T) {
		w := drawSheet(t)
		for range rapid.SampledFrom([]int{0, 0, 1, 1, 2}).Draw(t, "faults") {
			w.spoil(t)
		}
		content := w.bytes()
		keys, ok := compare(t, w.name, content, w.opt)
		if ok && len(keys) > 1 {
			cut++
		}
		if !ok {
			whole++
		}
		if r, err := ReadCSV(w.name, content, w.opt); !ok && w.clean && err == nil && len(r.Quarantined) == 0 {
			t.Fatalf("read whole without need:\n%s", content)
		}
	})
	t.Logf("%d files cut, %d read whole", cut, whole)
	if cut == 0 || whole == 0 {
		t.Errorf("%d files cut, %d read whole: nothing was tried", cut, whole)
	}
}

// TestAnEditIsOneChunk appends a row to a file, or corrects one: no other chunk
// gets a new key, and a known key is known for the same candles.
func TestAnEditIsOneChunk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawSheet(t)
		w.opt.Interval = w.step
		before := w.bytes()
		fresh, at := 1, len(w.rows)-1
		switch rapid.IntRange(0, 2).Draw(t, "edit") {
		case 0:
			w.rows = append(w.rows, drawRow(t, w.rows[at].t+int64(w.step)))
		case 1:
			at = rapid.IntRange(0, at).Draw(t, "row")
			w.rows[at].price++
		case 2:
			at = rapid.IntRange(0, at).Draw(t, "row")
			w.rows = append(w.rows[:at:at], append([]sheetRow{w.rows[at]}, w.rows[at:]...)...) // once more
		}
		known := parts(t, w, before)
		for key, part := range parts(t, w, w.bytes()) {
			if old, ok := known[key]; !ok {
				fresh--
			} else if old != part {
				t.Fatalf("one key for\n%sand\n%s", old, part)
			}
		}
		if fresh < 0 {
			t.Fatalf("%d chunks too many have a new key", -fresh)
		}
	})
}

// parts are what a file's chunks hold, by their keys.
func parts(t *rapid.T, w *sheet, content []byte) map[string]string {
	f, ok, err := openBytes(w.name, content, w.opt)
	if !ok || err != nil {
		t.Skip(err)
	}
	out := map[string]string{}
	for i, c := range f.Chunks() {
		part, err := f.read(i)
		if err != nil || !part.Summary.Plain {
			t.Fatal(c.Period, err, part.Summary)
		}
		sum, _ := json.Marshal(part.Summary)
		out[f.key(i)] = describe(Result{Candles: part.Candles}) + string(sum) + "\n"
	}
	return out
}

// TestChunksOfAnotherFile mixes up summaries and chunks.
func TestChunksOfAnotherFile(t *testing.T) {
	f, ok, err := openBytes("BTCUSD_d.csv", []byte(goodHead+"20181231,1,2,1,2,3\n20190101,1,2,1,2,3\n"), CSVOptions{})
	if !ok || err != nil || f.Period() != data.Yearly || len(f.Chunks()) != 2 || f.Chunks()[1].Period != "2019" {
		t.Fatal(f, ok, err)
	}
	old, err1 := f.read(0)
	now, err2 := f.read(1)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for _, s := range [][]Summary{{}, {old.Summary}, {now.Summary, old.Summary}, {old.Summary, old.Summary}, {old.Summary, now.Summary, now.Summary}} {
		if _, ok, err := f.Finish(s); ok || err == nil {
			t.Errorf("%+v: ok %v, error %v", s, ok, err)
		}
	}
	for _, i := range []int{-1, 2} {
		if _, err := f.ReadChunk(i, bytes.NewReader(f.content), ""); err == nil {
			t.Errorf("there is a chunk %d", i)
		}
	}
}

// TestChunkThatChanged reads chunks of a file that is not what it was.
func TestChunkThatChanged(t *testing.T) {
	content := []byte(goodHead + "20181231,1,2,1,2,3\n20190101,1,2,1,2,3\n")
	f, ok, err := openBytes("BTCUSD_d.csv", content, CSVOptions{})
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	digest := f.digest(1)
	for name, now := range map[string][]byte{
		"another price": bytes.Replace(content, []byte("20190101,1"), []byte("20190101,2"), 1),
		"cut short":     content[:len(content)-3],
		"empty":         nil,
	} {
		var in *data.InputError
		if _, err := f.ReadChunk(1, bytes.NewReader(now), digest); !errors.As(err, &in) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestChunksOfALargeFile reads a file of which the beginning alone is read to
// find the header, written in either order, and with a row of which the symbol
// is missed there.
func TestChunksOfALargeFile(t *testing.T) {
	down := cddRows(20_000, 3600)
	lines := bytes.SplitAfter(down, []byte("\n"))
	up := bytes.Join(lines[:2], nil)
	for _, line := range slices.Backward(lines[2 : len(lines)-1]) {
		up = append(up, line...)
	}
	if len(up) != len(down) || len(up) < 3*topBytes/2 {
		t.Fatal(len(up), len(down))
	}
	for name, content := range map[string][]byte{"down": down, "up": up} {
		if _, ok := compare(t, "BTCUSD_1h.csv", content, CSVOptions{}); !ok {
			t.Errorf("%s: read whole", name)
		}
	}
	untold := bytes.Replace(up, []byte(",BTC/USD,"), []byte(",,"), 15_000)
	if _, ok := compare(t, "BTCUSD_1h.csv", untold, CSVOptions{}); ok {
		t.Error("the symbol is not in sight")
	}
	blank := append(bytes.Repeat([]byte("\n"), topBytes+5), up...)
	compare(t, "BTCUSD_1h.csv", blank, CSVOptions{})
}

// TestChunksOfFiles reads every CSV file of testdata, and under MANTIS_CANDLES
// where that is set, chunk by chunk.
func TestChunksOfFiles(t *testing.T) {
	var whole, cut int
	for _, root := range []string{"testdata/csv", os.Getenv("MANTIS_CANDLES")} {
		if root == "" {
			continue
		}
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".csv" {
				return err
			}
			content, err := os.ReadFile(path)
			for _, opt := range []CSVOptions{{}, {Quarantine: true}, {Symbol: "BTC-USD"}, {Interval: data.Hour}} {
				if _, ok := compare(t, path, content, opt); ok {
					cut++
				} else {
					whole++
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d readings by chunks, %d whole", cut, whole)
}

// FuzzOpenCSV holds any file to the promise of CSVFile.
func FuzzOpenCSV(f *testing.F) {
	names, _ := filepath.Glob("testdata/csv/*.csv")
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Base(name), content, false, int64(0))
	}
	f.Add("BTCUSD_1h.csv", cddFile(30), true, int64(data.Hour))
	f.Add("BTCUSD.csv", []byte(goodHead+"20181230,1,2,1,2,3\r\n20181231,1,2,1,2,3\r\n\r\n20190101,1,2,1,2,3\r\n20190101,1,2,1,2,3"), false, int64(0))
	f.Fuzz(func(t *testing.T, name string, content []byte, quarantine bool, interval int64) {
		compare(t, name, content, CSVOptions{Quarantine: quarantine, Interval: data.Interval(interval)})
	})
}
