package data

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// showsLatest holds every view of the store against the one version.
func showsLatest(t testing.TB, s *Store, versions ...*Version) {
	t.Helper()
	got, want := map[string]string{}, map[string]string{}
	for _, v := range versions {
		for name, parts := range v.viewed() {
			for _, p := range parts {
				want[filepath.ToSlash(filepath.Join(View(name), p.inView()))] = p.SHA256
			}
		}
	}
	homes, _ := os.ReadDir(s.at("views"))
	for _, home := range homes {
		dir, err := filepath.EvalSymlinks(s.at(View(home.Name())))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, path := range files(t, s, s.below(dir)) {
			raw, err := os.ReadFile(s.at(path))
			if err != nil {
				t.Error(err)
			}
			rel, _ := filepath.Rel(dir, s.at(path))
			got[filepath.ToSlash(filepath.Join(View(home.Name()), rel))] = SHA256(raw)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("views: %s", diff)
	}
}

func TestViewsFollowLatest(t *testing.T) {
	s := newStore(t)
	one, two, three := seal(t, s, "bars", 3), seal(t, s, "bars", 4), seal(t, s, "bars", 5)
	for _, v := range []*Version{one, two, one, three, one, one, two, three} {
		point(t, s, v)
		showsLatest(t, s, v)
	}
	if entries, _ := os.ReadDir(s.at("views", "bars")); len(entries) != 3 { // latest, it, and the one before
		t.Errorf("%d entries", len(entries))
	}
	rods := seal(t, s, "rods", 3)
	point(t, s, rods)
	showsLatest(t, s, three, rods)
	sound(t, s)
}

func TestViewOfATableThatIsGone(t *testing.T) {
	s := newStore(t)
	d := draft(t, s, "bars", 3)
	if err := d.Put(tableBatch(t, "extra", "BTC-USD", 3), "BTC-USD"); err != nil {
		t.Fatal(err)
	}
	with, err := d.Seal(Origin{Name: "bars"}, nil, actionKey("extra", 3))
	if err != nil {
		t.Fatal(err)
	}
	without := seal(t, s, "bars", 3)
	for _, v := range []*Version{with, without, with, without} {
		point(t, s, v)
		showsLatest(t, s, v)
	}
}

// TestViewsHeal damages the views as copies, syncs and people do.
func TestViewsHeal(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	old := seal(t, s, "bars", 2)
	point(t, s, old)
	point(t, s, v)
	latest := s.at("views", "bars", "latest")
	for name, damage := range map[string]func() error{
		"no views":         func() error { return os.RemoveAll(s.at("views")) },
		"no link":          func() error { return os.Remove(latest) },
		"link to nothing":  func() error { os.Remove(latest); return os.Symlink("nowhere", latest) },
		"link to old":      func() error { os.Remove(latest); return os.Symlink(old.ID[:16], latest) },
		"directory":        func() error { os.Remove(latest); return os.MkdirAll(filepath.Join(latest, "x"), 0o755) },
		"file":             func() error { os.Remove(latest); return os.WriteFile(latest, nil, 0o644) },
		"a part less":      func() error { return os.RemoveAll(filepath.Join(latest, "symbol=ETH-BTC")) },
		"a file more":      func() error { return os.WriteFile(filepath.Join(latest, "more.parquet"), nil, 0o644) },
		"other bytes":      func() error { p := filepath.Join(latest, "read.me"); os.Remove(p); return os.WriteFile(p, nil, 0o644) },
		"swap left over":   func() error { return os.Symlink("nowhere", s.at("tmp", "latest-bars")) },
		"link and swap":    func() error { os.Remove(latest); return os.Symlink("nowhere", s.at("tmp", "latest-bars")) },
		"stranger in home": func() error { os.Remove(latest); return os.WriteFile(s.at("views", "bars", "x"), nil, 0o644) },
	} {
		if err := damage(); err != nil {
			t.Fatal(name, err)
		}
		if moved, err := s.Point(v); err != nil || moved {
			t.Errorf("%s: %t, %v", name, moved, err)
		}
		showsLatest(t, s, v)
		os.Remove(s.at("tmp", "latest-bars"))
	}
}

func TestViewNamesBelongToOneDataset(t *testing.T) {
	s := newStore(t)
	bars := seal(t, s, "bars", 3)
	point(t, s, bars)
	d := s.Draft("rods")
	if err := d.Put(tableBatch(t, "bars", "BTC-USD", 9), "BTC-USD"); err != nil {
		t.Fatal(err)
	}
	rods, err := d.Seal(Origin{Name: "rods"}, nil, actionKey("rods", 9))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Point(rods); err == nil {
		t.Error("two datasets in one view")
	}
	if _, err := s.Latest("rods"); err == nil {
		t.Error("the ref moved all the same")
	}
	showsLatest(t, s, bars)
}

// TestCopyPart takes the way of file systems without hard links.
func TestCopyPart(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	point(t, s, v)
	for _, p := range v.Parts {
		name := p.Table
		if name == "" {
			name = "bars"
		}
		to := s.at(View(name), p.inView())
		os.Remove(to)
		if err := s.dir.copyPart(p, to); err != nil {
			t.Fatal(err)
		}
	}
	if !s.dir.shows(s.at("views", "bars", v.ID[:16]), v.Parts) {
		t.Error("copies are no view")
	}
	showsLatest(t, s, v)
}
