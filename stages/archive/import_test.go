package archive

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

// minutes are the lines of a CSV file of minute candles over some months, a few
// of which are missing.
func minutes(seed uint64, months int) []string {
	r := rand.New(rand.NewPCG(seed, 2))
	at := time.Date(2020, 11, 28, 0, 0, 0, 0, time.UTC).Unix()
	lines := []string{"unix,open,high,low,close,volume"}
	for range months * 30 * 24 * 60 / 20 { // every candle stands for some that are missing
		at += 60 * int64(1+r.IntN(3)/2)
		open, close := 100+r.IntN(9), 100+r.IntN(9)
		lines = append(lines, fmt.Sprintf("%d,%d,%d,%d,%d,%d", at, open, max(open, close)+1, min(open, close)-1, close, 1+r.IntN(7)))
		if r.IntN(500) == 0 {
			at += 86400 * 10
		}
	}
	return lines
}

// importInto imports files into a store, those of a size chunk by chunk.
func importInto(t *testing.T, store *data.Store, large int64, paths ...string) ([]Intake, *data.Version) {
	t.Helper()
	unlock, err := store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	im := Importer{Now: func() time.Time { return time.Unix(0, 0) }, large: large}
	took, v, err := im.Import(context.Background(), store, paths)
	if err != nil {
		t.Fatal(err)
	}
	return took, v
}

// TestChunks holds that a file taken in chunk by chunk leaves the archive that it
// leaves when it is read whole: a new one, one with a correction in the middle,
// one that goes backwards, one whose rows are not in order, and another one.
func TestChunks(t *testing.T) {
	dir := t.TempDir()
	whole, chunks := newStore(t, dir+"/whole"), newStore(t, dir+"/chunks")
	path := filepath.Join(dir, "BTCUSD_1m.csv")
	lines := minutes(1, 5)
	correct := func(at int) { lines[at] = lines[at][:strings.LastIndex(lines[at], ",")] + ",99" }
	for _, c := range []struct {
		name   string
		change func()
	}{
		{"new", func() {}},
		{"the same", func() {}},
		{"corrected", func() { correct(len(lines) / 2); correct(len(lines)/2 + 1) }},
		{"a hole filled", func() {
			for i := 1; ; i++ {
				var a, b int64
				fmt.Sscan(lines[i][:10], &a)
				fmt.Sscan(lines[i+1][:10], &b)
				if b-a >= 120 && b-a < 3600 {
					lines = append(lines[:i+1:i+1], append([]string{fmt.Sprintf("%d,1,1,1,1,1", a+60)}, lines[i+1:]...)...)
					return
				}
			}
		}},
		{"backwards", func() {
			for i, j := 1, len(lines)-1; i < j; i, j = i+1, j-1 {
				lines[i], lines[j] = lines[j], lines[i]
			}
		}},
		{"a repeated row", func() { lines = append(lines[:9:9], append([]string{lines[8]}, lines[9:]...)...) }},
		{"out of order", func() { lines[5], lines[len(lines)/2] = lines[len(lines)/2], lines[5] }},
		{"another", func() { lines = minutes(2, 6) }},
	} {
		c.change()
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		want, v := importInto(t, whole, 1<<40, path)
		got, w := importInto(t, chunks, 1, path)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: (-whole +chunks):\n%s", c.name, d)
		}
		if v.ID != w.ID {
			t.Errorf("%s: whole %s, in chunks %s", c.name, v.Ref(), w.Ref())
		}
		if known := got[0].Known; known != (c.name == "the same") {
			t.Errorf("%s: known %v", c.name, known)
		}
	}
}

// TestRefused holds that a file that is refused changes nothing, and that the
// others are taken in all the same.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	store := newStore(t, dir+"/lake")
	files := map[string]string{
		"a/ETHBTC_1m.csv":          strings.Join(minutes(3, 1), "\n"),
		"a/notes.txt":              "nothing\n",
		"a/BTCUSD_1m.csv":          strings.Replace(strings.Join(minutes(4, 1), "\n"), ",", ",NaN,", 1),
		"b/.hidden":                "x",
		"b/LTCBTC_1m.csv":          strings.Join(minutes(5, 1), "\n"),
		"b/LTCBTC_1m.csv.CHECKSUM": strings.Repeat("0", 64) + "  LTCBTC_1m.csv\n",
	}
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	paths, left, err := Files([]string{dir + "/b", dir + "/a", dir + "/a/notes.txt"})
	if err != nil || len(paths) != 4 || len(left) != 0 {
		t.Fatalf("%q, %v: want four files, each once", paths, err)
	}
	took, v := importInto(t, store, 0, paths...)
	var out bytes.Buffer
	for _, in := range took {
		fmt.Fprintf(&out, "%s %v\n", filepath.Base(in.Path), in.Refused == nil)
	}
	if got, want := out.String(), "BTCUSD_1m.csv false\nETHBTC_1m.csv true\nnotes.txt false\nLTCBTC_1m.csv false\n"; got != want {
		t.Errorf("taken in:\n%s\nwant:\n%s", got, want)
	}
	if a, err := Open(store); err != nil || len(a.Takings) != 1 || len(v.Of(Dataset)) == 0 {
		t.Errorf("%v takings, %v", a.Takings, err)
	}
	if _, _, err := Files([]string{dir + "/none"}); err == nil {
		t.Error("a path of nothing is no error")
	}
}
