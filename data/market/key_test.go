package market

import (
	"strings"
	"testing"

	"mantis/data"
)

// TestKeySaysAll reads the same rows in other ways: each has a key of its own,
// but for what makes no difference.
func TestKeySaysAll(t *testing.T) {
	const rows = "1546300800,2,4,1,2,3,9,BTC\n1546304400,2,4,1,2,3,9,BTC\n1546308000,2,4,1,2,3,9,BTC\n"
	const head = "unix,open,high,low,close,volume,quote volume,symbol\n"
	const before = "1546297200,2,4,1,2,3,9,"
	key := func(name, content string, i data.Interval) string {
		f, ok, err := openBytes(name, []byte(content), CSVOptions{Interval: i})
		if !ok || err != nil {
			t.Fatal(content, ok, err)
		}
		return f.key(len(f.Chunks()) - 1)
	}
	first := key("BTCUSD.csv", head+rows, 0)
	for i, same := range []string{
		key("dir/XBT_USD.csv", head+rows, data.Hour),
		key("BTCUSD.csv", head+before+"BTC\n"+rows, 0),
		key("BTCUSD.csv", "\xef\xbb\xbfa banner\n"+head+rows+"\r\n\n", 0),
	} {
		if same != first {
			t.Errorf("%d: another key for the same", i)
		}
	}
	named := strings.ReplaceAll(rows, "BTC", "BTCUSD")
	if key("BTCUSD.csv", head+before+"BTC-USD\n"+named, 0) != key("BTCUSD.csv", head+before+"xbt/usd\n"+named, 0) {
		t.Error("another key where the first row spells the symbol in another way")
	}
	seen := map[string]int{first: -1}
	for i, other := range []string{
		key("ETHUSD.csv", head+rows, 0),
		key("BTCUSD.csv", head+rows, 30*data.Minute),
		key("BTCUSD.csv", head+rows, 15*data.Minute),
		key("BTCUSD.csv", strings.Replace(head, "quote volume", "trades", 1)+rows, 0),
		key("BTCUSD.csv", strings.Replace(head, "open,high,low,close", "close,high,low,open", 1)+rows, 0),
		key("BTCUSD.csv", strings.Replace(head, "symbol", "asset", 1)+rows, 0),
		key("BTCUSD.csv", strings.ReplaceAll(head+rows, ",", ";"), 0),
		key("BTCUSD.csv", head+strings.ReplaceAll(rows, "BTC", "XBT"), 0),
		key("BTCUSD.csv", head+strings.Replace(rows, "3,9", "3,8", 1), 0),
		key("BTCUSD.csv", head+before+"ETH\n"+rows, 0),
		key("BTCUSD.csv", head+before+"ETHUSD\n"+rows, 0),
		key("BTCUSD.csv", head+before+"LTCUSD\n"+rows, 0),
	} {
		if twin, ok := seen[other]; ok {
			t.Errorf("one key for %d and %d", twin, i)
		}
		seen[other] = i
	}
}

func TestBare(t *testing.T) {
	for rows, want := range map[string]string{
		"a": "a", "a\n": "a", "a\r\n": "a", "a\r": "a", "a\nb\r\n\r\n\n": "a\nb", "a\r\r\n": "a\r", "a\t\n": "a\t", "a\n \n": "a\n ", "\r\n\n": "",
	} {
		if got := string(bare([]byte(rows))); got != want {
			t.Errorf("%q is bare %q, want %q", rows, got, want)
		}
	}
}
