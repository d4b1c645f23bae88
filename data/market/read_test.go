package market

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zip"

	"mantis/data"
)

func TestPathSays(t *testing.T) {
	for path, want := range map[string]string{
		"binance-bulk/ETHBTC/15m/ETHBTC-15m-2022-01.zip":                   "ETH-BTC 15m binance",
		"binance-rest/BTCUSDT/1h/2022-01-01.json":                          "BTC-USDT 1h binance",
		`C:\data\binance\BTCUSDT\4h\2017-07-01.json`:                       "BTC-USDT 4h binance",
		"bitfinex/BTCUSD/Candles_1m/2016/raw/03/16-03-31 00-00-00.json":    "BTC-USD 1m bitfinex",
		"lean/coinbase/minute/btcusd/20180404_trade.zip":                   "BTC-USD 1m coinbase",
		"lean/bitfinex/hour/btcusd_trade.zip":                              "BTC-USD 1h bitfinex",
		"user_data/data/binance/BTC_USDT-6h.feather":                       "BTC-USDT 6h binance",
		"user_data/data/binance/futures/XRP_USDT_USDT-1h-futures.feather":  "XRP-USDT 1h binance-futures",
		"futures/XRP_USDT_USDT-5m-futures.feather":                         "XRP-USDT 5m futures",
		"data/futures/um/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2024-01.zip": "BTC-USDT 1h binance-futures",
		"x/BTCUSD_1h.zip/data.csv":                                         "BTC-USD 1h ",
		"binance/ETHBTC.ZIP/candles.csv":                                   "ETH-BTC 0us binance",
		"Kraken_OHLCVT_Q1.zip/x.csv":                                       " 0us kraken",
		"x_1h.zip/ETHBTC_5m.csv":                                           "ETH-BTC 5m ",
		"gct/binance_BTCUSDT_24h_2019_01_01_2020_01_01.csv":                "BTC-USDT 1d binance",
		"freqtrade-testdata/UNITTEST_BTC-8m.json.gz":                       "UNITTEST-BTC 8m ",
		"gdax/eth-usd/1h.csv":                                              "ETH-USD 1h coinbase",
		"merged.csv":                                                       " 0us ",
		"recorded-replies/kraken-http_ohlc.json":                           " 0us kraken",
	} {
		s := pathSays(path)
		got := fmt.Sprintf("%s %s %s", s.symbol, s.interval, s.venue)
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	for word, want := range map[string]data.Symbol{"XBTUSD": "BTC-USD", "XXBTZEUR": "BTC-EUR", "XETHXXBT": "ETH-BTC", "ADAAUD": "ADA-AUD", "ETHDAI": "ETH-DAI", "SOLUSD": "SOL-USD", "nothing": ""} {
		if got := krakenSymbol(word); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

const fourHours = "1735689600,100,110,90,105,1.5\n1735693200,105,106,101,103,2\n1735696800,103,109,102,108,3\n1735700400,108,108.5,104,105,1\n"

func TestRefused(t *testing.T) {
	long := fourHours + "1735704000," + strings.Repeat("1", longestLine) + "\n"
	for name, c := range map[string]struct{ content, want string }{
		"empty.csv":          {"", "the file is empty"},
		"blank.csv":          {" \n\r\n ", "the file is empty"},
		"pairs.json":         {`["ADA/BTC", "BAT/BTC"]`, "a list of names"},
		"numbers.json":       {`[1, 2, 3]`, "a list of names or numbers"},
		"trades.json":        {`[[1735689600000,"1",null,"sell",0.1,2,0.2]]`, "trades"},
		"trades.csv":         {"1735689600,90.5,1.1\n1735689631,90.4,1.0\n", "trades"},
		"routes.json":        {`{"routes":{"/api/v3/klines":{"GET":[{"data":[[1,2]]}]}}}`, "recorded replies of many routes"},
		"message.json":       {`{"e":"kline","E":1,"k":{"t":1}}`, "a message of a websocket stream"},
		"topic.json":         {`{"topic":"kline.5.BTCUSDT","data":[{"start":1,"open":"1","high":"1","low":"1","close":"1"}]}`, "a message of a websocket stream"},
		"info.json":          {`{"timezone":"UTC","rateLimits":[],"symbols":[{"symbol":"ETHBTC"}]}`, "list of its markets"},
		"object.json":        {`{"a": {"b": 1}}`, "a JSON document without rows"},
		"keys.json":          {`[{"a": 1, "b": 2}]`, "objects with the keys a, b"},
		"words.csv":          {"some\nwords\n", "lines without columns"},
		"five.csv":           {"1735689600,5,4,3,2,1,0,9\n", "in no order that is known"},
		"garbage_1h.json":    {`[[1735689600,100,110,90,105,1.5]] x`, "no JSON at byte 35"},
		"nested_1h.json":     {`[[1735689600,100,110,90,105,[1.5]]]`, "a list or an object"},
		"key_1h.json":        {`[{"time":1735689600,"open":1,"high":1,"low":1,"close":1},{"time":1735693200,"open":1,"high":1,"low":1,"shut":1}]`, "a key that the first row has not"},
		"twice_1h.json":      {`[{"time":1735689600,"open":1,"high":1,"low":1,"close":1},{"time":1735693200,"time":1,"high":1,"low":1,"close":1}]`, "a key that the row has twice"},
		"deep.json":          {strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), "nested no deeper"},
		"deeper.json":        {strings.Repeat("[", 100000), "a list or an object"},
		"BTCUSD_1h.csv":      {long, ":5: a line that is longer than"},
		"utf16.csv":          {"\xfe\xff\x00t\x00i", "UTF-16"},
		"binary.csv":         {"time,open\x00\x01\x02", "no text file"},
		"huge_BTCUSD_1h.csv": {strings.Replace(fourHours, ",101,", ",1e400,", 1), "not a finite number"},
		"long_BTCUSD_1h.csv": {strings.Replace(fourHours, ",106,", ","+strings.Repeat("9", 400)+",", 1), "not a finite number"},
		"feather.feather":    {"FEA1" + strings.Repeat("\x00", 20), "version 1"},
		"no.parquet":         {"PAR1....", "no parquet file that can be read"},
		"packed.csv.gz":      {"\x1f\x8b\x08", "no gzip file"},
	} {
		_, err := Read(name, []byte(c.content), Options{Symbol: "BTC-USD"})
		var in *data.InputError
		if !errors.As(err, &in) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		} else if in.Hint == "" && in.Line == 0 {
			t.Errorf("%s: %v has no hint", name, err)
		}
	}
}

// TestRowsThatTellNothing are candles in the order of more than one format.
func TestRowsThatTellNothing(t *testing.T) {
	flat := "1735689600000,5,5,5,5,9\n1735689660000,6,6,6,6,9\n"
	all, err := Read("BTCUSD_1m.csv", []byte(flat), Options{})
	if err != nil || all[0].Candles.Close[1] != 6 {
		t.Errorf("read alike by all that fit: %v", err)
	}
	// Volume, open, high, low, close; or open, close, high, low, volume.
	both := "1735689600,105,106,110,90,100\n1735693200,105,106,110,90,100\n"
	_, err = Read("BTCUSD_1h.csv", []byte(both), Options{})
	if err == nil || !strings.Contains(err.Error(), "more than one format: bitfinex, gocryptotrader") || !strings.Contains(data.Hint(err), "--format") {
		t.Errorf("%v, %s", err, data.Hint(err))
	}
	for opt, want := range map[string]float64{"bitfinex": 106, "gocryptotrader": 100} {
		all, err := Read("BTCUSD_1h.csv", []byte(both), Options{Format: opt})
		if err != nil || all[0].Candles.Close[0] != want {
			t.Errorf("%s: %v", opt, err)
		}
	}
	if all, err := Read("bitfinex/BTCUSD_1h.csv", []byte(both), Options{}); err != nil || all[0].Format != "bitfinex" {
		t.Errorf("the path decides: %v", err)
	}
	if _, err := Read("BTCUSD_1h.csv", []byte(both), Options{Format: "none"}); err == nil || !strings.Contains(data.Hint(err), "bitfinex") {
		t.Errorf("a format that is none: %v", err)
	}
}

func TestColumns(t *testing.T) {
	named := "stamp;first;open;bottom;last;amount\n1735689600;100;110;90;105;1.5\n1735693200;105;106;101;103;2\n"
	own := map[string]string{"time": "stamp", "open": "first", "high": "open", "low": "bottom", "close": "last", "volume": "amount"}
	plain, err := Read("BTCUSD_1h.csv", []byte(strings.Join(strings.SplitAfter(fourHours, "\n")[:2], "")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]string{"time": "1", "open": "2", "high": "3", "low": "4", "close": "5", "volume": "6"}
	objects := `[{"stamp":1735689600,"first":100,"open":110,"bottom":90,"last":105,"amount":1.5},{"stamp":1735693200,"first":105,"open":106,"bottom":101,"last":103,"amount":2}]`
	for name, c := range map[string]struct {
		content string
		own     map[string]string
	}{"named": {named, own}, "numbered": {"1735689600,100,110,90,105,1.5\n1735693200,105,106,101,103,2\n", numbers}, "objects": {objects, own}} {
		all, err := Read("BTCUSD_1h.csv", []byte(c.content), Options{Columns: c.own})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(plain[0].Candles, all[0].Candles, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for content, own := range map[string]map[string]string{
		"1735689600,2,3,1,2,1.5\n1735693200,105,106,101,103,2\n": numbers,
		"1735689600,2,3,5,1,2,4\n1735693200,2,3,5,1,2,5\n":       {"time": "1", "open": "2", "high": "4", "low": "5", "close": "3", "volume": "7"},
	} {
		if all, err := Read("BTCUSD_1h.csv", []byte(content), Options{Columns: own}); err != nil || all[0].Candles.Low[0] != 1 {
			t.Errorf("numbers that stand in the first row too: %v", err)
		}
	}
	counted := "1,2,3,4,5,6\n" + fourHours
	if all, err := Read("BTCUSD_1h.csv", []byte(counted), Options{Columns: map[string]string{"time": "1", "open": "2", "high": "3", "low": "4", "close": "5"}}); err != nil || all[0].Candles.Len() != 4 {
		t.Errorf("a header of numbers: %v", err)
	}
	for content, own := range map[string]map[string]string{
		named: {"time": "stamp", "open": "none"}, fourHours: {"time": "9", "open": "2"}, named + "\n": {"price": "last"},
	} {
		if _, err := Read("BTCUSD_1h.csv", []byte(content), Options{Columns: own}); err == nil {
			t.Errorf("%v is taken", own)
		}
	}
}

func TestSnap(t *testing.T) {
	late := strings.ReplaceAll(fourHours, "1735696800", "1735696814")
	if _, err := Read("BTCUSD_1h.csv", []byte(late), Options{}); err == nil || !strings.Contains(err.Error(), ":3: time \"1735696814\": 2025-01-01 02:00:14 is off the 1h grid") {
		t.Errorf("%v", err)
	}
	want, _ := Read("BTCUSD_1h.csv", []byte(fourHours), Options{})
	all, err := Read("BTCUSD_1h.csv", []byte(late), Options{Snap: true})
	if err != nil || !slices.Equal(all[0].Candles.Time, want[0].Candles.Time) || len(all[0].Notes) != 1 || !strings.Contains(string(all[0].Notes[0]), "1 stamp put on the 1h grid, as asked: the farthest by 14s") {
		t.Errorf("%v %+v", err, all)
	}
	twice := late + "1735696800,1,2,1,2,3\n"
	if _, err := Read("BTCUSD_1h.csv", []byte(twice), Options{Snap: true}); err == nil || !strings.Contains(err.Error(), "gives other values") {
		t.Errorf("two rows on one instant: %v", err)
	}
}

func TestEmptyPage(t *testing.T) {
	for content, path := range map[string]string{"[]": "binance/BTCUSDT/1h/2030-01-01.json", ` [ ] `: "binance/BTCUSDT/1h/x.json",
		`{"error":[],"result":{"XBTUSD":[],"last":0}}`: "kraken/BTCUSD/1h/x.json", `{"candles":[]}`: "coinbase/BTCUSD/1h/x.json"} {
		all, err := Read(path, []byte(content), Options{})
		if err != nil || len(all) != 1 || all[0].Candles.Len() != 0 || all[0].Candles.Interval != data.Hour || all[0].Venue == "" || len(all[0].Notes) != 1 {
			t.Errorf("%s: %v %+v", content, err, all)
		}
	}
}

func TestArchive(t *testing.T) {
	kraken := []byte(strings.ReplaceAll(fourHours, "\n", ",7\n"))
	content := zipped(t, map[string][]byte{"XBTUSD_60.csv": kraken, "master/ADAAUD_60.csv": kraken, "__MACOSX/x": nil, "dir/": nil})
	all, err := Read("Kraken_OHLCVT_Q1.zip", content, Options{})
	if err != nil || len(all) != 2 {
		t.Fatal(err, len(all))
	}
	for i, want := range []string{"kraken BTC-USD XBTUSD_60.csv", "kraken ADA-AUD master/ADAAUD_60.csv"} {
		if got := all[i].Format + " " + string(all[i].Candles.Symbol) + " " + all[i].Entry; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"up.zip":      {zipped(t, map[string][]byte{"../BTCUSD_1h.csv": []byte(fourHours)}), "leads out of it"},
		"root.zip":    {zipped(t, map[string][]byte{"/etc/BTCUSD_1h.csv": []byte(fourHours)}), "leads out of it"},
		"back.zip":    {zipped(t, map[string][]byte{`..\BTCUSD_1h.csv`: []byte(fourHours)}), "leads out of it"},
		"nested.zip":  {zipped(t, map[string][]byte{"BTCUSD_1h.zip": content}), "packed twice"},
		"gz.gz":       {gzipped(t, gzipped(t, []byte(fourHours))), "packed twice"},
		"none.zip":    {zipped(t, nil), "without a file"},
		"bad.zip":     {zipped(t, map[string][]byte{"BTCUSD_1h.csv": []byte("x,y\n")}), "bad.zip/BTCUSD_1h.csv:1"},
		"bomb.zip":    {zipped(t, map[string][]byte{"BTCUSD_1h.csv": make([]byte, 64<<20)}), "more than can be candles"},
		"bomb.csv.gz": {gzipped(t, make([]byte, 64<<20)), "more than can be candles"},
		"locked.zip":  {locked(t), "encrypted"},
		"lying.zip":   {lying(t), "damaged"},
	} {
		_, err := Read(name, c.content, Options{})
		var in *data.InputError
		if !errors.As(err, &in) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := Read("BTCUSD_1h.csv.gz", gzipped(t, []byte(fourHours)), Options{Unpacked: 100}); err == nil || !strings.Contains(err.Error(), "than is allowed") {
		t.Errorf("more than is allowed: %v", err)
	}
}

// locked is a zip whose file says that it is encrypted.
func locked(t *testing.T) []byte {
	content := zipped(t, map[string][]byte{"BTCUSD_1h.csv": []byte(fourHours)})
	content[bytes.Index(content, []byte("PK\x01\x02"))+8] |= 1
	return content
}

// lying is a zip whose file has another checksum than it says.
func lying(t *testing.T) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{Name: "BTCUSD_1h.csv", Method: zip.Store, CRC32: 7, CompressedSize64: uint64(len(fourHours)), UncompressedSize64: uint64(len(fourHours))})
	if err == nil {
		_, err = f.Write([]byte(fourHours))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCheckSum(t *testing.T) {
	sum := data.SHA256([]byte(fourHours))
	for list, want := range map[string]string{
		sum + "  BTCUSD-1h.zip\n": "", strings.ToUpper(sum) + " *sub/BTCUSD-1h.zip": "", "00  other.zip\r\n" + sum + "  BTCUSD-1h.zip\r\n": "",
		strings.Replace(sum, sum[:2], "zz", 1) + "  BTCUSD-1h.zip": "another SHA-256", sum + "  other.zip": "has none for it", "": "has none for it",
	} {
		if err := CheckSum("dir/BTCUSD-1h.zip", data.SHA256([]byte(fourHours)), []byte(list)); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", list, err, want)
		}
	}
}

func TestFutures(t *testing.T) {
	for c, want := range map[[2]string]string{
		{"futures/BTC_USDT_USDT-1h-futures.csv", ""}: "futures", {"futures/BTC_USDT_USDT-1h-futures.csv", "okx"}: "okx-futures",
		{"binance/BTC_USDT-1h.csv", ""}: "binance", {"BTC_USDT-1h.csv", "kraken"}: "kraken", {"bybit/futures/BTC_USDT-1h.csv", "bybit-futures"}: "bybit-futures",
	} {
		all, err := Read(c[0], []byte(fourHours), Options{Venue: c[1]})
		if err != nil || all[0].Venue != want {
			t.Errorf("%v: %v %v", c, err, all)
		}
	}
	linear, err := os.ReadFile("testdata/formats/bybit/kline.json")
	if err != nil {
		t.Fatal(err)
	}
	if all, err := Read("kline.json", bytes.Replace(linear, []byte("spot"), []byte("linear"), 1), Options{}); err != nil || all[0].Venue != "bybit-futures" {
		t.Errorf("linear: %v", err)
	}
	if _, err := Read("kline.json", bytes.Replace(linear, []byte("spot"), []byte("inverse"), 1), Options{}); err == nil {
		t.Error("inverse futures are taken")
	}
}

// FuzzRead gives any bytes as a file. It never panics; an error names the file
// and where in it, or what to do; candles are sound, and the same when they are
// written as CSV and read again.
func FuzzRead(f *testing.F) {
	for _, e := range examples(f) {
		f.Add(e.path, e.content)
		f.Add("x", e.content)
	}
	f.Add("BTCUSD_1h.csv.gz", gzipped(f, []byte(fourHours)))
	f.Add("BTCUSD_1h.zip", zipped(f, map[string][]byte{"BTCUSD_1h.csv": []byte(fourHours)}))
	f.Fuzz(func(t *testing.T, path string, content []byte) {
		for _, opt := range []Options{{}, {Symbol: "BTC-USD", Interval: data.Hour, Quarantine: true, Snap: true, Unpacked: 1 << 22}} {
			all, err := Read(path, content, opt)
			var in *data.InputError
			if err != nil && (!errors.As(err, &in) || !strings.HasPrefix(in.File, path) || in.Hint == "" && in.Line == 0 && in.Column == "" || in.Reason == "") {
				t.Fatalf("%#v", err)
			}
			for i := range all {
				if all[i].Candles.Len() > 0 {
					checkCandles(t, &all[i].Candles)
					checkWritten(t, &all[i].Candles)
				}
				for _, q := range all[i].Quarantined {
					if q.Line < 1 || q.Reason == "" || !strings.HasPrefix(q.File, path) {
						t.Fatalf("set aside without line, file or reason: %+v", q)
					}
				}
			}
		}
	})
}
