package archive

import (
	"context"
	"fmt"
	"testing"
	"time"

	"mantis/data"
	"mantis/data/market"
)

func at(y int, m time.Month, d int) int64 {
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).UnixMicro()
}

func oneEach(s Series, close float64, times ...int64) *market.Candles {
	say := make([]said, len(times))
	for i := range say {
		say[i] = said{i, close, 1}
	}
	c := candles(s, say...)
	copy(c.Time, times)
	return c
}

func commit(t *testing.T, store *data.Store, s Series, c ...*market.Candles) {
	t.Helper()
	for _, c := range c {
		w, err := NewWriter(store)
		if err != nil {
			t.Fatal(err)
		}
		n := w.Take(Source{Series: s, Name: "x", SHA256: data.SHA256([]byte(fmt.Sprint(c))), From: data.Null, Until: data.Null})
		if err := w.Add(context.Background(), n, c); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(context.Background(), time.Unix(int64(n), 0)); err != nil {
			t.Fatal(err)
		}
	}
}

func knownTimes(t *testing.T, store *data.Store, s Series, known int) (out []string) {
	t.Helper()
	a, err := Open(store)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := a.Parts(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		b, err := store.Read(a.Version, p)
		if err != nil {
			t.Fatal(err)
		}
		from, until, err := data.PeriodBounds(p.Value("period"))
		if err != nil {
			t.Fatal(err)
		}
		w := a.Rewind(s, from, until, known)
		times, floats, _, err := w.Columns(b)
		if err != nil {
			t.Fatal(err)
		}
		for i := range times {
			out = append(out, fmt.Sprint(data.Stamp(times[i]), " ", floats[3][i]))
		}
	}
	return out
}

// TestLong holds that candles of weeks and months, which open on no grid of
// their interval, are known when they were.
func TestLong(t *testing.T) {
	months := Series{"kraken", "BTC-USD", 31 * data.Day}
	store := newStore(t, t.TempDir()+"/lake")
	commit(t, store, months, oneEach(months, 1, at(2023, 1, 1), at(2023, 2, 1), at(2023, 3, 1), at(2023, 4, 1)), oneEach(months, 2, at(2023, 3, 1)))
	if got := knownTimes(t, store, months, 0); len(got) > 0 {
		t.Errorf("months: known before the first taking: %q", got)
	}
	weeks := Series{"unknown", "BTC-USD", 7 * data.Day}
	commit(t, store, weeks, oneEach(weeks, 1, at(2023, 1, 2), at(2023, 1, 9), at(2023, 1, 16)), oneEach(weeks, 2, at(2023, 1, 12)))
	if got := knownTimes(t, store, weeks, 2); len(got) > 0 {
		t.Errorf("weeks: known before the first taking: %q", got)
	}
}
