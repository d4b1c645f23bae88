package venue

import (
	"archive/zip"
	"bytes"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

// samples are answers of every venue, in the shapes that were recorded there.
var samples = map[string]struct {
	body string
	want []raw
}{
	"binance": {`[[1499040000000,"0.01634790","0.80000000","0.01575800","0.01577100","148976.11427815",1499644799999,"2434.19055334",308,"1756.87402397","28.46694368","0"]]`,
		[]raw{{"1499040000000", "0.01634790", "0.80000000", "0.01575800", "0.01577100", "148976.11427815", "2434.19055334", "308"}}},
	"kraken": {`{"error":[],"result":{"XXBTZUSD":[[1700000040,"37010.1","37020.0","37010.0","37015.5","0.0","0.00000000",0],[1700000100,"37015.5","37016.0","37015.4","37015.4","37015.6","1.25000000",7]],"last":1700000040}}`,
		[]raw{{"1700000040", "37010.1", "37020.0", "37010.0", "37015.5", "0.00000000", "", "0"}, {"1700000100", "37015.5", "37016.0", "37015.4", "37015.4", "1.25000000", "", "7"}}},
	"coinbase": {`[[1700006400,36999.99,37100,37000.01,37050.5,12.00000001]]`,
		[]raw{{"1700006400", "37000.01", "37100", "36999.99", "37050.5", "12.00000001", "", ""}}},
	"bitstamp": {`{"data":{"ohlc":[{"close":"7170.66","high":"7170.66","low":"7164.21","open":"7164.21","timestamp":"1577836200","volume":"0.08549090"}],"pair":"BTC/USD"}}`,
		[]raw{{"1577836200", "7164.21", "7170.66", "7164.21", "7170.66", "0.08549090", "", ""}}},
	"shrimpy": {`[{"open":"10500.1","high":"10600","low":"10400","close":"10550","volume":"3.5","quoteVolume":36750.35,"btcVolume":3.5,"usdVolume":36750.35,"time":"2020-10-02T06:00:00.000Z"}]`,
		[]raw{{"2020-10-02T06:00:00.000Z", "10500.1", "10600", "10400", "10550", "3.5", "36750.35", ""}}},
}

func TestSamples(t *testing.T) {
	for _, v := range All() {
		s, ok := samples[v.Name]
		if !ok {
			t.Errorf("%s: no sample", v.Name)
			continue
		}
		got, err := v.read([]byte(s.body))
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
		if diff := cmp.Diff(s.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", v.Name, diff)
		}
		for n := range s.body {
			if got, err := v.read([]byte(s.body[:n])); err == nil {
				t.Fatalf("%s: cut behind %d bytes it reads as %v", v.Name, n, got)
			}
		}
	}
}

func TestSpelling(t *testing.T) {
	want := map[string]string{"binance": "DOGEBTC", "kraken": "XDGXBT", "coinbase": "DOGE-BTC", "bitstamp": "dogebtc", "shrimpy": "XDG-XBT"}
	for _, v := range All() {
		if got := v.spell("DOGE-BTC"); got != want[v.Name] {
			t.Errorf("%s: %s", v.Name, got)
		}
	}
}

func TestInstant(t *testing.T) {
	const want = 1_735_689_600_000_000
	for _, text := range []string{"1735689600", "1735689600000", "1735689600000000", "1735689600000000000", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00.000Z", "2025-01-01T02:00:00+02:00"} {
		if got, ok := instant(text); got != want || !ok {
			t.Errorf("%s: %d %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "-1", "1735689600.5", "1735689600000000001", "99999999999999999999", "2025-01-01", "0001-01-01T00:00:00Z", "2025-01-01T00:00:00.0000001Z", "1e9"} {
		if got, ok := instant(text); ok {
			t.Errorf("%s: %d", text, got)
		}
	}
}

func TestParse(t *testing.T) {
	good := raw{"1700006400", "2.5", "3", "1", "2", "-0", "", "7"}
	r, column, reason := good.parse(data.Hour)
	if reason != "" || column != atNone || r.open != 2.5 || r.volume != 0 || math.Signbit(r.volume) || r.quoteVolume == r.quoteVolume || r.trades != 7 {
		t.Errorf("%+v %q", r, reason)
	}
	for _, c := range []struct {
		cell         int
		text, reason string
	}{
		{atTime, "1700006401", "off the 1h grid"}, {atTime, "soon", "no instant"}, {atOpen, "", "no number"}, {atOpen, "0", "not positive"},
		{atHigh, "NaN", "no number"}, {atHigh, "Inf", "no number"}, {atHigh, "1e999", "no number"}, {atHigh, "0x10p1", "no number"}, {atHigh, "1_0", "no number"},
		{atHigh, "2.4", "below open or close"}, {atLow, "2.1", "above open or close"}, {atClose, "-1", "not positive"}, {atVolume, "-1", "negative"},
		{atTrades, "-1", "no number of trades"}, {atTrades, "1.5", "no number of trades"},
	} {
		w := good
		w[c.cell] = c.text
		if _, column, reason := w.parse(data.Hour); column != c.cell || reason != c.reason {
			t.Errorf("%s %q: %s: %q", names[c.cell], c.text, names[column], reason)
		}
	}
}

// TestSift keeps one row of an instant: that with more volume, which is the later.
func TestSift(t *testing.T) {
	s := span{"BTC-USD", data.Hour, 0, 4 * int64(data.Hour)}
	w := func(time, close, volume string) raw { return raw{time, "2", "3", "1", close, volume, "", ""} }
	a, err := sift(&reply{url: "u"}, []raw{w("7200", "2", "9"), w("3600", "2", "5"), w("3600", "2.5", "4"), w("0", "2", "1"), w("0", "2", "1"), w("7200", "3", "9"), w("14400", "2", "1"), w("7260", "2", "1"), w("x", "2", "1")}, s)
	if err != nil {
		t.Fatal(err)
	}
	c := a.candles(s, s.until)
	if diff := cmp.Diff([]int64{0, 3600e6, 7200e6}, c.Time); diff != "" || !cmp.Equal(c.Close, []float64{2, 2, 3}) || a.later != 14400e6 || a.first != 0 || a.count != 9 {
		t.Errorf("%+v\n%+v", c, a)
	}
	aside := ""
	for _, q := range a.page(s, s.until).Quarantined {
		aside += q.Reason + " " + q.Text + "; "
	}
	if want := "off the 1h grid 7260,2,3,1,2,1,,; no instant x,2,3,1,2,1,,; a second candle of this instant, with other values 3600,2,3,1,2.5,4,,; a second candle of this instant, with other values 7200,2,3,1,2,9,,; "; aside != want {
		t.Errorf("%s\nwant %s", aside, want)
	}
}

// TestSignature holds the rule to a value computed by it apart from this code,
// with the secret that Shrimpy's documentation prints.
func TestSignature(t *testing.T) {
	const secret = "6991cf4c9b518293429db0df6085d1731074bed8abccd7f0279a52fac5b0c1a8a2f6d28e11a50fbb1c6575d1407e637f9ad7c73fbddfa87c5d418fd58971f829"
	got, err := signature(secret, "/v1/users/70e3a52a-4fda-464d-b4af-029f55cbd9be/accounts/123/rebalance_period", "POST", "1544920259394", `{"rebalancePeriod":24}`)
	if got != "KpZAJc2C9+VVQp1OTyVl6wcpZu01Q1AQKKHqXusS+b0=" || err != nil {
		t.Errorf("%s %v", got, err)
	}
}

func TestNonce(t *testing.T) {
	at := int64(1000)
	c := &Client{Now: func() time.Time { return time.UnixMilli(at) }}
	got := []int64{c.nonce("k"), c.nonce("k"), c.nonce("other")}
	at = 900
	got = append(got, c.nonce("k"))
	at = 5000
	got = append(got, c.nonce("k"))
	if diff := cmp.Diff([]int64{1000, 1001, 1000, 1002, 5000}, got); diff != "" {
		t.Error(diff)
	}
}

func TestHeedWeight(t *testing.T) {
	at := time.Date(2024, 3, 9, 12, 34, 50, 0, time.UTC)
	for used, want := range map[string]time.Duration{"4999": 0, "5000": 11 * time.Second, "": 0, "many": 0} {
		if got := heedWeight(http.Header{"X-Mbx-Used-Weight-1m": {used}}, at); got != want {
			t.Errorf("%s: %s", used, got)
		}
	}
}

func TestEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), ".env")
	look, err := Environment(file)
	if err != nil || look("SHRIMPY_KEY") != os.Getenv("SHRIMPY_KEY") {
		t.Fatal(err)
	}
	text := "\ufeff# keys\r\n\r\nexport SHRIMPY_KEY = a=b # mine\nSHRIMPY_SECRET='c #d' # so\nTHIRD=\"e\nFOURTH=\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if look, err = Environment(file); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FOURTH", "from outside")
	for name, want := range map[string]string{"SHRIMPY_KEY": "a=b", "SHRIMPY_SECRET": "c #d", "THIRD": `"e`, "FOURTH": "from outside"} {
		if got := look(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	os.WriteFile(file, []byte("A=1\nthe secret itself\n"), 0o600)
	if _, err := Environment(file); err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), ".env:2: ") {
		t.Error(err)
	}
	os.WriteFile(file, bytes.Repeat([]byte("A=1\n"), envMost), 0o600)
	if _, err := Environment(file); err == nil {
		t.Error("a file without end was read")
	}
}

