package data

import (
	"errors"
	"os"
	"testing"
)

// TestBorrow takes a version to another store, where it is the same, and not
// one whose bytes are wrong.
func TestBorrow(t *testing.T) {
	from, to := newStore(t), newStore(t)
	v := seal(t, from, "toy", 5)
	for range 2 {
		if err := to.Borrow(from, v); err != nil {
			t.Fatal(err)
		}
	}
	got, err := to.Load("toy", v.ID)
	if err != nil || got.Sum != v.Sum || len(to.Verify(got)) > 0 || len(to.Missing(got)) > 0 {
		t.Errorf("borrowed %v, %v", got, err)
	}
	if known := to.Known("toy", v.Action); known != nil {
		t.Error("how it was made was borrowed too")
	}
	if _, err := to.Latest("toy"); !errors.Is(err, ErrNotFound) {
		t.Errorf("it is the latest: %v", err)
	}
	file := from.Path(v.Parts[0])
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
	third := newStore(t)
	if err := third.Borrow(from, v); !errors.Is(err, ErrStore) {
		t.Errorf("damaged bytes were borrowed: %v", err)
	}
	if _, err := third.Load("toy", v.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("and the manifest is there: %v", err)
	}
}
