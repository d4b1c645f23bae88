package stages

import (
	"slices"
	"strings"
	"testing"
	"time"

	"mantis/data"
	"mantis/stages/check"
)

// coverageOf runs Coverage on the lake's files, and tells the parts of the
// candles that were looked at anew.
func coverageOf(l *lake) (map[string]*data.Version, *data.Store) {
	l.t.Helper()
	v, store, _ := l.run()
	return v, store
}

// TestCoverage holds the tables of coverage to candles whose gaps, quiet candles
// and faults are known, in two parts, and to what Check says of them at once.
func TestCoverage(t *testing.T) {
	l := newLake(t, 6, []string{"BTC-USD"}, time.Date(2020, 11, 1, 0, 0, 0, 0, time.UTC), 120)
	c := filledFlat(l.files["BTC-USD"]) // every hour is there, the absent ones flat
	c[500].prices[1] = 9 * c[500].prices[0]
	year := slices.IndexFunc(c, func(c candle) bool { return c.time == time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC).Unix()/3600 })
	c = slices.Delete(c, year-20, year+30) // an outage over the turn of the year
	c = slices.Delete(c, 100, 101)
	l.files["BTC-USD"] = c
	quiet := 0
	for _, c := range c {
		if c.volume == 0 && c.prices[1] == c.prices[2] {
			quiet++
		}
	}
	v, store := coverageOf(l)
	spans := table(t, store, v["coverage"], "spans", 0)
	for name, want := range map[string]int64{"candles": int64(len(c)), "quiet": int64(quiet), "gaps": 2, "missing": 51, "longest": 50} {
		if got := spans.Ints(name)[0]; got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	days := table(t, store, v["coverage"], "coverage", 0)
	candles, missing, silent := days.Ints("candles"), days.Ints("missing"), days.Ints("quiet")
	var sum [3]int64
	for i := range candles {
		if i < len(candles)-1 && candles[i]+missing[i] != 24 {
			t.Errorf("day %d has %d candles and %d missing", i, candles[i], missing[i])
		}
		sum[0], sum[1], sum[2] = sum[0]+candles[i], sum[1]+missing[i], sum[2]+silent[i]
	}
	if want := [3]int64{int64(len(c)), 51, int64(quiet)}; sum != want || len(candles) != 120 {
		t.Errorf("candles, missing and quiet of %d days: %v, want %v", len(candles), sum, want)
	}
	reports, err := CheckVersion(t.Context(), store, v["candles"], func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, f := range reports[0].Findings {
		want = append(want, string(f.Kind)+": "+f.Text())
	}
	found := table(t, store, v["coverage"], "findings", 0)
	kind, text := found.Strings("kind"), found.Strings("text")
	for i := range kind {
		got = append(got, kind[i]+": "+text[i])
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || len(got) < 2 {
		t.Errorf("findings of the parts:\n%s\nof the whole:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !slices.Contains(kind, string(check.Outage)) || !slices.Contains(kind, string(check.BadPrint)) {
		t.Errorf("found: %v", kind)
	}
}

// TestCoverageGrows brings coverage up to date as candles grow and change, and
// demands what a store from nothing has.
func TestCoverageGrows(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	l := newLake(t, 7, []string{"BTC-USD", "A00-BTC"}, time.Date(2020, 11, 1, 0, 0, 0, 0, time.UTC), 150)
	begun, _ := coverageOf(l)
	first := begun["coverage"]
	l.append("BTC-USD", 24)
	v, store := coverageOf(l)
	if v["coverage"].ID == first.ID {
		t.Error("a day more changes nothing")
	}
	l.sameAsFresh("a day", v, store)
	c := l.files["A00-BTC"]
	l.files["A00-BTC"] = slices.Delete(slices.Clone(c), 700, 760)
	v, store = coverageOf(l)
	l.sameAsFresh("an outage", v, store)
	i := slices.IndexFunc(c, func(c candle) bool { return c.time >= time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC).Unix()/3600 })
	c[i].prices[1] *= 5
	l.files["A00-BTC"] = c
	v, store = coverageOf(l)
	l.sameAsFresh("a bad print in the first candle of a part", v, store)
}
