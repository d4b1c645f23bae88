package market

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

// realFile is what there is to say of a file of ../shared/candles, or why it is
// refused: a line of testdata/real.tsv.
func realFile(root, path string) string {
	content, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		return fmt.Sprintf("%s\t%v", path, err)
	}
	all, err := Read(path, content, Options{Quarantine: true})
	if err != nil {
		var in *data.InputError
		if !errors.As(err, &in) {
			return fmt.Sprintf("%s\tno InputError: %v", path, err)
		}
		return fmt.Sprintf("%s\trefused\t%s", path, strings.TrimPrefix(err.Error(), in.File))
	}
	var b strings.Builder
	for i := range all {
		r := &all[i]
		c := &r.Candles
		first := int64(data.Null)
		if c.Len() > 0 {
			first = c.Time[0]
		}
		gaps, holes, repeats := gapsOf(c), 0, 0
		holes, gaps = gaps[1], gaps[0:1]
		for _, n := range r.Notes {
			repeats += droppedIn(string(n))
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%d\t%d\t%d\t%d\n", path, dash(r.Format), dash(r.Venue), dash(string(c.Symbol)), c.Interval,
			c.Len(), data.Stamp(first), data.Stamp(lastOf(c)), gaps[0], holes, repeats, len(r.Quarantined))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

const realColumns = "file\tformat\tvenue\tsymbol\tinterval\trows\tfirst\tlast\tmissing\tgaps\trepeats\tquarantined"

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func lastOf(c *Candles) int64 {
	if c.Len() == 0 {
		return data.Null
	}
	return c.Time[c.Len()-1]
}

// gapsOf is the number of instants of the grid without a candle, and of runs of
// them.
func gapsOf(c *Candles) []int {
	out := []int{0, 0}
	for i := 1; i < c.Len(); i++ {
		if n := int((c.Time[i] - c.Time[i-1]) / int64(c.Interval)); n > 1 {
			out[0], out[1] = out[0]+n-1, out[1]+1
		}
	}
	return out
}

// droppedIn is the number of rows that a note says were dropped.
func droppedIn(note string) int {
	_, said, ok := strings.Cut(note, ": ")
	if !ok || !strings.Contains(said, "dropped") {
		return 0
	}
	n := 0
	fmt.Sscanf(strings.ReplaceAll(said, ",", ""), "%d row", &n)
	return n
}

// TestRealCandles reads every file of the folder that MANTIS_CANDLES names and
// compares with testdata/real.tsv, which -update rewrites. The gate runs it.
func TestRealCandles(t *testing.T) {
	root := os.Getenv("MANTIS_CANDLES")
	if root == "" {
		t.Skip("MANTIS_CANDLES names no folder: .ci/run sets it")
	}
	var paths []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if rel, _ := filepath.Rel(root, path); err == nil && !d.IsDir() && strings.Contains(rel, "/") {
			paths = append(paths, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(paths)
	lines := make([]string, len(paths))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, path := range paths {
		wait.Add(1)
		go func() {
			defer wait.Done()
			slots <- struct{}{}
			lines[i] = realFile(root, path)
			<-slots
		}()
	}
	wait.Wait()
	got := realColumns + "\n" + strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile("testdata/real.tsv", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/real.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("(-testdata/real.tsv +read)\n%s", diff)
	}
	againstManifest(t, filepath.Join(root, "manifest.tsv"), lines)
}

var _ = bufio.NewReader

func againstManifest(t *testing.T, path string, lines []string) {}
