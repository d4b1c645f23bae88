package stages

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mantis/data"
	"mantis/pipeline"
)

// handmade is a market written by hand: hourly bars from the hour first on, a
// digit a bar. The digit is the class of the bar's own return, and so of the
// label of the bar before it; a dot is a quiet bar, which is of class 3.
type handmade struct {
	symbol data.Symbol
	first  int
	digits string

	open, high, low, close, volume []float64 // of each bar
}

// midnight is hour 0 of the markets written by hand.
var midnight, _ = data.ParseStamp("2021-01-01")

// at is the open instant of an hour.
func at(h int) int64 { return midnight + int64(h)*hour }

// byHand are the two markets. Hours 4 to 9 make up the first line of BTC-USD,
// 10 to 19 the second; ETH-BTC begins sooner and ends sooner. In the test span
// ETH-BTC is quiet in the hours 40 and 41, BTC-USD in 45 and 57, both in 50.
func byHand() [2]*handmade {
	btc := &handmade{symbol: "BTC-USD", first: 4, digits: "424115" +
		"1..4515211" + "4412154151" + "2515541215" + "23425.1535" + ".215524.15"}
	eth := &handmade{symbol: "ETH-BTC", first: 0, digits: "151.523544" +
		"3534322215" + ".353433511" + "5424234115" + "..54445353" + ".1"}
	btc.price(20000)
	eth.price(0.07)
	return [2]*handmade{btc, eth}
}

// moves are the returns that the digits stand for.
var moves = map[byte]float64{'1': -0.03, '2': -0.01, '3': 0.001, '4': 0.01, '5': 0.03}

// price fills the columns in. No open is the close before it.
func (m *handmade) price(last float64) {
	for i := range m.digits {
		open, high, low, volume := last, last, last, 0.0
		if !m.quiet(m.first + i) {
			open, volume = last*1.0007, float64(i+1)
			last *= 1 + moves[m.digits[i]]
			high, low = max(open, last)*1.002, min(open, last)*0.998
		}
		m.open, m.high, m.low = append(m.open, open), append(m.high, high), append(m.low, low)
		m.close, m.volume = append(m.close, last), append(m.volume, volume)
	}
}

func (m *handmade) end() int         { return m.first + len(m.digits) } // the hour behind the last bar
func (m *handmade) quiet(h int) bool { return m.digits[h-m.first] == '.' }

// label is the return over the horizon behind an hour and its class, from 1, or
// 0 where the future is not there yet.
func (m *handmade) label(h, horizon int) (outcome float64, class int) {
	i := h - m.first
	if i+horizon >= len(m.digits) {
		return 0, 0
	}
	outcome = m.close[i+horizon]/m.close[i] - 1
	if horizon == 1 {
		return outcome, map[byte]int{'1': 1, '2': 2, '3': 3, '.': 3, '4': 4, '5': 5}[m.digits[i+1]]
	}
	class = 1
	for _, edge := range []float64{-0.02, -0.0025, 0.0025, 0.02} {
		if outcome > edge {
			class++
		}
	}
	return outcome, class
}

// csv writes the candles as a file in a directory, for candles.files.
func (m *handmade) csv(t *testing.T, dir string) string {
	var b strings.Builder
	b.WriteString("unix,open,high,low,close,volume\n")
	for i := range m.digits {
		if h := m.first + i; !m.quiet(h) {
			fmt.Fprintf(&b, "%d,%v,%v,%v,%v,%v\n", at(h)/1e6, m.open[i], m.high[i], m.low[i], m.close[i], m.volume[i])
		}
	}
	return csvFile(t, dir, string(m.symbol), "1h", b.String())
}

func csvFile(t *testing.T, dir, symbol, interval, content string) string {
	t.Helper()
	path := filepath.Join(dir, symbol+".csv")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	said, err := json.Marshal(map[string]string{"path": path, "symbol": symbol, "interval": interval})
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}

// runTo brings a stage and what it reads up to date in a store.
func runTo(t *testing.T, root string, target *pipeline.Stage, set ...string) (map[string]*data.Version, *data.Store, error) {
	t.Helper()
	steps, store, err := runTargets(t, root, []*pipeline.Stage{target}, set)
	return versions(steps), store, err
}

// learns is a small model of the two markets whose first test bar is hour 34.
var learns = []string{"model.split_at=2021-01-02T10:00", "model.num_boost_round=3", "model.max_depth=2", "model.min_child_weight=0.1"}

// runByHand runs the two markets up to a stage, in a store below a directory.
func runByHand(t *testing.T, dir string, target *pipeline.Stage, set ...string) (map[string]*data.Version, *data.Store) {
	t.Helper()
	var files []string
	for _, m := range byHand() {
		files = append(files, m.csv(t, dir))
	}
	v, store, err := runTo(t, filepath.Join(dir, "lake"), target, append([]string{"candles.source=csv",
		"candles.files=[" + strings.Join(files, ",") + "]", "bars.interval=1h"}, set...)...)
	if err != nil {
		t.Fatal(err)
	}
	return v, store
}

// same reports an int, float, string or bool column that is not what is wanted;
// floats may differ in the last digits, and NaN equals NaN.
func same[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if g, ok := any(got[i]).(float64); ok && near(g, any(want[i]).(float64)) {
			continue
		}
		if any(got[i]) != any(want[i]) {
			t.Errorf("%s: row %d is %v, want %v", what, i, got[i], want[i])
			return
		}
	}
}

func near(a, b float64) bool {
	return a == b || a != a && b != b || max(a-b, b-a) <= 1e-12*max(a, b, -a, -b)
}
