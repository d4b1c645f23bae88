package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// newStore is an empty store that this test may write to.
func newStore(t testing.TB) *Store {
	t.Helper()
	s, err := Create(filepath.Join(t.TempDir(), "lake"))
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	return s
}

// at is a path below the directory of a store.
func (s *Store) at(elem ...string) string { return s.dir.at(elem...) }

// manifest is the path of a manifest.
func (s *Store) manifest(dataset, id string) string { return s.dir.Path(manifestName(dataset, id)) }

// below is a path as seen from the store's root.
func (s *Store) below(path string) string {
	if rel, err := filepath.Rel(s.Root(), path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}

var symbols = []string{"BTC-USD", "ETH-BTC"}

// tableBatch is a small part of a table: a symbol, an instant, a number.
func tableBatch(t testing.TB, table, symbol string, rows int) *Batch {
	t.Helper()
	schema := Schema{
		Table: table, Partition: []string{"symbol"}, Sort: []string{"time"},
		Fields: []Field{{Name: "symbol", Type: String}, {Name: "time", Type: Time}, {Name: "close", Type: Float, Nullable: true}},
	}
	name, time, price := make([]string, rows), make([]int64, rows), make([]float64, rows)
	for r := range rows {
		name[r], time[r], price[r] = symbol, int64(r)*int64(Hour), float64(r+len(symbol))/3
	}
	b, err := NewBatch(schema, name, time, price)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// draft is a version with a table of the dataset's name, two parts, and a file.
func draft(t testing.TB, s *Store, dataset string, rows int) *Draft {
	t.Helper()
	d := s.Draft(dataset)
	if err := fill(t, d, dataset, rows); err != nil {
		t.Fatal(err)
	}
	return d
}

func fill(t testing.TB, d *Draft, dataset string, rows int) error {
	t.Helper()
	for _, symbol := range symbols {
		if err := d.Put(tableBatch(t, dataset, symbol, rows), symbol); err != nil {
			return err
		}
	}
	return d.PutFile("read.me", fmt.Appendf(nil, "%d rows\n", rows))
}

func actionKey(dataset string, rows int) string {
	return Digest("test", fmt.Appendf(nil, "%s %d", dataset, rows))
}

// seal makes a version whose content depends on the number of rows.
func seal(t testing.TB, s *Store, dataset string, rows int) *Version {
	t.Helper()
	v, err := draft(t, s, dataset, rows).Seal(Origin{Name: dataset, Code: 1, Params: []byte("{}")}, nil, actionKey(dataset, rows))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// point makes a version the latest.
func point(t testing.TB, s *Store, v *Version) {
	t.Helper()
	if _, err := s.Point(v); err != nil {
		t.Fatal(err)
	}
}

// files lists what lies below a directory of the store.
func files(t testing.TB, s *Store, under string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(s.at(under), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out = append(out, s.below(path))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return out
}

// sound fails the test if anything in the store is not what it should be, or
// is left over.
func sound(t testing.TB, s *Store) {
	t.Helper()
	_, faults, err := s.Audit()
	if err != nil || len(faults) > 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
	if left := files(t, s, "tmp"); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestStoreRoundTrip(t *testing.T) {
	s := newStore(t)
	made := seal(t, s, "bars", 40)
	point(t, s, made)
	again, err := Open(s.Root())
	if err != nil {
		t.Fatal(err)
	}
	v, err := again.Latest("bars")
	if err != nil || v.ID != made.ID || len(v.Parts) != 3 {
		t.Fatalf("%v, %v", v, err)
	}
	for _, p := range v.Of("bars") {
		want := tableBatch(t, "bars", p.Value("symbol"), 40)
		b, err := again.Read(v, p)
		if err != nil || b.Content() != want.Content() || p.Content != want.Content() {
			t.Errorf("%s: %v", p.Key, err)
		}
	}
	if raw, err := again.ReadFile(v, "read.me"); string(raw) != "40 rows\n" {
		t.Errorf("%q, %v", raw, err)
	}
	if _, err := again.ReadFile(v, "no.such"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if rows, first, last := v.Span("bars"); rows != 80 || first != 0 || last != 39*int64(Hour) {
		t.Errorf("%d rows from %d to %d", rows, first, last)
	}
	if known := s.Known("bars", actionKey("bars", 40)); known == nil || known.ID != v.ID {
		t.Error("the action is not known")
	}
	if s.Known("bars", actionKey("bars", 41)) != nil || s.Known("rods", actionKey("bars", 40)) != nil || s.Known("bars", "") != nil {
		t.Error("an action is known that never was")
	}
	sound(t, s)
}

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	os.WriteFile(at("file"), nil, 0o644)
	os.MkdirAll(at("full/x"), 0o755)
	os.MkdirAll(at("begun/tmp"), 0o755) // a process died while it made this one
	os.MkdirAll(at("future"), 0o755)
	os.WriteFile(at("future/"+marker), []byte(`{"format":2}`), 0o644)
	os.MkdirAll(at("torn"), 0o755)
	os.WriteFile(at("torn/"+marker), nil, 0o644)
	for name, want := range map[string]bool{"new": true, "deep/er": true, "begun": true, ".": false, "file": false, "file/x": false, "full": false, "future": false, "torn": false} {
		s, err := Create(at(name))
		if (err == nil) != want || err != nil && !errors.Is(err, ErrStore) {
			t.Errorf("create %s: %v", name, err)
		}
		if err == nil {
			if _, err := Create(at(name)); err != nil {
				t.Errorf("create %s again: %v", name, err)
			}
			if names, err := s.Datasets(); err != nil || len(names) > 0 {
				t.Errorf("%v, %v", names, err)
			}
		}
	}
	if _, err := Open(at("nowhere")); !errors.Is(err, ErrStore) || !errors.Is(err, ErrNotFound) || Hint(err) == "" {
		t.Errorf("%v", err)
	}
}
