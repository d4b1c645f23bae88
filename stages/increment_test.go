package stages

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
	"mantis/pipeline"
)

// lake is a store that is brought up to date again and again while the files
// of candles beside it change.
type lake struct {
	t     *testing.T
	dir   string
	files map[string][]candle // by symbol
	order map[string]func([]string)
	r     *rand.Rand
}

// candle is a row of a file.
type candle struct {
	time   int64 // hours since 1970
	prices [4]float64
	volume float64
}

// newLake makes files of hourly candles from a day on.
func newLake(t *testing.T, seed uint64, symbols []string, from time.Time, days int) *lake {
	l := &lake{t: t, dir: t.TempDir(), files: map[string][]candle{}, order: map[string]func([]string){}, r: rand.New(rand.NewPCG(seed, 1))}
	for _, s := range symbols {
		l.files[s] = nil
		l.extend(s, from.Unix()/3600, 24*days)
	}
	return l
}

// extend appends hours of candles, some of them missing, from an hour on.
func (l *lake) extend(symbol string, from int64, hours int) {
	price := 100.0
	if c := l.files[symbol]; len(c) > 0 {
		price = c[len(c)-1].prices[3]
	}
	for h := range hours {
		if h > 0 && h < hours-1 && l.r.IntN(40) == 0 {
			continue
		}
		open := price
		price *= 1 + 0.02*(l.r.Float64()-0.5)
		price = math.Round(price*1e4) / 1e4
		l.files[symbol] = append(l.files[symbol], candle{from + int64(h), [4]float64{open, max(open, price) * 1.001, min(open, price) * 0.999, price}, math.Round(1e4*l.r.Float64()) / 1e3})
	}
}

func (l *lake) append(symbol string, hours int) {
	c := l.files[symbol]
	l.extend(symbol, c[len(c)-1].time+1, hours)
}

// settings writes the files and names them.
func (l *lake) settings() []string {
	var files []string
	for _, s := range l.symbols() {
		lines := make([]string, len(l.files[s]))
		for i, c := range l.files[s] {
			lines[i] = fmt.Sprintf("%d,%v,%v,%v,%v,%v\n", c.time*3600, c.prices[0], c.prices[1], c.prices[2], c.prices[3], c.volume)
		}
		if l.order[s] != nil {
			l.order[s](lines)
		}
		files = append(files, csvFile(l.t, l.dir, s, "1h", "unix,open,high,low,close,volume\n"+strings.Join(lines, "")))
	}
	return append([]string{"candles.source=csv", "candles.files=[" + strings.Join(files, ",") + "]"}, quick...)
}

// quick is a model that is made in a moment, split at a fixed instant.
var quick = []string{"model.split_at=2021-02-20", "model.num_boost_round=2", "model.max_depth=2", "model.target=BTC-USD"}

func (l *lake) symbols() []string {
	var symbols []string
	for s := range l.files {
		symbols = append(symbols, s)
	}
	slices.Sort(symbols)
	return symbols
}

// run brings the lake up to date and tells, stage by stage, what parts were
// made: "bars 1", or "bars known".
func (l *lake) run(set ...string) (map[string]*data.Version, *data.Store, string) {
	l.t.Helper()
	steps, store, err := runIn(l.t, filepath.Join(l.dir, "lake"), append(l.settings(), set...)...)
	if err != nil {
		l.t.Fatal(err)
	}
	var made []string
	for _, s := range steps {
		if s.Known {
			continue
		}
		made = append(made, fmt.Sprint(s.Stage.Name, " ", s.Made))
	}
	return versions(steps), store, strings.Join(made, ", ")
}

