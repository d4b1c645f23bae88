package stages

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAltsComeAndGo trades as long as BTC-USD has bars and classes: ETH-BTC is
// there until hour 52, LTC-BTC from 40 to 50, and each is sold at its last close
// in the first hour without a bar.
func TestAltsComeAndGo(t *testing.T) {
	dir := t.TempDir()
	ltc := &handmade{symbol: "LTC-BTC", first: 40, digits: "4124512415"}
	ltc.price(0.004)
	both := byHand()
	btc, eth := both[0], both[1]
	files := []string{btc.csv(t, dir), eth.csv(t, dir), ltc.csv(t, dir)}
	set := append([]string{"candles.source=csv", "candles.files=[" + strings.Join(files, ",") + "]", "bars.interval=1h",
		"backtest.span=hub", "backtest.delisting_loss=0.25", `backtest.markets=[{"symbol":"LTC-BTC","weight":3,"fee":0.001}]`}, trades...)
	v, store, err := runTo(t, filepath.Join(dir, "lake"), Backtest, set...)
	if err != nil {
		t.Fatal(err)
	}
	rows := table(t, store, v["backtest"], "backtest", 0)
	time := rows.Ints("time")
	if len(time) != 26 || time[0] != at(34) || time[25] != at(59) {
		t.Fatalf("%d rows from %d to %d", len(time), time[0], time[len(time)-1])
	}
	for i, h := range rows.Floats("held_ltc_units") {
		if hour := 34 + i; (h > 0) != (hour >= 40 && hour < 50 && h > 0) || hour == 46 && h == 0 {
			t.Errorf("hour %d: %v LTC", hour, h)
		}
	}
	for i, h := range rows.Floats("held_eth_units") {
		if hour := 34 + i; (h > 0) != (hour >= 35 && hour < 52) {
			t.Errorf("hour %d: %v ETH", hour, h)
		}
	}
	c := table(t, store, v["backtest"], "fills", 0)
	when, symbol, reason, price, fee, notional := c.Ints("time"), c.Strings("symbol"), c.Strings("reason"), c.Floats("price"), c.Floats("fee"), c.Floats("notional")
	gone := map[string]int{}
	for i := range when {
		if symbol[i] == "LTC-BTC" && !near(fee[i], 0.001*notional[i]) {
			t.Errorf("LTC-BTC: fee %v of %v", fee[i], notional[i])
		}
		if reason[i] != "delisted" {
			continue
		}
		gone[symbol[i]]++
		m, end := ltc, 50
		if symbol[i] == "ETH-BTC" {
			m, end = eth, 52
		}
		if when[i] != at(end) || !near(price[i], m.close[len(m.close)-1]*0.75) {
			t.Errorf("%s is gone at %d for %v", symbol[i], (when[i]-midnight)/int64(hour), price[i])
		}
	}
	if gone["LTC-BTC"] != 1 || gone["ETH-BTC"] != 1 || len(gone) != 2 {
		t.Errorf("gone: %v", gone)
	}
	for _, note := range []string{"ETH-BTC has no bars from 2021-01-03 04:00 on", "LTC-BTC has no bars from 2021-01-03 02:00 on"} {
		if !slices.ContainsFunc(v["backtest"].Notes, func(n string) bool { return strings.HasPrefix(n, note) }) {
			t.Errorf("no note that %s: %q", note, v["backtest"].Notes)
		}
	}
	_, _, err = runTo(t, filepath.Join(dir, "lake"), Backtest, append(set, `backtest.markets=[{"symbol":"XMR-BTC"}]`)...)
	if err == nil || !strings.Contains(err.Error(), "XMR-BTC is none of the markets") {
		t.Error(err)
	}
	v, store, err = runTo(t, filepath.Join(dir, "lake"), Backtest, append(set, `backtest.markets=[{"symbol":"LTC-BTC","weight":0}]`)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range table(t, store, v["backtest"], "fills", 0).Strings("symbol") {
		if f == "LTC-BTC" {
			t.Error("an alt of weight 0 is traded")
		}
	}
}
