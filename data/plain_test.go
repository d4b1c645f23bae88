package data

import (
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
)

// TestNotesReadBack notes what is no UTF-8 and what commands a terminal: the
// version reads back all the same, and neither is in it.
func TestNotesReadBack(t *testing.T) {
	s := newStore(t)
	d := draft(t, s, "bars", 3)
	d.Note("columns not read: Gr\xf6\xdfe, \x1b[31mred\x1b[2J, Größe")
	v, err := d.Seal(Origin{Name: "bars"}, nil, actionKey("bars", 3))
	if err != nil {
		t.Fatal(err)
	}
	back, err := s.Load("bars", v.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := "columns not read: Gr\uFFFDe, \uFFFD[31mred\uFFFD[2J, Größe"
	if got := back.Notes[len(back.Notes)-1]; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestReadOnlyFiles reads what lies where a part should: a pipe is not waited
// for, and a device not read to its end.
func TestReadOnlyFiles(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no such files here")
	}
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	for name, put := range map[string]func(path string) error{
		"pipe":   func(path string) error { return makePipe(path) },
		"device": func(path string) error { return os.Symlink("/dev/zero", path) },
	} {
		path := s.Path(v.Parts[0])
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := put(path); err != nil {
			t.Fatal(err)
		}
		if _, err := s.bytes(v.Parts[0]); err == nil {
			t.Errorf("a %s is read as a part", name)
		}
	}
}

// TestViewsSwap looks at a view again and again while its files are replaced, as
// compacting does: every part is there at any time.
func TestViewsSwap(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("two names are exchanged in one step on Linux only")
	}
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	point(t, s, v)
	dir := s.at("views", "bars", v.ID[:16])
	var done atomic.Bool
	missing := make(chan int)
	go func() {
		n := 0
		for !done.Load() {
			if files, _ := filepath.Glob(filepath.Join(s.at("views", "bars", "latest"), "symbol=*", "*.parquet")); len(files) != 2 {
				n++
			}
		}
		missing <- n
	}()
	for range 300 {
		if err := s.dir.link(dir, "", v.viewed()["bars"]); err != nil {
			t.Fatal(err)
		}
	}
	done.Store(true)
	if n := <-missing; n > 0 {
		t.Errorf("%d times, not all parts were there", n)
	}
}