// sameAsFresh holds what the lake has become against a store that is made of
// the same files from nothing.
func (l *lake) sameAsFresh(what string, v map[string]*data.Version, store *data.Store, set ...string) {
	l.t.Helper()
	steps, fresh, err := runIn(l.t, l.t.TempDir(), append(l.settings(), set...)...)
	if err != nil {
		l.t.Fatal(err)
	}
	want := versions(steps)
	if diff := cmp.Diff(ids(want), ids(v)); diff != "" {
		l.t.Fatalf("%s: other ids than from nothing:\n%s", what, diff)
	}
	for name, w := range want {
		for i, p := range w.Parts {
			q := v[name].Parts[i]
			a, err := os.ReadFile(fresh.Path(p))
			if err != nil {
				l.t.Fatal(err)
			}
			b, err := os.ReadFile(store.Path(q))
			if err != nil {
				l.t.Fatal(err)
			}
			// A version whose content was there before keeps its first files, which
			// say of what they were made then.
			if v[name].Action == w.Action && !bytes.Equal(a, b) {
				l.t.Fatalf("%s: %s of %s: other bytes than from nothing", what, p.Key, name)
			}
		}
		if faults := store.Verify(v[name]); len(faults) > 0 {
			l.t.Errorf("%s: %v", what, faults)
		}
	}
}

// twenty are one BTC market in dollars and nineteen in BTC; nine in all in short mode.
func twenty() []string {
	symbols, alts := []string{"BTC-USD"}, 19
	if testing.Short() {
		alts = 8
	}
	for i := range alts {
		symbols = append(symbols, fmt.Sprintf("A%02d-BTC", i))
	}
	return symbols
}

// TestOneMoreDay appends a day to one of twenty symbols, within a year and at
// its end, corrects candles, and counts the parts that are made anew.
func TestOneMoreDay(t *testing.T) {
	l := newLake(t, 1, twenty(), time.Date(2020, 11, 1, 0, 0, 0, 0, time.UTC), 150)
	both := 2 * len(l.files) // two years of each
	if _, _, made := l.run(); !strings.HasPrefix(made, fmt.Sprintf("candles %d, coverage 0, bars %[1]d, ", both)) {
		t.Fatalf("from nothing: %s", made)
	}
	var last map[string]*data.Version
	var at *data.Store
	expect := func(what, want string) {
		t.Helper()
		v, store, made := l.run()
		parts := strings.Split(made, ", ")
		slices.Sort(parts)
		if got := strings.Join(parts, ", "); got != want {
			t.Errorf("%s: made %s; want %s", what, got, want)
		}
		last, at = v, store
	}
	expect("nothing", "")

	l.append("A07-BTC", 24)
	expect("a day of one symbol", "backtest 0, bars 1, candles 1, closes 1, coverage 0, explanations 0, features 1, labels 1, model 0, predictions 0, report 0")

	l.append("BTC-USD", 24)
	expect("a day of the target", "backtest 0, bars 1, candles 1, closes 1, coverage 0, explanations 4, features 1, labels 1, model 0, predictions 0, report 0")

	// The open of the second candle of a bar, within low and high, is nowhere in
	// the bar: it is made again, and nothing after it.
	c := l.files["A03-BTC"]
	i := slices.IndexFunc(c, func(c candle) bool { return c.time%6 == 1 && c.time > c0(c)+24*40 })
	c[i].prices[0] = (c[i].prices[1] + c[i].prices[2]) / 2
	expect("a correction that no bar shows", "bars 1, candles 1, coverage 0, predictions 0, report 0")

	// A close in the middle of the last year: what looks at it lies in that year.
	i = len(c) - 500
	for c[i].time%6 != 5 {
		i++
	}
	c[i].prices[3] = (c[i].prices[1] + c[i].prices[2]) / 2
	expect("a close in the middle", "backtest 0, bars 1, candles 1, closes 1, coverage 0, explanations 0, features 1, labels 1, model 0, predictions 0, report 0")

	// A close in December: the look-back of the features of January reaches
	// there, and of the candles, bars and labels only 2020's are made.
	i = slices.IndexFunc(c, func(c candle) bool { return c.time == time.Date(2020, 12, 31, 11, 0, 0, 0, time.UTC).Unix()/3600 })
	c[i].prices[3] = (c[i].prices[1]*2 + c[i].prices[2]) / 3
	expect("a close in December", "backtest 0, bars 1, candles 1, closes 1, coverage 0, explanations 0, features 2, labels 1, model 0, predictions 0, report 0")

	// The last close of the year is also that of the next year's first label's
	// look-back, and of nothing in the labels of 2021; the first of the next year
	// is what the last label of this one looks ahead to.
	i = slices.IndexFunc(c, func(c candle) bool { return c.time == time.Date(2021, 1, 1, 5, 0, 0, 0, time.UTC).Unix()/3600 })
	c[i].prices[3] = (c[i].prices[1]*2 + c[i].prices[2]) / 3
	expect("the first close of a year", "backtest 0, bars 1, candles 1, closes 1, coverage 0, explanations 0, features 1, labels 2, model 0, predictions 0, report 0")

	// Rows in another order are read again and found to be the same candles.
	l.order["A05-BTC"] = slices.Reverse[[]string]
	expect("newest first", "candles 2")
	l.sameAsFresh("in the end", last, at)
}

