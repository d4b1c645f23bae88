package archive

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
	"mantis/data/market"
	"mantis/data/num"
)

// TestMain draws fewer examples than is usual: each makes a store on the disk.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("rapid.checks", "30")
	os.Exit(m.Run())
}

// begin is an instant on every grid, two days before a year ends.
var begin = time.Date(2019, 12, 30, 0, 0, 0, 0, time.UTC).UnixMicro()

var btc = Series{"binance", "BTC-USDT", 6 * data.Hour}

// said is a candle as a test writes it: its place on the grid and its close; a
// volume below zero is one that the source does not say.
type said struct {
	At     int
	Close  float64
	Volume float64
}

func candles(s Series, say ...said) *market.Candles {
	c := &market.Candles{Symbol: s.Symbol, Interval: s.Interval, Until: data.Null}
	for _, x := range say {
		c.Time, c.Trades = append(c.Time, begin+int64(x.At)*int64(s.Interval)), append(c.Trades, data.Null)
		volume := x.Volume
		if volume < 0 {
			volume = num.NaN()
		}
		c.Open, c.High, c.Low, c.Close = append(c.Open, x.Close), append(c.High, x.Close), append(c.Low, x.Close), append(c.Close, x.Close)
		c.Volume, c.QuoteVolume = append(c.Volume, volume), append(c.QuoteVolume, num.NaN())
	}
	return c
}

func newStore(t interface {
	Helper()
	Fatal(...any)
}, dir string) *data.Store {
	t.Helper()
	s, err := data.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func take(t *rapid.T, w *Writer, name string, s Series, say ...said) Taking {
	t.Helper()
	n := w.Take(Source{Series: s, Name: name, Format: "test", SHA256: data.SHA256([]byte(name)), From: data.Null, Until: data.Null})
	if n == 0 {
		t.Fatal(name, "was taken before")
	}
	if err := w.Add(context.Background(), n, candles(s, say...)); err != nil {
		t.Fatal(err)
	}
	return w.Taking(n)
}

// then reads a series as it was known after some taking.
func then(t *rapid.T, store *data.Store, s Series, known int) []said {
	t.Helper()
	a, err := Open(store)
	if err != nil {
		t.Fatal(err)
	}
	out := []said{}
	for _, p := range a.Version.Of(Dataset) {
		if partKey(p).Series != s {
			continue
		}
		b, err := store.Read(a.Version, p)
		if err != nil {
			t.Fatal(err)
		}
		from, until, err := data.PeriodBounds(p.Value("period"))
		if err != nil {
			t.Fatal(err)
		}
		w := a.Rewind(s, from, until, known)
		at, floats, _, err := w.Columns(b)
		if err != nil {
			t.Fatal(err)
		}
		for i := range at {
			volume := floats[4][i]
			if volume != volume {
				volume = -1
			}
			out = append(out, said{int((at[i] - begin) / int64(s.Interval)), floats[3][i], volume})
		}
	}
	return out
}

// TestKnown holds the archive against a replay: takings of random stretches,
// with corrections, holes filled later and values not said, in commits of
// random length; after each, the archive as known then is what a map of candles
// says, also when it is asked at the end.
func TestKnown(t *testing.T) {
	dirs := 0
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dirs++
		store := newStore(t, fmt.Sprintf("%s/%d", root, dirs))
		now := map[Series]map[int]said{}
		var after []map[Series][]said
		series := []Series{btc, {"kraken", "BTC-USD", data.Day}}
		for n, total := 0, rapid.IntRange(1, 6).Draw(t, "takings"); n < total; {
			w, err := NewWriter(store)
			if err != nil {
				t.Fatal(err)
			}
			for range rapid.IntRange(1, 3).Draw(t, "in one commit") {
				n++
				s := rapid.SampledFrom(series).Draw(t, "series")
				if now[s] == nil {
					now[s] = map[int]said{}
				}
				var say []said
				at := rapid.IntRange(0, 20).Draw(t, "from")
				added, restated := 0, 0
				for range rapid.IntRange(1, 8).Draw(t, "candles") {
					x := said{at, float64(rapid.IntRange(1, 2).Draw(t, "close")), float64(rapid.IntRange(-1, 1).Draw(t, "volume"))}
					at += rapid.IntRange(1, 3).Draw(t, "step")
					say = append(say, x)
					was, ok := now[s][x.At]
					switch {
					case !ok:
						added++
					case was.Close != x.Close || x.Volume >= 0 && was.Volume != x.Volume:
						restated++
					default:
						continue
					}
					now[s][x.At] = x
				}
				got := take(t, w, fmt.Sprint("file ", n), s, say...)
				if got.Added != added || got.Restated != restated || got.Candles != len(say) {
					t.Fatalf("taking %d: %d added, %d restated, %d candles; want %d, %d, %d", n, got.Added, got.Restated, got.Candles, added, restated, len(say))
				}
				after = append(after, snapshot(now))
			}
			if _, err := w.Commit(context.Background(), time.Unix(int64(n), 0)); err != nil {
				t.Fatal(err)
			}
		}
		for known := range after {
			for _, s := range series {
				if d := cmp.Diff(after[known][s], then(t, store, s, known+1)); d != "" && len(after[known][s]) > 0 {
					t.Fatalf("%s after %d takings (-want +got):\n%s", s, known+1, d)
				}
			}
		}
		for _, s := range series {
			if got := then(t, store, s, 0); len(got) > 0 {
				t.Fatalf("%s before the first taking: %v", s, got)
			}
		}
	})
}

