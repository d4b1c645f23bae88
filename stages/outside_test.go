package stages

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mantis/data"
)

// outsideFile writes a file from outside, and the setting that names it.
func outsideFile(t *testing.T, dir, name, content, more string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("features.outside=[{\"path\":%s%s}]", quoted, more)
}

// TestOutsideByHand joins a few values to bars: known at a close, a microsecond
// after one, revised, and too long ago.
func TestOutsideByHand(t *testing.T) {
	dir := t.TempDir()
	set := outsideFile(t, t.TempDir(), "a.csv", `time,known_at,Mood,votes
2019-01-01,2019-01-01T06:00:00Z,1,
2019-01-01T00:01:00Z,2019-01-01T12:00:00.000001Z,2,7
2019-01-01,2019-01-02T00:00:00Z,100,
2019-01-01T00:01:00Z,2019-01-02T05:59:59Z,3,
2019-01-02,2019-01-02T05:59:59Z,,8
`, `,"max_age":"12h"`)
	v, store, steps, err := runModel(t, dir, set)
	if err != nil {
		t.Fatal(err)
	}
	if ran := ranOf(steps); ran != "candles bars features labels model" {
		t.Errorf("these ran: %s", ran)
	}
	c := table(t, store, v["features"], "features", 1)
	none := math.NaN()
	for name, want := range map[string][]float64{ // bars that close at 6, 12, 18, 24, 30, …
		"outside_mood":  {1, 1, 2, 2, 3, 3, none, none},
		"outside_votes": {none, none, 7, 7, 8, 8, none, none},
	} {
		got := c.Floats(name)
		for i, w := range want {
			if got[i] != w && !(got[i] != got[i] && w != w) {
				t.Errorf("%s of the bar that closes at %s is %v, want %v", name, data.Stamp(c.Ints("known_at")[i]), got[i], w)
			}
		}
	}
	rows := c.Ints("time")
	if want := fmt.Sprintf("outside_mood: null in %s of %s rows", data.Thousands(2*(len(rows)-6)), data.Thousands(2*len(rows))); !strings.HasPrefix(v["features"].Notes[0], want) {
		t.Errorf("notes %q, want %s", v["features"].Notes, want)
	}
	names, err := foldNames(store, v["model"])
	if err != nil || !slices.Equal(names[len(names)-2:], []string{"outside_mood", "outside_votes"}) {
		t.Errorf("the model sees %v, %v", names, err)
	}
	said := table(t, store, v["features"], "outside", 0)
	if got := said.Floats("value"); !slices.Equal(got, []float64{1, 2, 100, 3, 7, 8}) || said.Ints("known_at")[1]%1_000_000 != 1 {
		t.Errorf("the table outside says %v", got)
	}
	chosen, _, _, err := runModel(t, dir, set, `model.features=["returns","outside_mood"]`)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := foldNames(store, chosen["model"]); err != nil || !slices.Equal(names, []string{"returns", "outside_mood"}) {
		t.Errorf("the model sees %v, %v", names, err)
	}
	if _, _, steps, err := runModel(t, dir); err != nil || ranOf(steps) != "features model" {
		t.Errorf("without the file, these ran: %s, %v", ranOf(steps), err)
	}
}

