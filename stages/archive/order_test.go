package archive

import (
	"context"
	"slices"
	"testing"
	"time"

	"mantis/data"
	"mantis/data/market"
)

// TestTablesInOrder holds that the small tables are in the order of their schemas.
func TestTablesInOrder(t *testing.T) {
	store := newStore(t, t.TempDir()+"/lake")
	for _, i := range []data.Interval{data.Hour, 12 * data.Hour, data.Day} {
		s := Series{"binance", "BTC-USD", i}
		commit(t, store, s, candles(s, said{0, 1, 1}), candles(s, said{0, 2, 1}))
	}
	w, err := NewWriter(store)
	if err != nil {
		t.Fatal(err)
	}
	n := w.Take(Source{Series: btc, Name: "x", SHA256: data.SHA256(nil), From: data.Null, Until: data.Null})
	if err := w.Add(context.Background(), n, candles(btc, said{0, 1, 1})); err != nil {
		t.Fatal(err)
	}
	w.SetAside(n, []market.Quarantined{{File: "page 1", Line: 7}, {File: "page 2", Line: 3}})
	v, err := w.Commit(context.Background(), time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"origins", "restated"} {
		b, err := readTable(store, v, table)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		symbols := b.Columns().Strings("symbol")
		for i, interval := range b.Columns().Strings("interval") {
			keys = append(keys, symbols[i]+" "+interval)
		}
		if !slices.IsSorted(keys) {
			t.Errorf("%s: %q", table, keys)
		}
	}
	b, err := readTable(store, v, "set_aside")
	if err != nil || !slices.IsSorted(b.Columns().Ints("line")) {
		t.Errorf("set_aside: %v, %v", b.Columns().Ints("line"), err)
	}
}
