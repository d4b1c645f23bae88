package archive

import (
	"context"
	"fmt"
	"testing"
	"time"

	"mantis/data"
)

func obs(t *testing.T, store *data.Store, i int, when time.Time) {
	w, err := NewWriter(store)
	if err != nil {
		t.Fatal(err)
	}
	n := w.Take(Source{Series: btc, Name: fmt.Sprint(i), SHA256: data.SHA256([]byte{byte(i)}), From: data.Null, Until: data.Null})
	if err := w.Add(context.Background(), n, candles(btc, said{i, 1, 1})); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(context.Background(), when); err != nil {
		t.Fatal(err)
	}
}

// TestNotBefore holds that nothing is known before it was observed: not within a
// second, nor where a clock was set back.
func TestNotBefore(t *testing.T) {
	day := time.Date(2026, 11, 1, 12, 0, 0, 900e6, time.UTC)
	store := newStore(t, t.TempDir()+"/lake")
	obs(t, store, 0, day)
	a, _ := Open(store)
	if got := a.KnownAt(day.Add(-800 * time.Millisecond)); got != 0 {
		t.Errorf("%d is known 0.8 s before it was observed", got)
	}
	obs(t, store, 1, day.Add(-time.Hour))
	a, _ = Open(store)
	if got := a.KnownAt(day.Add(-time.Minute)); got != 0 {
		t.Errorf("%d is known, though the first was observed later", got)
	}
}
