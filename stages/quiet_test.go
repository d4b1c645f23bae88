package stages

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mantis/data"
	"mantis/data/num"
)

// row is an hourly candle to make a batch of.
type row struct {
	hour                   int64
	open, high, low, close float64
	volume                 float64
	trades                 int64
}

func rowsBatch(t interface{ Fatal(...any) }, rows []row) *data.Batch {
	n := len(rows)
	at, trades, none := make([]int64, n), make([]int64, n), make([]float64, n)
	var c [5][]float64
	for i := range c {
		c[i] = make([]float64, n)
	}
	for i, r := range rows {
		at[i], trades[i], none[i] = r.hour*hour, r.trades, num.NaN()
		c[0][i], c[1][i], c[2][i], c[3][i], c[4][i] = r.open, r.high, r.low, r.close, r.volume
	}
	b, err := data.NewBatch(candleSchema, repeat("A-B", n), at, c[0], c[1], c[2], c[3], c[4], none, trades)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (r row) quiet() bool {
	flat := r.open == r.high && r.high == r.low && r.low == r.close
	return flat && (r.volume == 0 && r.trades <= 0 || r.volume != r.volume && r.trades == 0)
}

// TestQuietCandles puts single quiet candles, and those that only look like it,
// between others.
func TestQuietCandles(t *testing.T) {
	traded := func(h int64) row {
		return row{h, float64(h), float64(h + 2), float64(h - 1), float64(h + 1), 1, data.Null}
	}
	flat := func(h int64, at, volume float64, trades int64) row { return row{h, at, at, at, at, volume, trades} }
	const moved = "A-B: 1 candle of no volume stands at another price than the close before: that close was carried on"
	for _, c := range []struct {
		name  string
		rows  []row
		until int64
		first int64
		want  string
		notes string
	}{
		{"flat at the close before", []row{traded(6), flat(7, 7, 0, data.Null), traded(11)}, 12, 6, "6/13/5/12 2", ""},
		{"no trades, no volume given", []row{traded(6), flat(7, 7, num.NaN(), 0), traded(11)}, 12, 6, "6/13/5/12 2", ""},
		{"nothing said of volume or trades", []row{traded(6), flat(7, 70, num.NaN(), data.Null), traded(11)}, 12, 6, "6/70/5/12 NaN", ""},
		{"no volume but trades", []row{traded(6), flat(7, 70, 0, 3), traded(11)}, 12, 6, "6/70/5/12 2", ""},
		{"no volume but a range", []row{traded(6), {7, 7, 70, 7, 7, 0, data.Null}, traded(11)}, 12, 6, "6/70/5/12 2", ""},
		{"flat and traded", []row{traded(6), flat(7, 70, 2, data.Null), traded(11)}, 12, 6, "6/70/5/12 4", ""},
		{"flat at another price", []row{traded(6), flat(7, 70, 0, data.Null), traded(11)}, 12, 6, "6/13/5/12 2", moved},
		{"a bar of quiet candles", []row{traded(6), flat(12, 7, 0, data.Null), flat(13, 7, 0, data.Null), traded(18)}, 24, 6, "6/8/5/7 1, quiet 1, 18/20/17/19 1", ""},
		{"a bar of quiet candles at another price", []row{traded(6), flat(12, 70, 0, data.Null), flat(13, 7, 0, data.Null), traded(18)}, 24, 6, "6/8/5/7 1, quiet 1, 18/20/17/19 1", moved},
		{"the end is quiet", []row{traded(6), flat(12, 7, 0, data.Null), flat(17, 7, 0, data.Null)}, 18, 6, "6/8/5/7 1, quiet 1", ""},
		{"the beginning is quiet", []row{flat(0, 3, 0, data.Null), flat(5, 3, 0, data.Null), traded(6)}, 12, 6, "6/8/5/7 1", ""},
		{"the first bar begins quiet", []row{flat(6, 3, 0, data.Null), traded(7), traded(12)}, 18, 12, "12/14/11/13 1",
			"A-B: left out at the start: 1 candle, as the bar of 1970-01-01 06:00 is covered only from 1970-01-01 07:00"},
	} {
		b, notes, err := resample(rowsBatch(t, c.rows), "A-B", 6*data.Hour, data.Hour, c.until*hour)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := written(t, b, c.first); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if got := strings.Join(notes, "; "); got != c.notes {
			t.Errorf("%s: says %q, want %q", c.name, got, c.notes)
		}
	}
	if _, _, err := resample(rowsBatch(t, []row{flat(6, 7, 0, data.Null), flat(7, 7, 0, data.Null)}), "A-B", 6*data.Hour, data.Hour, 12*hour); err == nil {
		t.Error("bars are made of candles in which nothing was traded")
	}
}

// TestQuietCandlesChangeNothing leaves out any of the quiet candles of a series,
// at whatever price they stand: no bar changes a bit.
func TestQuietCandlesChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all, some []row
		last, hours := 10.0, rapid.IntRange(8, 60).Draw(t, "hours")
		begin := rapid.Int64Range(0, 8).Draw(t, "begin")
		for h := begin; h < begin+int64(hours); h++ {
			r := row{h, last, last, last, last, 0, data.Null}
			switch rapid.IntRange(0, 5).Draw(t, "kind") {
			case 0: // absent
				continue
			case 1: // flat at another price
				r.open = last + float64(rapid.IntRange(-3, 3).Draw(t, "moved"))
				r.high, r.low, r.close = r.open, r.open, r.open
			case 2:
				r.volume, r.trades = num.NaN(), 0
			case 3, 4:
				r.close = float64(rapid.IntRange(5, 20).Draw(t, "close"))
				r.high, r.low = max(r.open, r.close), min(r.open, r.close)
				r.volume = rapid.SampledFrom([]float64{1, 2.5, 0, num.NaN()}).Draw(t, "volume")
			}
			all = append(all, r)
			if !r.quiet() {
				last = r.close
			}
			if !r.quiet() || rapid.Bool().Draw(t, "kept") {
				some = append(some, r)
			}
		}
		if len(some) == 0 {
			return
		}
		until := (begin + int64(hours)) * hour
		want, said, wantErr := resample(rowsBatch(t, all), "A-B", 6*data.Hour, data.Hour, until)
		got, says, err := resample(rowsBatch(t, some), "A-B", 6*data.Hour, data.Hour, until)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%v; with all candles: %v", err, wantErr)
		}
		if err != nil {
			return
		}
		if want.Content() != got.Content() {
			t.Fatalf("other bars of %v than of %v", some, all)
		}
		without := func(notes []string) string {
			var kept []string
			for _, n := range notes {
				if !strings.Contains(n, "another price") {
					kept = append(kept, n)
				}
			}
			return strings.Join(kept, "; ")
		}
		if without(said) != without(says) {
			t.Fatalf("%q, and with all candles %q", says, said)
		}
	})
}