// zipped is a zip file of these files, each a name and a text.
func zipped(files ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, _ := z.Create(files[i])
		w.Write([]byte(files[i+1]))
	}
	z.Close()
	return b.Bytes()
}

const kline = "1704067200000,2,3,1,2,9,1704070799999,18,5,1,1,0\n"

func TestReadArchive(t *testing.T) {
	want := []raw{{"1704067200000", "2", "3", "1", "2", "9", "18", "5"}}
	for _, text := range []string{kline, strings.TrimSpace(kline), "open_time,open,high\n" + kline, "\ufeff" + kline, strings.ReplaceAll(kline, "\n", "\r\n\r\n")} {
		got, err := readArchive(zipped("x.csv", text), 1)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	for want, content := range map[string][]byte{
		"no zip file":                 []byte("PK no"),
		"2 files in the zip":          zipped("x.csv", kline, "y.csv", kline),
		"1 file in the zip":           zipped("../x.exe", kline),
		"line 2: more than 1 candle":  zipped("x.csv", kline+kline),
		"line 1: 3 cells, want 9":     zipped("x.csv", "1,2,3\n"),
		"after 0 candles: bufio":      zipped("x.csv", strings.Repeat("0", 8<<20)),
		"after 1 candle: bufio":       zipped("x.csv", kline+strings.Repeat("0,", 4000)),
		"after 1 candle: zip: checks": damaged(zipped("x.csv", strings.TrimSpace(kline)+"    ")),
	} {
		if got, err := readArchive(content, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v %d, want %s", err, len(got), want)
		}
	}
}

// damaged has another checksum in its directory than its content has.
func damaged(content []byte) []byte {
	at := bytes.LastIndex(content, []byte("PK\x01\x02"))
	content[at+16] ^= 1
	return content
}