func snapshot(now map[Series]map[int]said) map[Series][]said {
	out := map[Series][]said{}
	for s, all := range now {
		for _, x := range all {
			out[s] = append(out[s], x)
		}
		slices.SortFunc(out[s], func(x, y said) int { return x.At - y.At })
	}
	return out
}

// TestIDs holds that an archive's id does not depend on when it was observed,
// nor on how its takings were spread over commits; and that what is taken a
// second time changes nothing.
func TestIDs(t *testing.T) {
	id := func(dir string, at time.Time, together bool) string {
		store := newStore(t, dir)
		var v *data.Version
		w := (*Writer)(nil)
		for i, close := range []float64{1, 2, 2} {
			if w == nil {
				var err error
				if w, err = NewWriter(store); err != nil {
					t.Fatal(err)
				}
			}
			n := w.Take(Source{Series: btc, Name: fmt.Sprint(i), SHA256: data.SHA256([]byte{byte(min(i, 1))}), From: data.Null, Until: data.Null})
			if again := n == 0; again != (i == 2) {
				t.Fatalf("source %d: number %d", i, n)
			}
			if n > 0 {
				if err := w.Add(context.Background(), n, candles(btc, said{0, 1, 1}, said{7, close, 1}, said{9, 3, 1})); err != nil {
					t.Fatal(err)
				}
			}
			if together && i < 2 {
				continue
			}
			var err error
			if v, err = w.Commit(context.Background(), at.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
			w = nil
		}
		return v.ID
	}
	root := t.TempDir()
	one := id(root+"/1", time.Unix(0, 0), false)
	for i, other := range []string{id(root+"/2", time.Unix(1e9, 0), false), id(root+"/3", time.Unix(0, 0), true)} {
		if other != one {
			t.Errorf("id %d is %s, the first %s", i, other, one)
		}
	}
}

// TestKnownAt finds the taking by the instant at which it was observed.
func TestKnownAt(t *testing.T) {
	store := newStore(t, t.TempDir()+"/lake")
	day := func(d int) time.Time { return time.Date(2026, 11, d, 12, 0, 0, 0, time.UTC) }
	for i, at := range []time.Time{day(1), day(3), day(3), day(9)} {
		w, err := NewWriter(store)
		if err != nil {
			t.Fatal(err)
		}
		n := w.Take(Source{Series: btc, Name: fmt.Sprint(i), SHA256: data.SHA256([]byte{byte(i)}), From: begin, Until: begin + int64(i+1)*int64(btc.Interval)})
		if err := w.Add(context.Background(), n, candles(btc, said{i, 1, 1})); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(context.Background(), at); err != nil {
			t.Fatal(err)
		}
	}
	a, err := Open(store)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   time.Time
		want int
	}{{day(1).Add(-1), 0}, {day(1), 1}, {day(2), 1}, {day(3), 3}, {day(30), 4}} {
		if got := a.KnownAt(c.at); got != c.want {
			t.Errorf("at %s %d is known, want %d", c.at, got, c.want)
		}
	}
	if got, want := a.Covered(btc, 2), begin+2*int64(btc.Interval); got != want {
		t.Errorf("covered until %s, want %s", data.Stamp(got), data.Stamp(want))
	}
	if !a.Takings[3].Observed.Equal(day(9)) || !slices.Equal(a.Series(), []Series{btc}) {
		t.Errorf("%v, %v", a.Takings[3], a.Series())
	}
}

// TestNothingSaid holds that what a source does not say takes nothing away.
func TestNothingSaid(t *testing.T) {
	r, before := rowsOf(candles(btc, said{0, 1, -1})), rowsOf(candles(btc, said{0, 1, 5}))
	if r.contradicts(0, &before, 0) {
		t.Error("an unknown volume contradicts a known one")
	}
	if !before.contradicts(0, &r, 0) {
		t.Error("a known volume says nothing more than an unknown one")
	}
	if m := merge(&before, &r); m.rows.volume[0] != 5 || math.IsNaN(m.rows.volume[0]) {
		t.Errorf("volume %v is left of 5", m.rows.volume[0])
	}
}

func TestParseSeries(t *testing.T) {
	s, err := ParseSeries("binance/btc_usdt/60m")
	if err != nil || s.String() != "binance/BTC-USDT/1h" {
		t.Errorf("%s, %v", s, err)
	}
	for _, bad := range []string{"", "binance", "binance/BTC-USDT", "Binance/BTC-USDT/1h", "/BTC-USDT/1h", "binance/B/1h", "binance/BTC-USDT/x", "binance/BTC-USDT/1h/2"} {
		if s, err := ParseSeries(bad); err == nil {
			t.Errorf("%q is read as %s", bad, s)
		}
	}
	if ok, err := s.Match("binance/*-USDT/*"); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if ok, _ := s.Match("kraken/*/1h"); ok {
		t.Error("another venue is matched")
	}
	if _, err := s.Match("[/x/y"); err == nil {
		t.Error("a broken pattern is none")
	}
}
