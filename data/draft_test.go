package data

import (
	"fmt"
	"sync"
	"testing"
)

func TestDraftFromManyGoroutines(t *testing.T) {
	var want string
	for round := range 3 {
		s := newStore(t)
		d := s.Draft("bars")
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				symbol := fmt.Sprintf("S%02d-USD", (i*5+round)%12)
				if err := d.Put(tableBatch(t, "bars", symbol, 10), symbol); err != nil {
					t.Error(err)
				}
			}()
		}
		wg.Wait()
		v, err := d.Seal(Origin{Name: "bars"}, nil, actionKey("bars", 10))
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = v.ID
		}
		if v.ID != want || len(v.Parts) != 12 {
			t.Errorf("round %d: %s, want %s", round, v.ID, want)
		}
	}
}

func TestDraftRefuses(t *testing.T) {
	s := newStore(t)
	d := draft(t, s, "bars", 3)
	b := tableBatch(t, "bars", "BTC-USD", 3)
	for name, err := range map[string]error{
		"twice":        d.Put(b, "BTC-USD"),
		"file twice":   d.PutFile("read.me", nil),
		"other symbol": d.Put(b, "XRP-BTC"),
		"no symbol":    d.Put(b),
		"up":           d.PutFile("../x", nil),
		"hidden":       d.PutFile(".x", nil),
		"nameless":     d.PutFile("", nil),
		"below":        d.PutFile("a/b", nil),
		"dataset":      s.Draft("../x").PutFile("x", nil),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	other := b.Schema()
	other.Sort = nil
	cols, err := NewBatch(other, []string{"XRP-BTC"}, []int64{0}, []float64{1})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Put(cols, "XRP-BTC"); err == nil {
		t.Error("parts of two schemas in one table")
	}
	if err := d.Discard(); err != nil {
		t.Error(err)
	}
	if err := d.Put(tableBatch(t, "bars", "LTC-BTC", 3), "LTC-BTC"); err == nil {
		t.Error("a part after the end")
	}
	if _, err := d.Seal(Origin{}, nil, actionKey("bars", 3)); err == nil {
		t.Error("sealed after the end")
	}
	if left := append(files(t, s, "tmp"), append(files(t, s, "data"), files(t, s, "versions")...)...); len(left) > 0 {
		t.Errorf("traces: %v", left)
	}
}

// TestDiscardLeavesWhatOthersUse discards one of two drafts that share their
// parts, before and after the other is sealed.
func TestDiscardLeavesWhatOthersUse(t *testing.T) {
	for _, first := range []bool{true, false} {
		s := newStore(t)
		gone, kept := draft(t, s, "bars", 3), draft(t, s, "bars", 3)
		if first {
			if err := gone.Discard(); err != nil {
				t.Fatal(err)
			}
		}
		v, err := kept.Seal(Origin{Name: "bars"}, nil, actionKey("bars", 3))
		if err != nil {
			t.Fatal(err)
		}
		if err := gone.Discard(); err != nil {
			t.Fatal(err)
		}
		if faults := s.Verify(v); len(faults) > 0 {
			t.Errorf("discarded first %t: %v", first, faults)
		}
	}
}