// TestOutsideGrows appends to a file and corrects it: no row of a bar that closed
// before changes, the parts of earlier years are kept, and all is as from nothing.
func TestOutsideGrows(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	l := newLake(t, 8, []string{"BTC-USD", "A00-BTC"}, time.Date(2020, 12, 1, 0, 0, 0, 0, time.UTC), 90)
	root := filepath.Join(l.dir, "lake")
	lines := []string{"known_at,symbol,x\n"}
	for d := range 50 {
		at := time.Date(2020, 12, 1, 5, d%2*59, 59, 0, time.UTC).AddDate(0, 0, d)
		for _, s := range []string{"BTC-USD", "A00-BTC"} {
			lines = append(lines, fmt.Sprintf("%s,%s,%d\n", at.Format(time.RFC3339), s, 1000*len(s)+d))
		}
	}
	values := func(lines []string, parts int, what string) (out [][]float64) {
		t.Helper()
		set := outsideFile(t, l.dir, "x.csv", strings.Join(lines, ""), "")
		v, store, made := l.runFeatures(root, set)
		if made != parts {
			t.Errorf("%s: made %d parts of features, want %d", what, made, parts)
		}
		if fresh, _, _ := l.runFeatures(t.TempDir(), set); fresh["features"].ID != v["features"].ID {
			t.Errorf("%s: other features than from nothing", what)
		}
		for i := range l.symbols() {
			out = append(out, table(t, store, v["features"], "features", i).Floats("outside_x"))
		}
		return out
	}
	before := values(lines, 4, "from nothing")
	values(append(slices.Clone(lines), "2022-01-01T00:00:00Z,BTC-USD,5\n"), 0, "something that no bar has seen")
	known := time.Date(2021, 1, 20, 6, 0, 0, 1000, time.UTC) // a microsecond after the close of a bar
	after := values(append(slices.Clone(lines), known.Format(time.RFC3339Nano)+",BTC-USD,5\n"), 1, "one value more of one symbol")
	closed := int(known.Sub(time.Date(2020, 12, 1, 0, 0, 0, 0, time.UTC)) / (6 * time.Hour)) // bars that closed by then
	for i, symbol := range l.symbols() {
		for r := range before[i] {
			same := math.Float64bits(before[i][r]) == math.Float64bits(after[i][r])
			if symbol == "BTC-USD" && r == closed && (same || after[i][r] != 5) || (symbol != "BTC-USD" || r < closed) && !same {
				t.Fatalf("%s: row %d of %d is %v, was %v", symbol, r, closed, after[i][r], before[i][r])
			}
		}
	}
	lines[2] = strings.Replace(lines[2], ",7000", ",1", 1)
	values(lines, 2, "the first value of one symbol")
	l.append("A00-BTC", 24)
	values(lines, 1, "a day of one symbol")
}

func TestOutsideRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	dir := t.TempDir()
	const fine = "known_at,x\n2019-01-01T06:00:00Z,1\n"
	two := outsideFile(t, dir, "b.csv", fine, "") // and a.csv
	two = strings.Replace(two, "}]", "},"+outsideFile(t, dir, "a.csv", fine, "")[len("features.outside=["):], 1)
	for _, c := range []struct{ set, want, hint string }{
		{outsideFile(t, dir, "nan.csv", "known_at,x\n2019-01-01T06:00:00Z,NaN\n", ""), `nan.csv:2: x "NaN": this is no number`, "leave the cell empty"},
		{outsideFile(t, dir, "who.csv", "known_at,symbol,x\n2019-01-01T06:00:00Z,DOGE-BTC,1\n", ""), `who.csv:2: symbol "DOGE-BTC": there are no candles of it`, "leave its rows out"},
		{two, `b.csv: x: a column of this name is in ` + filepath.Join(dir, "a.csv"), "columns=a+b"},
		{strings.Replace(two, "b.csv", "a.csv", 1), "this file is named twice", ""},
		{`features.outside=[{"path":"nowhere.csv"}]`, "nowhere.csv: there is no such file", "--outside"},
		{fmt.Sprintf(`features.outside=[{"path":%q}]`, dir), "this is a directory", "--outside"},
		{outsideFile(t, dir, "c.csv", fine, `,"max_age":"9999w"`), "want at most 100 years", ""},
	} {
		_, _, _, err := runModel(t, t.TempDir(), c.set)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(data.Hint(err), c.hint) {
			t.Errorf("%s: %v; hint: %s", c.set, err, data.Hint(err))
		}
	}
	if _, _, _, err := runModel(t, t.TempDir(), `model.features=["outside_x"]`); err == nil || !strings.Contains(err.Error(), "feature outside_x: no file from outside has such a column") {
		t.Error(err)
	}
}
