package market

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
)

var update = flag.Bool("update", false, "rewrite testdata")

// describe writes a result, one candle, row set aside or note a line.
func describe(r Result) string {
	var b strings.Builder
	c := &r.Candles
	fmt.Fprintf(&b, "%s %s, %d candles to %s\n", c.Symbol, c.Interval, c.Len(), data.Stamp(c.End()))
	for i, at := range c.Time {
		fmt.Fprintf(&b, "%s  %v %v %v %v  %v %v ", data.Stamp(at), c.Open[i], c.High[i], c.Low[i], c.Close[i], c.Volume[i], c.QuoteVolume[i])
		if c.Trades[i] == data.Null {
			b.WriteString("-\n")
		} else {
			fmt.Fprintf(&b, "%d\n", c.Trades[i])
		}
	}
	for _, q := range r.Quarantined {
		fmt.Fprintf(&b, "aside %s:%d %s %s %q: %s\n      %s\n", q.File, q.Line, q.Symbol, q.Column, q.Value, q.Reason, q.Text)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note %s\n", n)
	}
	return b.String()
}

// TestReadCSVFiles reads each file of testdata/csv and compares with the .txt
// beside it, which -update rewrites.
func TestReadCSVFiles(t *testing.T) {
	names, _ := filepath.Glob("testdata/csv/*.csv")
	if len(names) < 6 {
		t.Fatalf("%d files in testdata/csv", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			if _, err := ReadCSV(filepath.Base(name), content, CSVOptions{}); err != nil {
				got = fmt.Sprintf("error %v\nhint %s\n", err, data.Hint(err))
			}
			r, err := ReadCSV(filepath.Base(name), content, CSVOptions{Quarantine: true})
			if err != nil {
				t.Fatal(err)
			}
			checkCandles(t, &r.Candles)
			got += describe(r)
			golden := strings.TrimSuffix(name, ".csv") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, _ := os.ReadFile(golden)
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

const goodHead = "unix,open,high,low,close,volume\n"

func TestReadCSVRefuses(t *testing.T) {
	rows := func(step, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%d,1,2,1,2,3\n", 1546300800+step*i)
		}
		return b.String()
	}
	for _, c := range []struct {
		name, content string
		opt           CSVOptions
		want          string // the error
	}{
		{"BTCUSD_1h.csv", "", CSVOptions{}, "BTCUSD_1h.csv: the file is empty"},
		{"BTCUSD_1h.csv", " \r\n\n", CSVOptions{}, "BTCUSD_1h.csv: the file is empty"},
		{"BTCUSD_1h.csv", goodHead, CSVOptions{}, "BTCUSD_1h.csv: a header and no rows"},
		{"BTCUSD_1h.csv", "PK\x03\x04\x00\x00", CSVOptions{}, "BTCUSD_1h.csv: this is no text file"},
		{"BTCUSD_1h.csv", "\x1f\x8b\x08", CSVOptions{}, "BTCUSD_1h.csv: this is no text file"},
		{"BTCUSD_1h.csv", "1546300800,1,2,1,2,3\n", CSVOptions{},
			"BTCUSD_1h.csv:1: no header line that names the columns; found: 1546300800,1,2,1,2,3"},
		{"BTCUSD_1h.csv", "name,age\nx,3\n", CSVOptions{}, "BTCUSD_1h.csv:1: no header line that names the columns; found: name,age"},
		{"BTCUSD_1h.csv", "banner\ntime,open,close,vwap\n1,2,3,4\n", CSVOptions{},
			"BTCUSD_1h.csv:2: no column for high, low; found: time, open, close, vwap"},
		{"BTCUSD_1h.csv", "time,open,o,high,low,close\n1,2,3,4,5,6\n", CSVOptions{},
			`BTCUSD_1h.csv:1: o: a second column for what "open" holds`},
		{"candles.csv", goodHead + rows(3600, 3), CSVOptions{}, "candles.csv: no symbol: no symbol column, and none in the file's name"},
		{"BTCUSD.csv", goodHead + rows(3600, 1), CSVOptions{}, "BTCUSD.csv: no interval: one row, and none in the file's name"},
		{"BTCUSD_1h.csv", goodHead + rows(300, 20), CSVOptions{}, "BTCUSD_1h.csv: the file's name says 1h, but the rows are mostly 5m apart"},
		{"BTCUSD_1h.csv", goodHead + rows(21600, 20), CSVOptions{}, "BTCUSD_1h.csv: the file's name says 1h, but the rows are mostly 6h apart"},
		{"BTCUSD.csv", goodHead + rows(300, 20), CSVOptions{Interval: data.Hour}, "BTCUSD.csv: the interval asked for is 1h, but the rows are mostly 5m apart"},
		{"a_1h.csv", "time,symbol,open,high,low,close\n1546300800,BTC/USD,1,2,1,2\n1546304400,ETHUSD,1,2,1,2\n", CSVOptions{Quarantine: true},
			`a_1h.csv:3: symbol "ETHUSD": a second symbol in one file`},
		{"a_1h.csv", "time,symbol,open,high,low,close\n1546300800,BTC,1,2,1,2\n", CSVOptions{}, `a_1h.csv:2: symbol "BTC": no symbol like BTC-USD`},
		{"BTCUSD_1h.csv", goodHead + "1546300800,1,2,1,2,x\n", CSVOptions{Quarantine: true},
			`BTCUSD_1h.csv:2: volume "x": not a finite number (and no row of the file is good)`},
		{"BTCUSD_1h.csv", "unix,date,open,high,low,close\n1546300800,2019-01-03 00:00:00,1,2,1,2\n", CSVOptions{},
			`BTCUSD_1h.csv:2: date "2019-01-03 00:00:00": the date is not that of the stamp, 2019-01-01 00:00`},
		{"BTCUSD_1h.csv", goodHead + "1546300800,1,2,1,2,1\n1546300800,1,2,1,2,2\n", CSVOptions{},
			`BTCUSD_1h.csv:2: unix "1546300800": line 3 gives other values for 2019-01-01 00:00`},
		{"BTCUSD_1h.csv", goodHead + "1546300860,1,2,1,2,1\n", CSVOptions{}, `BTCUSD_1h.csv:2: unix "1546300860": 2019-01-01 00:01 is off the 1h grid`},
	} {
		compare(t, c.name, []byte(c.content), c.opt)
		_, err := ReadCSV(c.name, []byte(c.content), c.opt)
		var in *data.InputError
		if !errors.As(err, &in) {
			t.Errorf("%q: error %v, want an input error", c.content, err)
			continue
		}
		if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%q (-want +got)\n%s", c.content, diff)
		}
	}
}

func TestReadCSVTakesWhatIsAsked(t *testing.T) {
	r, err := ReadCSV("x.csv", []byte(goodHead+"1546300800,1,2,1,2,3\n"), CSVOptions{Symbol: "ETH-USD", Interval: 6 * data.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Candles; c.Symbol != "ETH-USD" || c.Interval != 6*data.Hour || c.Until != data.Null {
		t.Errorf("%s %s until %d", c.Symbol, c.Interval, c.Until)
	}
}

// TestOrderOfRowsDoesNotMatter shuffles the rows of a file.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	content := cddFile(200)
	lines := bytes.SplitAfter(content, []byte("\n"))
	want, err := ReadCSV("BTCUSD_1h.csv", content, CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rows := lines[2 : len(lines)-1]
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		rng.Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
		got, err := ReadCSV("BTCUSD_1h.csv", bytes.Join(lines, nil), CSVOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(describe(want), describe(got)); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	}
}

// TestVolumesAreTurned writes candles with swapped stretches and reads them
// back: volumes and ranges are those written.
func TestVolumesAreTurned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.SampledFrom([]float64{0.0001, 0.03, 0.4, 2.5, 400, 60000}).Draw(t, "price")
		n := rapid.IntRange(1, 60).Draw(t, "rows")
		var b strings.Builder
		b.WriteString("unix,open,high,low,close,volume,quote volume\n")
		way := make([]int8, n)
		at := make([]int64, n)
		now := upright
		for i := range n {
			if rapid.IntRange(0, 9).Draw(t, "turn") == 0 {
				now = upright + swapped - now
			}
			p := price * (1 + 0.1*rapid.Float64Range(-1, 1).Draw(t, "p"))
			base := rapid.Float64Range(1, 1e4).Draw(t, "base")
			quote := base * p * rapid.Float64Range(0.99, 1.01).Draw(t, "off")
			way[i], at[i] = now, (1546300800+3600*int64(i))*1e6
			if now == swapped {
				base, quote = quote, base
			}
			fmt.Fprintf(&b, "%d,%v,%v,%v,%v,%v,%v\n", at[i]/1e6, p, p*1.01, p*0.99, p, base, quote)
		}
		r, err := ReadCSV("BTCUSD_1h.csv", []byte(b.String()), CSVOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if ratio := r.Candles.QuoteVolume[i] / r.Candles.Volume[i] / r.Candles.Close[i]; ratio < 0.98 || ratio > 1.02 {
				t.Fatalf("row %d is not upright: %v", i, ratio)
			}
		}
		var spans []Span
		for i, w := range way {
			switch {
			case w != swapped:
				continue
			case i == 0 || way[i-1] != swapped:
				spans = append(spans, Span{First: at[i]})
			}
			s := &spans[len(spans)-1]
			s.Last, s.Rows = at[i], s.Rows+1
		}
		if diff := cmp.Diff(spans, r.Turned); diff != "" {
			t.Fatal(diff)
		}
		want, got := ranges(spans), ""
		if len(r.Notes) > 0 {
			_, got, _ = strings.Cut(string(r.Notes[0]), "put right: ")
		}
		if got != want {
			t.Fatalf("ranges %q, want %q", got, want)
		}
	})
}

