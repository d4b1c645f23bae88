package data

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// sealMany seals a version of bars with so many parts; those of the symbols in
// longer have a row more.
func sealMany(t *testing.T, s *Store, many int, longer ...int) *Version {
	t.Helper()
	d := s.Draft("bars")
	defer d.Discard()
	for i := range many {
		rows := 2
		for _, k := range longer {
			if k == i {
				rows++
			}
		}
		symbol := fmt.Sprintf("S%03d-BTC", i)
		if err := d.Put(tableBatch(t, "bars", symbol, rows), symbol); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.PutFile("read.me", []byte("many\n")); err != nil {
		t.Fatal(err)
	}
	v, err := d.Seal(Origin{Name: "bars"}, nil, actionKey(fmt.Sprint("many", longer), many))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// again opens the store anew and does to the view what a run does that has
// nothing to do.
func again(t *testing.T, s *Store, v *Version) (seen bool) {
	t.Helper()
	s, err := Open(s.Root())
	if err != nil {
		t.Fatal(err)
	}
	if s.Known("bars", v.Action) == nil {
		t.Fatal("the version is not known")
	}
	seen, _ = s.sameView("bars", v.ID[:16], v.viewed()["bars"])
	if moved, err := s.Point(v); err != nil || moved {
		t.Fatal(moved, err)
	}
	return seen
}

// TestGlance holds that a view is known by a glance once it has lain still, and
// that whatever is done to it then is found.
func TestGlance(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	write := func(path string) error { return os.WriteFile(path, []byte("x"), 0o644) }
	damages := map[string]func(s *Store, latest, link string, part Part) error{
		"nothing":     func(*Store, string, string, Part) error { return nil },
		"no view":     func(s *Store, _, _ string, _ Part) error { return os.RemoveAll(s.at("views", "bars")) },
		"no latest":   func(_ *Store, latest, _ string, _ Part) error { return os.Remove(latest) },
		"a part less": func(_ *Store, _, link string, _ Part) error { return os.Remove(link) },
		"a file more": func(_ *Store, _, link string, _ Part) error { return write(link + "x") },
		"a directory more": func(_ *Store, latest, _ string, _ Part) error {
			return os.Mkdir(filepath.Join(latest, "symbol=A"), 0o755)
		},
		"another file in its place": func(_ *Store, _, link string, _ Part) error {
			return errors.Join(os.Remove(link), write(link))
		},
		"a file renamed over it": func(s *Store, _, link string, _ Part) error {
			return errors.Join(write(s.at("tmp", "x")), os.Rename(s.at("tmp", "x"), link))
		},
		"the part's file made anew": func(s *Store, _, _ string, part Part) error {
			path := s.dir.Path(part.Path)
			raw, err := os.ReadFile(path)
			return errors.Join(err, os.Remove(path), os.WriteFile(path, raw, 0o644))
		},
	}
	stores := map[string]*Store{}
	var v *Version
	for name := range damages {
		s := newStore(t)
		v = sealMany(t, s, glanced)
		point(t, s, v)
		if again(t, s, v) {
			t.Error("known at once, when a later change might bear the same time")
		}
		stores[name] = s
	}
	time.Sleep(settled + 100*time.Millisecond)
	for name, s := range stores {
		latest, part := s.at("views", "bars", "latest"), v.Of("bars")[7]
		again(t, s, v)
		if info, err := os.Stat(latest); err != nil {
			t.Fatal(err)
		} else if _, ok := describe(info); ok && !again(t, s, v) {
			t.Errorf("before %s: not known by a glance", name)
		}
		if err := damages[name](s, latest, filepath.Join(latest, part.inView()), part); err != nil {
			t.Fatal(name, err)
		}
		again(t, s, v)
		showsLatest(t, s, v)
	}
}

// TestViewsOfSpares moves a view to and fro, so that each is made of the one
// before the last.
func TestViewsOfSpares(t *testing.T) {
	s := newStore(t)
	all := []*Version{sealMany(t, s, 5), sealMany(t, s, 5, 1), sealMany(t, s, 5, 1, 2), sealMany(t, s, 3, 1), sealMany(t, s, 7, 6)}
	for i := range 40 {
		v := all[i*i*7%len(all)]
		if i%3 == 0 {
			v = all[i%len(all)]
		}
		point(t, s, v)
		showsLatest(t, s, v)
		dirs, err := filepath.Glob(s.at("views", "bars", "latest", "symbol=*"))
		if err != nil || len(dirs) != len(v.Of("bars")) {
			t.Errorf("move %d: %d directories of %d parts, %v", i, len(dirs), len(v.Of("bars")), err)
		}
		if entries, _ := os.ReadDir(s.at("views", "bars")); len(entries) > 3 {
			t.Errorf("move %d: %d views", i, len(entries))
		}
		if left, _ := os.ReadDir(s.at("tmp")); len(left) > 0 {
			t.Errorf("move %d: left over: %v", i, left)
		}
	}
}
