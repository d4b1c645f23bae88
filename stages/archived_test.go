package stages

import (
	"context"
	"fmt"
	"testing"
	"time"

	"mantis/data"
	"mantis/data/market"
	"mantis/data/num"
	"mantis/pipeline"
	"mantis/stages/archive"
)

// hourly is the series that the tests of the archive take.
var hourly = archive.Series{Venue: "kraken", Symbol: "BTC-USD", Interval: data.Hour}

// archiveOf keeps takings of closes from an hour on, each in a commit of its own.
func archiveOf(t *testing.T, store *data.Store, takings ...map[int]float64) *archive.Archive {
	t.Helper()
	begin := time.Date(2019, 12, 25, 0, 0, 0, 0, time.UTC).UnixMicro()
	unlock, err := store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	for n, closes := range takings {
		w, err := archive.NewWriter(store)
		if err != nil {
			t.Fatal(err)
		}
		c := market.Candles{Symbol: hourly.Symbol, Interval: hourly.Interval, Until: data.Null}
		for h := range 24 * 365 {
			if x, ok := closes[h]; ok {
				c.Time, c.Trades = append(c.Time, begin+int64(h)*int64(data.Hour)), append(c.Trades, int64(h))
				c.Open, c.High, c.Low, c.Close = append(c.Open, x), append(c.High, x), append(c.Low, x), append(c.Close, x)
				c.Volume, c.QuoteVolume = append(c.Volume, 1), append(c.QuoteVolume, num.NaN())
			}
		}
		k := w.Take(archive.Source{Series: hourly, Name: fmt.Sprint("file ", n), SHA256: data.SHA256([]byte{byte(n)}), From: data.Null, Until: data.Null})
		if k == 0 { // taken before
			continue
		}
		if err := w.Add(context.Background(), k, &c); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(context.Background(), time.Unix(int64(1000*(n+1)), 0)); err != nil {
			t.Fatal(err)
		}
	}
	a, err := archive.Open(store)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// takeSeries runs the candles stage on the archive as it was known then.
func takeSeries(t *testing.T, root string, a *archive.Archive, known int) (pipeline.Step, *data.Store, error) {
	t.Helper()
	p, err := FromArchive(a, known, "kraken/*/1h")
	if err != nil {
		t.Fatal(err)
	}
	settings := pipeline.Settings{}
	for name, value := range map[string]any{"source": "archive", "archive": p} {
		if err := settings.Put([]string{"candles", name}, value); err != nil {
			t.Fatal(err)
		}
	}
	store, err := data.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	steps, err := pipeline.Run(context.Background(), store, []*pipeline.Stage{Candles}, pipeline.Options{Settings: settings})
	if err != nil {
		return pipeline.Step{}, store, err
	}
	return steps[0], store, nil
}

// TestArchived takes candles of the archive: as they stand, and as they were
// known before a correction in the first year and an addition in the second. A
// taking that touches one part makes one part anew, and knowing what was known
// before gives the version of then.
func TestArchived(t *testing.T) {
	root := t.TempDir()
	store, err := data.Create(root)
	if err != nil {
		t.Fatal(err)
	}
	first := map[int]float64{}
	for h := range 400 { // into 2020
		if h != 300 {
			first[h] = float64(100 + h%7)
		}
	}
	before, _, err := takeSeries(t, root, archiveOf(t, store, first), archive.All)
	if err != nil {
		t.Fatal(err)
	}
	a := archiveOf(t, store, first, map[int]float64{5: 77, 6: 106}, map[int]float64{300: 55})
	now, _, err := takeSeries(t, root, a, archive.All)
	if err != nil {
		t.Fatal(err)
	}
	c := table(t, store, now.Version, "candles", 0)
	if close := c.Floats("close"); c.Err != nil || len(close) != 400 || close[5] != 77 || close[6] != 106 || close[300] != 55 {
		t.Errorf("%d candles, %v %v %v, error %v", len(close), close[5], close[6], close[300], c.Err)
	}
	if now.Made != 2 || now.Kept != 0 {
		t.Errorf("%d parts made, %d kept: want 2 made, the correction's and the addition's", now.Made, now.Kept)
	}
	one, _, err := takeSeries(t, root, a, 2)
	if err != nil {
		t.Fatal(err)
	}
	c = table(t, store, one.Version, "candles", 0)
	if close := c.Floats("close"); len(close) != 399 || close[5] != 77 {
		t.Errorf("after two takings: %d candles, %v", len(close), close[5])
	}
	then, _, err := takeSeries(t, root, a, 1)
	if err != nil {
		t.Fatal(err)
	}
	if then.Version.ID != before.Version.ID {
		t.Errorf("as known after the first taking, candles are %s, and were %s", then.Version.Ref(), before.Version.Ref())
	}
	if _, _, err := takeSeries(t, root, a, 0); err == nil {
		t.Error("candles of which nothing was known are taken")
	}
}