// TestFlatOrAbsent has one market twice, as a venue that leaves quiet candles
// out writes it and as one that writes them flat: bars, and all that is made of
// them, have the same ids. Then a quiet stretch over the turn of the year grows
// and goes, in place.
func TestFlatOrAbsent(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	from := time.Date(2020, 12, 1, 0, 0, 0, 0, time.UTC)
	absent, flat := newLake(t, 4, []string{"BTC-USD", "A00-BTC"}, from, 100), newLake(t, 4, []string{"BTC-USD", "A00-BTC"}, from, 100)
	for s, candles := range flat.files {
		flat.files[s] = filledFlat(candles)
	}
	want, _, _ := absent.run()
	got, store, _ := flat.run()
	for _, name := range []string{"bars", "features", "labels", "closes", "predictions", "backtest"} {
		if want[name].ID != got[name].ID {
			t.Errorf("%s: %s of flat candles, %s where they are left out", name, got[name].Ref(), want[name].Ref())
		}
	}
	if want["candles"].ID == got["candles"].ID {
		t.Error("the two markets have the same candles: nothing was tested")
	}
	flat.sameAsFresh("flat", got, store)
	year := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 3600
	s := flat.files["A00-BTC"]
	var cut []candle
	for _, c := range s {
		if c.time < year-30 || c.time > year+30 {
			cut = append(cut, c)
		}
	}
	for _, with := range [][]candle{cut, filledFlat(cut)} {
		flat.files["A00-BTC"] = with
		v, store, _ := flat.run()
		flat.sameAsFresh("quiet over the turn of the year", v, store)
		if id := v["bars"].ID; want["quiet"] != nil && want["quiet"].ID != id {
			t.Error("other bars where the quiet candles are written")
		}
		want["quiet"] = v["bars"]
	}
}

// filledFlat writes the candles that are not there.
func filledFlat(candles []candle) (out []candle) {
	for i, c := range candles {
		if i > 0 {
			last := candles[i-1]
			p := last.prices[3]
			for h := last.time + 1; h < c.time; h++ {
				out = append(out, candle{h, [4]float64{p, p, p, p}, 0})
			}
		}
		out = append(out, c)
	}
	return out
}
