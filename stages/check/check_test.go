package check

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"mantis/data"
	"mantis/data/market"
)

var update = flag.Bool("update", false, "rewrite testdata")

// clean is a simulated market with nothing wrong: a year of hours, of which one
// in a hundred was quiet and is absent, with opens beside the close before.
func clean(t testing.TB, seed uint64, change func(*market.SimParams)) Series {
	t.Helper()
	p := market.DefaultSim()
	p.Seed, p.Years, p.Symbols, p.Quiet = seed, 1, []data.Symbol{"BTC-USD"}, 0
	if change != nil {
		change(&p)
	}
	candles, _, err := market.Simulate(p)
	if err != nil {
		t.Fatal(err)
	}
	s := Of("here", &candles[0])
	r := rand.New(rand.NewPCG(seed, 2))
	for i := range s.Time {
		s.Open[i] += (s.High[i] - s.Open[i]) * r.Float64() / 2
	}
	return s
}

// there is the same market at another venue: a premium, and noise.
func there(s Series) Series {
	o := copied(s)
	o.Venue = "there"
	r := rand.New(rand.NewPCG(9, 9))
	for i := range o.Time {
		f := 1.004 + 0.0005*r.Float64()
		for _, x := range []*[]float64{&o.Open, &o.High, &o.Low, &o.Close} {
			(*x)[i] *= f
		}
		o.QuoteVolume[i] *= f
	}
	return o
}

func copied(s Series) Series {
	rows := make([]int, s.Len())
	for i := range rows {
		rows[i] = i
	}
	return s.some(rows)
}

func (s *Series) drop(from, n int) {
	rows := make([]int, 0, s.Len())
	for i := range s.Time {
		if i < from || i >= from+n {
			rows = append(rows, i)
		}
	}
	*s = s.some(rows)
}

func (s *Series) scalePrices(from, to int, f float64) {
	for i := from; i < to; i++ {
		s.Open[i], s.High[i], s.Low[i], s.Close[i] = s.Open[i]*f, s.High[i]*f, s.Low[i]*f, s.Close[i]*f
	}
}

// level makes row i flat at a price, with a volume.
func (s *Series) level(i int, p, volume float64) {
	s.Open[i], s.High[i], s.Low[i], s.Close[i] = p, p, p, p
	s.Volume[i], s.QuoteVolume[i], s.Trades[i] = volume, volume*p, data.Null
}

