package stages

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"mantis/data"
)

// TestBarsByHand checks every column of the bars, and the wide table of
// closes, of two markets of unequal span that are quiet at times.
func TestBarsByHand(t *testing.T) {
	v, store := runByHand(t, t.TempDir(), Closes)
	wide := table(t, store, v["closes"], "closes", 0)
	var hours []int64
	for h := range 60 { // from the first bar of ETH-BTC to the last of BTC-USD
		hours = append(hours, at(h))
	}
	same(t, "closes: time", wide.Ints("time"), hours)
	for i, m := range byHand() {
		n := len(m.digits)
		time, known, candles, stale := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
		filled, closes := make([]bool, n), make([]float64, 60)
		for j := range n {
			time[j], known[j], candles[j] = at(m.first+j), at(m.first+j+1), 1
			if m.quiet(m.first + j) {
				filled[j], candles[j], stale[j] = true, 0, stale[j-1]+1
			}
		}
		for h := range closes {
			if closes[h] = math.NaN(); h >= m.first && h < m.end() {
				closes[h] = m.close[h-m.first]
			}
		}
		c, name := table(t, store, v["bars"], "bars", i), string(m.symbol)
		same(t, name, c.Ints("time"), time)
		same(t, name+" known_at", c.Ints("known_at"), known)
		same(t, name+" open", c.Floats("open"), m.open)
		same(t, name+" high", c.Floats("high"), m.high)
		same(t, name+" low", c.Floats("low"), m.low)
		same(t, name+" close", c.Floats("close"), m.close)
		same(t, name+" volume", c.Floats("volume"), m.volume)
		same(t, name+" candles", c.Ints("candles"), candles)
		same(t, name+" filled", c.Bools("filled"), filled)
		same(t, name+" stale_bars", c.Ints("stale_bars"), stale)
		same(t, name+" in closes", wide.Floats(strings.ReplaceAll(name, "-", "_")), closes)
		if c.Err != nil || wide.Err != nil {
			t.Error(c.Err, wide.Err)
		}
	}
}

// TestSilentCandles makes bars of two candles each, of which now the one, now
// the other, now both do not say a volume or a count: neither does the bar.
func TestSilentCandles(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("unix,open,high,low,close,volume,quote_volume,trades\n")
	for i, said := range []string{"1,100,2", "2,200,3", "4,,", ",500,5", ",600,", "7,,6", ",,", ",,", "", "", "8,800,7", ""} {
		if said != "" {
			fmt.Fprintf(&b, "%d,100,101,99,100,%s\n", at(0)/1e6+1800*int64(i), said)
		}
	}
	v, store, err := runTo(t, dir+"/lake", Bars, "candles.source=csv", "bars.interval=1h",
		"candles.files=["+csvFile(t, dir, "BTC-USD", "30m", b.String())+"]")
	if err != nil {
		t.Fatal(err)
	}
	c, nan := table(t, store, v["bars"], "bars", 0), math.NaN()
	// The fifth bar has no candle; the last would end half an hour after its
	// only one, and is left out.
	same(t, "volume", c.Floats("volume"), []float64{3, nan, nan, nan, 0})
	same(t, "quote_volume", c.Floats("quote_volume"), []float64{300, nan, nan, nan, 0})
	same(t, "trades", c.Ints("trades"), []int64{5, data.Null, data.Null, data.Null, 0})
	same(t, "candles", c.Ints("candles"), []int64{2, 2, 2, 2, 0})
}

// TestQuarantineKeepsTheRow spoils two rows of a file: without quarantine the
// file is refused, with it both rows are kept as written, for the reason that
// the refusal gave.
func TestQuarantineKeepsTheRow(t *testing.T) {
	dir := t.TempDir()
	const text, other = "1609502400,1,2,0.5,x,7", "1609506000,1,2,3,1,7" // the close is no number; low above high
	raw := fmt.Sprintf("unix,open,high,low,close,volume\n%d,1,2,0.5,1,7\n%s\n%d,1,2,0.5,1,7\n%s\n", at(0)/1e6, text, at(1)/1e6, other)
	set := []string{"candles.source=csv", "candles.files=[" + csvFile(t, dir, "ETH-BTC", "1h", raw) + "]"}
	_, _, err := runTo(t, dir+"/refused", Candles, set...)
	var refused *data.InputError
	if !errors.As(err, &refused) || refused.Line != 3 || refused.Column != "close" || refused.Value != "x" {
		t.Fatalf("line 3 is bad, and what is said is: %v", err)
	}
	v, store, err := runTo(t, dir+"/lake", Candles, append(set, "candles.quarantine=true")...)
	if err != nil {
		t.Fatal(err)
	}
	c := table(t, store, v["candles"], "quarantine", 0)
	same(t, "file", c.Strings("file"), []string{"ETH-BTC.csv", "ETH-BTC.csv"})
	same(t, "line", c.Ints("line"), []int64{3, 5})
	same(t, "symbol", c.Strings("symbol"), []string{"ETH-BTC", "ETH-BTC"})
	same(t, "text", c.Strings("text"), []string{text, other})
	if t.Failed() {
		return
	}
	column, value, reason := c.Strings("column"), c.Strings("value"), c.Strings("reason")
	same(t, "column", column[:1], []string{"close"})
	same(t, "value", value[:1], []string{"x"})
	same(t, "reason", reason[:1], []string{refused.Reason})
	if reason[1] == "" || reason[1] == reason[0] {
		t.Errorf("low above high is set aside for the reason %q", reason[1])
	}
	same(t, "candles", table(t, store, v["candles"], "candles", 0).Ints("time"), []int64{at(0), at(1)})
}

// TestLabelsByHand checks outcome, class and the instant at which they are
// known, of both markets: the close of bar t + horizon.
func TestLabelsByHand(t *testing.T) {
	dir := t.TempDir()
	for _, horizon := range []int{1, 3} {
		v, store := runByHand(t, dir, Labels, fmt.Sprint("labels.horizon=", horizon))
		for i, m := range byHand() {
			n := len(m.digits)
			known, outcome, class := make([]int64, n), make([]float64, n), make([]int64, n)
			for j := range n {
				h := m.first + j
				known[j] = at(h + horizon + 1)
				x, k := m.label(h, horizon)
				if outcome[j], class[j] = x, int64(k); k == 0 {
					outcome[j], class[j] = math.NaN(), data.Null
				}
			}
			c, name := table(t, store, v["labels"], "labels", i), fmt.Sprint(m.symbol, " horizon ", horizon)
			same(t, name+" known_at", c.Ints("known_at"), known)
			same(t, name+" return", c.Floats("return"), outcome)
			same(t, name+" class", c.Ints("class"), class)
		}
	}
}