func TestNameSays(t *testing.T) {
	for _, c := range []struct {
		name     string
		symbol   data.Symbol
		interval data.Interval
	}{
		{"BTCUSD_1h.csv", "BTC-USD", data.Hour}, {"dir/Binance_BTCUSDT_1h.csv", "BTC-USDT", data.Hour},
		{"ETH_BTC-5m.csv", "ETH-BTC", 5 * data.Minute}, {"BTCUSD_d.csv", "BTC-USD", data.Day},
		{`c:\x\BTCUSDT-1h-2023-01.csv`, "BTC-USDT", data.Hour}, {"WBTC_ETH-1d.csv", "WBTC-ETH", data.Day},
		{"XBTEUR_60.csv", "BTC-EUR", 0}, {"Gemini_ETHBTC_minute.csv", "ETH-BTC", data.Minute},
		{"candles.csv", "", 0}, {"", "", 0}, {"6h.csv", "", 6 * data.Hour}, {"LTCBTC-15min.csv", "LTC-BTC", 15 * data.Minute},
	} {
		s, i := nameSays(c.name)
		if s != c.symbol || i != c.interval {
			t.Errorf("%q says %q %v, want %q %v", c.name, s, i, c.symbol, c.interval)
		}
	}
}

// FuzzReadCSV never panics, and what it reads without an error is sound.
func FuzzReadCSV(f *testing.F) {
	names, _ := filepath.Glob("testdata/csv/*.csv")
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Base(name), content, true)
		f.Add(filepath.Base(name), content, false)
	}
	f.Add("x.csv", []byte(goodHead+"20190101,1,2,1,2,3\n20190102,1e0,+2,1.,2,.5\n"), true)
	f.Fuzz(func(t *testing.T, name string, content []byte, quarantine bool) {
		r, err := ReadCSV(name, content, CSVOptions{Quarantine: quarantine})
		if err != nil {
			_ = err.Error()
			return
		}
		checkCandles(t, &r.Candles)
		if !quarantine && len(r.Quarantined) > 0 {
			t.Error("rows set aside without being asked to")
		}
		for _, q := range r.Quarantined {
			if q.Line < 2 || q.Reason == "" {
				t.Errorf("set aside without line or reason: %+v", q)
			}
		}
	})
}