func c0(candle) int64 { return time.Date(2020, 11, 1, 0, 0, 0, 0, time.UTC).Unix() / 3600 }

// TestAnyEdit edits files, parameters and codes at random and demands each
// time what a store from nothing has.
func TestAnyEdit(t *testing.T) {
	seeds, edits := 2, 8
	if testing.Short() {
		seeds, edits = 1, 4
	}
	for seed := range seeds {
		l := newLake(t, uint64(seed)+7, []string{"BTC-USD", "A00-BTC", "A01-BTC"}, time.Date(2020, 11, 20, 0, 0, 0, 0, time.UTC), 120)
		var log, set []string
		l.run()
		for range edits {
			for range 1 + l.r.IntN(2) {
				log = append(log, l.edit(&set))
			}
			v, store, made := l.run(set...)
			log = append(log, "made "+made)
			l.sameAsFresh(fmt.Sprintf("seed %d: %s", seed, strings.Join(log, "; ")), v, store, set...)
		}
	}
}

// edit changes one thing, and says which.
func (l *lake) edit(set *[]string) string {
	symbols := l.symbols()
	s := symbols[l.r.IntN(len(symbols))]
	c := l.files[s]
	i := l.r.IntN(len(c))
	switch l.r.IntN(9) {
	case 0:
		l.append(s, 24)
		return "a day of " + s
	case 1:
		n := 1 + l.r.IntN(24*60)
		for _, s := range symbols {
			l.append(s, n)
		}
		return fmt.Sprint(n, " hours of all")
	case 2:
		c[i].prices[3] = (c[i].prices[1] + c[i].prices[2]) / 2
		return fmt.Sprint("close of ", s, " ", c[i].time)
	case 3:
		c[i].prices[0], c[i].volume = (c[i].prices[1]+c[i].prices[2])/2, c[i].volume+1
		return fmt.Sprint("open and volume of ", s, " ", c[i].time)
	case 4:
		i = 1 + l.r.IntN(len(c)-2)
		l.files[s] = slices.Delete(slices.Clone(c), i, min(len(c)-1, i+1+l.r.IntN(20)))
		return fmt.Sprint("candles of ", s, " lost from ", c[i].time)
	case 5:
		l.order[s] = []func([]string){nil, slices.Reverse[[]string], func(x []string) {
			rand.New(rand.NewPCG(3, 4)).Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
		}}[l.r.IntN(3)]
		return "order of " + s
	case 6:
		*set = []string{fmt.Sprintf("labels.horizon=%d", 1+l.r.IntN(70))}
		return (*set)[0]
	case 7:
		stage := []*pipeline.Stage{Candles, Bars, Features, Labels, Model}[l.r.IntN(5)]
		stage.Code++ // it is the same code all the same: only the key is new
		l.t.Cleanup(func() { stage.Code-- })
		return "code of " + stage.Name
	default:
		from := 1 + l.r.IntN(60)
		l.files[s] = c[from:]
		return fmt.Sprint(s, " begins ", from, " candles later")
	}
}

// TestOtherEncodings has a file whose header and bad rows are not UTF-8: what is
// said of it is the same when it is recalled.
func TestOtherEncodings(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	l := newLake(t, 3, []string{"BTC-USD", "A00-BTC"}, time.Date(2020, 12, 1, 0, 0, 0, 0, time.UTC), 90)
	l.order["BTC-USD"] = func(lines []string) { lines[7] = strings.TrimSpace(lines[7]) + "\xf6\xdf\xe4\n" }
	l.run("candles.quarantine=true")
	l.append("A00-BTC", 24)
	v, store, _ := l.run("candles.quarantine=true")
	l.sameAsFresh("a day of the other file", v, store, "candles.quarantine=true")
}