// planted are faults of every kind, each planted in a clean market.
var planted = []struct {
	name  string
	plant func(s *Series)
	want  []Kind
}{
	{"nothing", func(*Series) {}, nil},
	{"an outage, absent", func(s *Series) { s.drop(3000, 33) }, []Kind{Outage}},
	{"an outage, flat", func(s *Series) {
		for i := 3000; i < 3020; i++ {
			s.level(i, s.Close[2999], 0)
		}
	}, []Kind{Outage}},
	{"a quiet hour, flat", func(s *Series) { s.level(3000, s.Close[2999], 0) }, nil},
	{"a quiet hour, flat at another price", func(s *Series) { s.level(3000, s.Close[2999]*1.01, 0) }, []Kind{Moved}},
	{"no volume and a range", func(s *Series) { s.Volume[3000], s.QuoteVolume[3000] = 0, 0 }, []Kind{Contradiction}},
	{"no volume and trades", func(s *Series) { s.level(3000, s.Close[2999], 0); s.Trades[3000] = 3 }, []Kind{Contradiction}},
	{"a stuck close with volume", func(s *Series) {
		for i := 3000; i < 3012; i++ {
			s.level(i, s.Close[2999], 3)
		}
	}, []Kind{Stuck}},
	{"a stuck close, no volume given", func(s *Series) {
		for i := 3000; i < 3012; i++ {
			s.level(i, s.Close[2999], nan)
		}
	}, []Kind{Stuck}},
	{"the first open is a bad print", func(s *Series) { s.Open[0] *= 3.8; s.High[0] = s.Open[0] }, []Kind{BadPrint}},
	{"a wick", func(s *Series) { s.Low[3000] /= 1.6 }, []Kind{BadPrint}},
	{"a close that returns", func(s *Series) { s.scalePrices(3000, 3001, 0.1) }, []Kind{BadPrint}},
	{"two candles that return", func(s *Series) { s.scalePrices(3000, 3002, 1.7) }, []Kind{BadPrint}},
	{"the last close", func(s *Series) { s.scalePrices(s.Len()-1, s.Len(), 10) }, []Kind{BadPrint}},
	{"a price in thousandths", func(s *Series) { s.scalePrices(3000, s.Len(), 1000) }, []Kind{PriceUnit}},
	{"a price in tenths for a while", func(s *Series) { s.scalePrices(3000, 3300, 0.1) }, []Kind{PriceUnit}},
	{"a split", func(s *Series) { s.scalePrices(3000, s.Len(), 4) }, []Kind{PriceJump}},
	{"a volume in thousands", func(s *Series) {
		for i := 3000; i < s.Len(); i++ {
			s.Volume[i] /= 1000
		}
		s.QuoteVolume = nil
	}, []Kind{VolumeUnit}},
	{"a volume in the quote currency", func(s *Series) {
		for i := 3000; i < s.Len(); i++ {
			s.Volume[i] *= s.Close[i]
		}
		s.QuoteVolume = nil
	}, []Kind{VolumeUnit}},
	{"a volume of another scale", func(s *Series) {
		for i := 3000; i < s.Len(); i++ {
			s.Volume[i] *= 80
		}
		s.QuoteVolume = nil
	}, []Kind{VolumeJump}},
	{"swapped volumes", func(s *Series) {
		for i := 1000; i < 3000; i++ {
			s.Volume[i], s.QuoteVolume[i] = s.QuoteVolume[i], s.Volume[i]
		}
	}, []Kind{Swapped}},
	{"opens that are the close before", func(s *Series) {
		for i := 3000; i < 4500; i++ {
			s.Open[i] = s.Close[i-1]
			s.High[i], s.Low[i] = max(s.High[i], s.Open[i]), min(s.Low[i], s.Open[i])
		}
	}, []Kind{CopiedOpen}},
	{"newest first", func(s *Series) { *s = s.some(backwards(s.Len())) }, nil},
	{"order that breaks", func(s *Series) {
		rows := backwards(s.Len())
		rows[100], rows[101], rows[102] = rows[101], rows[102], rows[100]
		*s = s.some(rows)
	}, []Kind{Order}},
	{"rows repeated", func(s *Series) {
		*s = s.some(append([]int{0, 0, 0}, upFrom(1, s.Len())...))
	}, []Kind{Duplicate}},
	{"an unfinished candle before the finished one", func(s *Series) {
		*s = s.some(append([]int{0, 0}, upFrom(1, s.Len())...))
		s.Close[0], s.Volume[0] = s.Low[0], s.Volume[0]/2
	}, []Kind{Duplicate}},
	{"a stamp off the grid", func(s *Series) { s.Time[3000] += int64(90 * data.Second) }, []Kind{OffGrid}},
	{"a price that is none", func(s *Series) { s.Close[3000] = 0 }, []Kind{Invalid}},
	{"high below low", func(s *Series) { s.High[3000], s.Low[3000] = s.Low[3000], s.High[3000] }, []Kind{Invalid}},
	{"a negative volume", func(s *Series) { s.Volume[3000] = -1 }, []Kind{Invalid}},
	{"stamps two hours late", func(s *Series) {
		for i := range s.Time {
			s.Time[i] += 2 * int64(data.Hour)
		}
	}, []Kind{TimeShift}},
	{"stamps an hour early", func(s *Series) {
		for i := range s.Time {
			s.Time[i] -= int64(data.Hour)
		}
	}, []Kind{TimeShift}},
	{"a close that the other venue does not have", func(s *Series) { s.Close[3000] *= 1.07; s.High[3000] = max(s.High[3000], s.Close[3000]) }, []Kind{Disagrees}},
}

func upFrom(a, b int) (rows []int) {
	for i := a; i < b; i++ {
		rows = append(rows, i)
	}
	return rows
}

func backwards(n int) []int {
	rows := upFrom(0, n)
	slices.Reverse(rows)
	return rows
}

// TestPlanted plants every fault in a clean market, beside another venue's clean
// candles of the pair, and finds it by its name, where it is, and nothing else.
// What is said of each stands in testdata.
func TestPlanted(t *testing.T) {
	market := clean(t, 1, nil)
	// The other venue has one candle more, so that it is the one compared with.
	other := there(clean(t, 1, func(p *simParams) { p.Years = 1.02 }))
	var b strings.Builder
	seen := map[Kind]bool{}
	for _, c := range planted {
		s := copied(market)
		c.plant(&s)
		reports := All([]Series{s, other})
		fmt.Fprintf(&b, "%s\n", c.name)
		var got []Kind
		for _, f := range reports[0].Findings {
			got, seen[f.Kind] = append(got, f.Kind), true
			fmt.Fprintf(&b, "  %s %s %s: %s\n", f.Severity, f.Kind, span(f.From, f.To), f.Text())
		}
		if c.name == "a close that returns" || c.name == "two candles that return" || c.name == "the last close" || strings.HasPrefix(c.name, "a price in tenths") {
			got = slices.DeleteFunc(got, func(k Kind) bool { return k == Disagrees }) // of course it does
		}
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if n := len(reports[1].Findings); n > 0 {
			t.Errorf("%s: the other venue is blamed: %v", c.name, reports[1].Findings)
		}
	}
	for _, k := range kinds {
		if !seen[k.kind] && !slices.Contains([]Kind{Refused, SetAside, Unrelated}, k.kind) {
			t.Errorf("no %s is planted", k.kind)
		}
	}
	file := filepath.Join("testdata", "planted.txt")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("other words; run with -update if they should be (-want +got):\n%s", diff)
	}
}

