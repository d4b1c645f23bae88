package market

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
)

// TestNumberIsTheNearest compares with strconv over all shapes of decimals.
func TestNumberIsTheNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-9]{0,20}\.?[0-9]{0,20}|-?[0-9]{1,3}(\.[0-9]{1,4})?[eE][+-]?[0-9]{1,3}`).Draw(t, "s")
		want, err := strconv.ParseFloat(s, 64)
		got, ok := number([]byte(s))
		if ok != (err == nil) || ok && got != want {
			t.Fatalf("%q is %v %v, want %v %v", s, got, ok, want, err)
		}
	})
}

func TestNumberRefuses(t *testing.T) {
	for _, s := range []string{"", ".", "-", "NaN", "Inf", "-inf", "infinity", "0x1p4", "1_000", "1,5", "1e400", "e5", "1 2", "١", "1.2.3"} {
		if v, ok := number([]byte(s)); ok {
			t.Errorf("%q is read as %v", s, v)
		}
	}
	if v, ok := number([]byte("-0.0")); !ok || math.Signbit(v) {
		t.Errorf("-0.0 is read as %v %v, want 0", v, ok)
	}
}

func TestStamp(t *testing.T) {
	for s, want := range map[string]string{
		"1546300800": "2019-01-01 00:00", "1546300800000": "2019-01-01 00:00", "1546300800000000": "2019-01-01 00:00",
		"1546300800000000000": "2019-01-01 00:00", "1500008400.0": "2017-07-14 05:00", "1.5000084e9": "2017-07-14 05:00",
		"1546300800.25": "2019-01-01 00:00:00.25", "1546300800000.5": "2019-01-01 00:00:00.0005", "20190101": "2019-01-01 00:00",
		"2021-06-16": "2021-06-16 00:00", "2021/06/16 05:30": "2021-06-16 05:30", "2021-06-16 05:30:15": "2021-06-16 05:30:15",
		"2021-06-16T00:00:00Z": "2021-06-16 00:00", "2021-06-16T00:00:00.125Z": "2021-06-16 00:00:00.125",
		"2021-06-16T02:00:00+02:00": "2021-06-16 00:00", "2021-06-15 19:00:00 -0500": "2021-06-16 00:00", "2021-06-16 00:00:00 UTC": "2021-06-16 00:00",
		"2017-07-14 05-AM": "2017-07-14 05:00", "2017-07-14 12-AM": "2017-07-14 00:00", "2017-07-14 12-PM": "2017-07-14 12:00",
		"2017-07-14 11-pm": "2017-07-14 23:00", "2020-02-29": "2020-02-29 00:00", "99999999": "1973-03-03 09:46:39",
		"": "", "x": "", "-5": "", "2021-02-29": "", "2100-02-29": "", "2021-6-16": "", "2021-06-16 24:00": "", "2021-06-16 05:60": "",
		"2021-06-16x": "", "2021-06-16 13-PM": "", "2021-06-16 00-AM": "", "2021-06-16 05-XM": "", "2021-06/16": "", "1546300800000000001": "",
		"99999999999999999999": "", "1546300800z": "", "2021-06-16 05:30:15+2": "", "14/07/2017": "",
	} {
		got := ""
		if at, _, ok := stamp([]byte(s)); ok {
			got = data.Stamp(at)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}

func TestStampReadsWhatTimeWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(-2e9, 200e9).Draw(t, "s") * 1e6
		layout := rapid.SampledFrom([]string{time.RFC3339, time.DateTime, "2006-01-02 15:04:05 -0700", "2006-01-02 03-PM", time.DateOnly}).Draw(t, "layout")
		zone := time.FixedZone("", 900*rapid.IntRange(-48, 48).Draw(t, "zone"))
		if !strings.Contains(layout, "07") {
			zone = time.UTC
		}
		s := time.UnixMicro(at).In(zone).Format(layout)
		want, err := time.Parse(layout, s)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, ok := stamp([]byte(s)); !ok || got != want.UnixMicro() {
			t.Fatalf("%q is %s %v, want %s", s, data.Stamp(got), ok, data.Stamp(want.UnixMicro()))
		}
	})
}

func TestCutIsSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`[a,;.\-+\x01\x80\xff ]{0,70}`).Draw(t, "line")
		sep := rapid.SampledFrom([]byte(",;\t\x01")).Draw(t, "sep")
		var c cells
		c.cut([]byte(line), sep, true)
		var got []string
		for i := range c.count() {
			got = append(got, string(c.at(i)))
		}
		if diff := cmp.Diff(strings.Split(line, string(rune(sep))), got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestVolumesArePlaced(t *testing.T) {
	for _, c := range []struct {
		head        string
		symbol      data.Symbol
		base, quote string // the columns taken
		unread      []string
	}{
		{"Volume BTC,Volume USD", "BTC-USD", "Volume BTC", "Volume USD", nil},
		{"Volume USD,Volume BTC", "BTC-USD", "Volume BTC", "Volume USD", nil},
		{"Volume XBT,Volume USD", "BTC-USD", "Volume XBT", "Volume USD", nil},
		{"volume_btc,volume", "BTC-USD", "volume_btc", "volume", nil},
		{"volume,quote_volume", "BTC-USD", "volume", "quote_volume", nil},
		{"Volume ETH,Volume USD", "ETH-BTC", "Volume ETH", "", []string{"Volume USD"}},
		{"Volume USD", "BTC-USD", "", "Volume USD", nil},
		{"Volume one,Volume two", "BTC-USD", "Volume one", "Volume two", nil},
		{"v,close_time,wap", "BTC-USD", "v", "", []string{"wap"}},
	} {
		l, ok, err := readHeader("time,open,high,low,close,"+c.head, 1, nil)
		if !ok || err != nil {
			t.Fatal(c.head, ok, err)
		}
		unread := l.placeVolumes(c.symbol)
		taken := func(r role) string {
			if l.at[r] < 0 {
				return ""
			}
			return l.names[l.at[r]]
		}
		if taken(roleVolume) != c.base || taken(roleQuote) != c.quote || !cmp.Equal(unread, c.unread) {
			t.Errorf("%q of %s: base %q, quote %q, unread %q", c.head, c.symbol, taken(roleVolume), taken(roleQuote), unread)
		}
	}
}

// TestRealFiles reads the Bitstamp files under MANTIS_CANDLES; where that is
// not set there are none to read. The stretches were found without this package.
func TestRealFiles(t *testing.T) {
	root := os.Getenv("MANTIS_CANDLES")
	if root == "" {
		return
	}
	for _, name := range []string{"BTCUSD_1h.csv", "ETHBTC_1h.csv"} {
		content, err := os.ReadFile(filepath.Join(root, "bitstamp-cryptodatadownload", name))
		if err != nil {
			t.Fatal(err)
		}
		r, err := ReadCSV(name, content, CSVOptions{})
		if err != nil {
			t.Fatal(err)
		}
		checkCandles(t, &r.Candles)
		want := []Note{Note(name + ": volume columns swapped in 20,147 rows, put right: " +
			"2018-05-15 06:00 to 2019-03-03 00:00, 2019-04-13 17:00 to 2020-10-12 08:00")}
		if diff := cmp.Diff(want, r.Notes); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if c := r.Candles; c.Len() != 40_675 || data.Stamp(c.Time[0]) != "2018-05-15 06:00" || data.Stamp(c.End()) != "2023-01-04 01:00" {
			t.Errorf("%d candles from %s to %s", c.Len(), data.Stamp(c.Time[0]), data.Stamp(c.End()))
		}
	}
}
