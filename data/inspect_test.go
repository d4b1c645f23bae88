package data

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// fullStore has one of everything: two datasets, a memo with a part that no
// version names, actions, logs, and views that are copies.
func fullStore(t *testing.T) *Store {
	s := newStore(t)
	for _, v := range []*Version{seal(t, s, "bars", 3), seal(t, s, "bars", 4), seal(t, s, "rods", 30)} {
		point(t, s, v)
	}
	d := s.Draft("bars")
	p, err := d.Make(tableBatch(t, "bars", "BTC-USD", 7), nil, nil, "BTC-USD")
	if err != nil {
		t.Fatal(err)
	}
	s.hold([]Part{p})
	d.Discard()
	m := s.Memo("bars")
	m.Put("key", Made{Part: &p})
	if err := m.Save(); err != nil {
		t.Fatal(err)
	}
	v, _ := s.Latest("bars")
	for _, p := range v.Parts { // as on file systems without hard links
		to := s.at("views", "bars", v.ID[:16], p.inView())
		os.Remove(to)
		if err := s.dir.copyPart(p, to); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func inspected(t testing.TB, s *Store) []Fault {
	t.Helper()
	_, faults, err := s.InspectAll(context.Background(), Inspection{})
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

// TestOneFlippedByte flips a byte of any file of a store: what readers and runs
// hang on is named and a fault; a cache, that it is harmless; the diary and the
// number of the process that writes may lie unnoticed.
func TestOneFlippedByte(t *testing.T) {
	s := fullStore(t)
	if faults := inspected(t, s); len(faults) > 0 {
		t.Fatal(faults)
	}
	all := files(t, s, ".")
	found := map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.SampledFrom(all).Draw(r, "file")
		raw, err := os.ReadFile(s.at(name))
		if err != nil || len(raw) == 0 {
			r.Skip()
		}
		top, _, _ := strings.Cut(name, "/")
		damaged := bytes.Clone(raw)
		at := rapid.IntRange(0, len(raw)-1).Draw(r, "at")
		damaged[at] ^= byte(1 << rapid.IntRange(0, 7).Draw(r, "bit"))
		restore := overwrite(s, name, damaged, raw)
		versions, faults, err := s.InspectAll(context.Background(), Inspection{})
		_, opening := Open(s.Root())
		restore()
		if err != nil {
			r.Fatal(err)
		}
		named, grave := false, false
		for _, f := range faults {
			same := f.Path == name || top == "views" && linked(s, f.Path, name)
			named = named || same
			grave = grave || same && !f.Spare && f.Hint != ""
		}
		switch top {
		case "views": // where no row is, it is harmless
			if !named {
				r.Errorf("%s: byte %d: %v", name, at, faults)
			}
		case "data", "versions":
			if !grave || len(versions) < 2 {
				r.Errorf("%s: byte %d: %v", name, at, faults)
			}
		case "refs": // its newline is worth nothing
			if !grave && string(bytes.TrimSpace(damaged)) != string(bytes.TrimSpace(raw)) {
				r.Errorf("%s: byte %d: %v", name, at, faults)
			}
		case "memo":
			if !named || grave {
				r.Errorf("%s: byte %d: %v", name, at, faults)
			}
		case "actions":
			if !named && string(bytes.TrimSpace(damaged)) != string(bytes.TrimSpace(raw)) || grave {
				r.Errorf("%s: byte %d: %v", name, at, faults)
			}
		case "log", "lock":
			if grave {
				r.Errorf("%s: byte %d: %v", name, at, faults)
			}
		case marker: // {"format":1} or no store
			if opening == nil && !strings.Contains(string(damaged), "1") {
				r.Errorf("%q is a store", damaged)
			}
		default:
			r.Fatalf("%s: what is it?", name)
		}
		found[top]++
	})
	t.Log(found)
	if faults := inspected(t, s); len(faults) > 0 {
		t.Fatal(faults)
	}
}

// linked tells whether two names are of one file: a view that is a hard link.
func linked(s *Store, a, b string) bool {
	x, err := os.Stat(s.at(a))
	y, other := os.Stat(s.at(b))
	return err == nil && other == nil && os.SameFile(x, y)
}

// overwrite puts other bytes into a file, also where another name shares it.
func overwrite(s *Store, name string, damaged, raw []byte) (restore func()) {
	put := func(raw []byte) {
		os.Chmod(s.at(name), 0o644)
		os.WriteFile(s.at(name), raw, 0o644)
	}
	put(damaged)
	return func() { put(raw) }
}

// TestHintsRepair does what the hint of every kind of fault says; then a run,
// which here is a seal and a point, leaves nothing to find.
func TestHintsRepair(t *testing.T) {
	s := newStore(t)
	rerun := func() {
		point(t, s, seal(t, s, "bars", 4))
	}
	rerun()
	v, _ := s.Latest("bars")
	for _, name := range []string{v.Parts[0].Path, manifestName("bars", v.ID), refName("bars"), "views/bars/" + v.ID[:16] + "/read.me"} {
		raw, err := os.ReadFile(s.at(name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "views/") { // a copy
			os.Remove(s.at(name))
			os.WriteFile(s.at(name), raw, 0o644)
		}
		raw[len(raw)/2] ^= 1
		os.Chmod(s.at(name), 0o644)
		if err := os.WriteFile(s.at(name), raw, 0o644); err != nil {
			t.Fatal(err)
		}
		faults := inspected(t, s)
		if len(faults) == 0 || faults[0].Path != name && faults[len(faults)-1].Path != name {
			t.Fatalf("%s: %v", name, faults)
		}
		for _, f := range faults {
			if strings.HasPrefix(f.Hint, "delete that file") {
				os.Remove(filepath.Join(s.Root(), filepath.FromSlash(f.Path)))
			}
		}
		rerun()
		for _, f := range inspected(t, s) {
			if !f.Spare { // the diary tells of a damaged ref for good
				t.Errorf("%s: %v", name, f)
			}
		}
	}
}

func TestQuickLooksAtSizes(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	raw, _ := os.ReadFile(s.Path(v.Parts[0]))
	restore := overwrite(s, v.Parts[0].Path, append([]byte{raw[0] ^ 1}, raw[1:]...), raw)
	if faults, err := s.Inspect(context.Background(), []*Version{v}, Inspection{Quick: true}); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
	restore()
	overwrite(s, v.Parts[0].Path, raw[1:], raw)
	if faults, err := s.Inspect(context.Background(), []*Version{v, v}, Inspection{Quick: true}); err != nil || len(faults) != 1 {
		t.Errorf("%v, %v", faults, err)
	}
	done := int64(0)
	ctx, cancel := context.WithCancel(context.Background())
	s.Inspect(ctx, []*Version{v}, Inspection{Watch: func(n, total int64) { done = n }})
	if want := v.Parts[0].Bytes + v.Parts[1].Bytes + v.Parts[2].Bytes; done != want {
		t.Errorf("%d bytes watched, want %d", done, want)
	}
	cancel()
	if _, err := s.Inspect(ctx, []*Version{v}, Inspection{}); err == nil {
		t.Error("not interrupted")
	}
}