type simParams = market.SimParams

// TestUnrelated compares a market with another one.
func TestUnrelated(t *testing.T) {
	a, b := clean(t, 1, nil), clean(t, 2, nil)
	found := Compare(a, b)
	if len(found) != 1 || found[0].Kind != Unrelated {
		t.Errorf("%v", found)
	}
}

// TestCleanMarkets finds nothing in markets of many kinds: calm and wild, fine
// and coarse, with few and with many quiet candles.
func TestCleanMarkets(t *testing.T) {
	for seed := range uint64(12) {
		for name, change := range map[string]func(*market.SimParams){
			"usual":   nil,
			"quiet":   func(p *simParams) { p.QuietCandle = 0.6 },
			"steady":  func(p *simParams) { p.Clustering, p.QuietCandle = 0, 0 },
			"alt":     func(p *simParams) { p.Symbols = []data.Symbol{"XRP-BTC"} },
			"minutes": func(p *simParams) { p.Years, p.Bar, p.Interval = 0.05, data.Hour, data.Minute },
			"days":    func(p *simParams) { p.Years, p.Bar, p.Interval, p.QuietCandle = 6, data.Day, data.Day, 0 },
		} {
			s := clean(t, seed, change)
			for _, r := range All([]Series{s, there(s)}) {
				for _, f := range r.Findings {
					t.Errorf("%s, seed %d: %s %s: %s", name, seed, f.Severity, f.Kind, f.Text())
				}
			}
		}
	}
}

// TestFaultsInPieces looks at a series piece by piece, each with rows around it,
// and finds what Check finds at once.
func TestFaultsInPieces(t *testing.T) {
	s := clean(t, 3, nil)
	s.drop(5000, 40)
	s.scalePrices(1999, 2000, 3)
	s.scalePrices(2000, 2001, 0.2)
	s.scalePrices(4000, s.Len(), 100)
	s.Volume[7] = -1
	want := Check(s).Findings
	const piece, around = 1000, 256
	var lists [][]Finding
	for at := 0; at < s.Len(); at += piece {
		end := min(s.Len(), at+piece)
		rows := upFrom(max(0, at-around), min(s.Len(), end+around))
		until := int64(never)
		if end < s.Len() {
			until = s.Time[end]
		}
		lists = append(lists, Faults(s.some(rows), s.Time[at], until))
	}
	if diff := cmp.Diff(want, Merge(lists...)); diff != "" {
		t.Errorf("in pieces (-at once +in pieces):\n%s", diff)
	}
}

// TestAnything has rows of any numbers: nothing panics, and nothing is said that
// is no sentence.
func TestAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "rows")
		s := Series{Symbol: "A-B", Interval: rapid.SampledFrom([]data.Interval{0, data.Minute, data.Hour, 7 * data.Day, -5}).Draw(t, "interval")}
		price := rapid.OneOf(rapid.Float64(), rapid.Float64Range(1, 2), rapid.Just(nan), rapid.Just(1.0))
		for range n {
			s.Time = append(s.Time, rapid.OneOf(rapid.Int64(), rapid.Map(rapid.Int64Range(0, 60), func(h int64) int64 { return h * int64(data.Hour) })).Draw(t, "time"))
			for _, x := range []*[]float64{&s.Open, &s.High, &s.Low, &s.Close, &s.Volume, &s.QuoteVolume} {
				*x = append(*x, price.Draw(t, "x"))
			}
			s.Trades = append(s.Trades, rapid.SampledFrom([]int64{data.Null, 0, 5}).Draw(t, "trades"))
		}
		if rapid.Bool().Draw(t, "bare") {
			s.QuoteVolume, s.Trades = nil, nil
		}
		for _, r := range All([]Series{s, copied(s)}) {
			for _, f := range r.Findings {
				if f.Text() == "" || f.Places < 1 || strings.Contains(f.Text(), "%!") {
					t.Fatalf("%+v: %s", f, f.Text())
				}
			}
		}
	})
}

// BenchmarkCheck tells the rows that are looked at in a second.
func BenchmarkCheck(b *testing.B) {
	s := clean(b, 1, func(p *simParams) { p.Years, p.Bar, p.Interval = 2, data.Hour, data.Minute })
	b.SetBytes(int64(s.Len()))
	for b.Loop() {
		Check(s)
	}
}
