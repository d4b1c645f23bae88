package market

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
)

// bars are the closes of candles, one for each row of the truth, quiet bars
// with the close of the bar before.
func bars(t testing.TB, c *Candles, tr *Truth, bar data.Interval) []float64 {
	t.Helper()
	out := make([]float64, len(tr.Time))
	k := 0
	for i, at := range tr.Time {
		if i > 0 {
			out[i] = out[i-1]
		}
		for ; k < c.Len() && c.Time[k] < at+int64(bar); k++ {
			out[i] = c.Close[k]
		}
	}
	if k != c.Len() || out[0] == 0 {
		t.Fatalf("%s: candles outside the bars of the truth, or none in the first", c.Symbol)
	}
	return out
}

func returns(closes []float64) []float64 {
	out := make([]float64, len(closes)-1)
	for i := range out {
		out[i] = closes[i+1]/closes[i] - 1
	}
	return out
}

func simulated(t testing.TB, change func(*SimParams)) (SimParams, []Candles, []Truth) {
	t.Helper()
	p := DefaultSim()
	if change != nil {
		change(&p)
	}
	c, tr, err := Simulate(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, c, tr
}

func TestSimulatedCandlesAreSound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := DefaultSim()
		p.Seed = rapid.Uint64().Draw(rt, "seed")
		p.Years = rapid.Float64Range(0.01, 0.5).Draw(rt, "years")
		p.Edge = rapid.SampledFrom([]float64{0, 0.15, 1, 3, 10}).Draw(rt, "edge")
		p.Clustering = rapid.Float64Range(0, 1).Draw(rt, "clustering")
		p.Quiet = rapid.Float64Range(0, 0.5).Draw(rt, "quiet")
		p.QuietCandle = rapid.Float64Range(0, 0.9).Draw(rt, "quietCandle")
		p.Interval = rapid.SampledFrom([]data.Interval{30 * data.Minute, data.Hour, 6 * data.Hour}).Draw(rt, "interval")
		p.Symbols = []data.Symbol{"BTC-USD", "XRP-BTC", "DOGE-USDT"}
		c, tr, err := Simulate(p)
		if err != nil {
			rt.Fatal(err)
		}
		for i := range c {
			checkCandles(t, &c[i])
			bars(t, &c[i], &tr[i], p.Bar)
			for k := range tr[i].Time {
				sum := 0.0
				for _, q := range tr[i].P {
					if q[k] < 0 || q[k] > 1 {
						rt.Fatalf("probability %v", q[k])
					}
					sum += q[k]
				}
				if math.Abs(sum-1) > 1e-12 {
					rt.Fatalf("probabilities sum to %v", sum)
				}
			}
			for k, v := range c[i].Volume {
				if v <= 0 || c[i].Trades[k] < 1 {
					rt.Fatalf("volume %v in %d trades", v, c[i].Trades[k])
				}
			}
		}
	})
}

// TestTruthIsTheLaw compares what happened with what the truth says. Of n
// draws with probabilities p the count is sum p, give or take five times
// √(sum p (1-p)); over all bars, and over the bars of each tenth of p.
func TestTruthIsTheLaw(t *testing.T) {
	for _, edge := range []float64{0, 0.15, 1, 3} {
		for _, quiet := range []float64{0.002, 0.2} {
			_, candles, truths := simulated(t, func(p *SimParams) { p.Edge, p.Quiet, p.Years = edge, quiet, 10 })
			var want, got, noise [Classes][10]float64
			for i := range candles {
				for k, r := range returns(bars(t, &candles[i], &truths[i], 6*data.Hour)) {
					drawn := class(r, DefaultSim().Bins)
					for j := range Classes {
						q := truths[i].P[j][k]
						d := min(int(q*10), 9)
						want[j][d] += q
						noise[j][d] += q * (1 - q)
						if j == drawn {
							got[j][d]++
						}
					}
				}
			}
			for j := range Classes {
				for d := range 10 {
					if off := got[j][d] - want[j][d]; math.Abs(off) > 5*math.Sqrt(noise[j][d])+1 {
						t.Errorf("edge %v quiet %v class %d tenth %d: %v drawn, want %.0f", edge, quiet, j+1, d, got[j][d], want[j][d])
					}
				}
			}
		}
	}
}

// TestTruthFollowsFromTheCloses derives the truth again from the candles alone.
func TestTruthFollowsFromTheCloses(t *testing.T) {
	p, candles, truths := simulated(t, func(p *SimParams) { p.Years, p.Edge = 1, 1 })
	for i := range candles {
		closes := bars(t, &candles[i], &truths[i], p.Bar)
		size := make([]float64, len(closes))
		for k := 1; k < len(size); k++ {
			size[k] = math.Abs(closes[k]/closes[k-1] - 1)
		}
		for k := range closes {
			w := lawAt(&p, logs(p.Bins), closes[:k+1], size[:k+1])
			for j := range Classes {
				want := float64((1 - p.Quiet) * w.p[j])
				if j == 2 {
					want += p.Quiet
				}
				if truths[i].P[j][k] != want {
					t.Fatalf("%s bar %d class %d: %v, want %v", truths[i].Symbol, k, j+1, truths[i].P[j][k], want)
				}
			}
		}
	}
}

// TestNothingToLearn has the market without edge and clustering: one law.
func TestNothingToLearn(t *testing.T) {
	_, _, truths := simulated(t, func(p *SimParams) { p.Edge, p.Clustering = 0, 0 })
	for _, tr := range truths {
		for j := range tr.P {
			for k, q := range tr.P[j] {
				if q != truths[0].P[j][0] {
					t.Fatalf("%s bar %d class %d: %v, elsewhere %v", tr.Symbol, k, j+1, q, truths[0].P[j][0])
				}
			}
		}
	}
}

// bestShare is how often the likeliest class of the truth comes true on average.
func bestShare(truths []Truth) float64 {
	sum, n := 0.0, 0
	for _, tr := range truths {
		for k := range tr.Time {
			best := 0.0
			for j := range tr.P {
				best = max(best, tr.P[j][k])
			}
			sum += best
			n++
		}
	}
	return sum / float64(n)
}

func TestEdgeMakesTheMarketPredictable(t *testing.T) {
	last := 0.0
	for _, c := range []struct{ edge, atLeast, atMost float64 }{{0, 0.3, 0.36}, {0.15, 0.36, 0.42}, {1, 0.45, 0.6}, {3, 0.75, 0.9}} {
		_, _, truths := simulated(t, func(p *SimParams) { p.Edge = c.edge })
		got := bestShare(truths)
		if got < c.atLeast || got > c.atMost || got < last {
			t.Errorf("edge %v: the best forecast is right in %.3f of the bars", c.edge, got)
		}
		last = got
	}
}

func TestSimulatedMarketLooksLikeOne(t *testing.T) {
	p, candles, truths := simulated(t, nil)
	for i := range candles {
		c := &candles[i]
		r := returns(bars(t, c, &truths[i], p.Bar))
		size := make([]float64, len(r))
		m2, m4, mean, zero := 0.0, 0.0, 0.0, 0
		for k, x := range r {
			size[k] = math.Abs(x)
			mean += size[k] / float64(len(r))
			m2 += x * x / float64(len(r))
			m4 += x * x * x * x / float64(len(r))
			if x == 0 {
				zero++
			}
		}
		lag := func(n int) float64 {
			up, down := 0.0, 0.0
			for k := n; k < len(size); k++ {
				up += (size[k] - mean) * (size[k-n] - mean)
				down += (size[k] - mean) * (size[k] - mean)
			}
			return up / down
		}
		if a, b := lag(1), lag(20); a < 0.1 || b < 0.04 {
			t.Errorf("%s: autocorrelation of |r| is %.3f at 1 and %.3f at 20", c.Symbol, a, b)
		}
		if k := m4 / (m2 * m2); k < 5 || k > 40 {
			t.Errorf("%s: kurtosis %.1f", c.Symbol, k)
		}
		if sd := math.Sqrt(m2); sd < 0.008 || sd > 0.018 {
			t.Errorf("%s: standard deviation %.4f", c.Symbol, sd)
		}
		if zero < 5 || zero > 60 {
			t.Errorf("%s: %d returns of zero in %d bars, want about 15 quiet ones", c.Symbol, zero, len(r))
		}
		lost := len(truths[i].Time)*6 - c.Len()
		if lost < 400 || lost > 700 {
			t.Errorf("%s: %d candles are not there", c.Symbol, lost)
		}
		if slices.Min(c.Close) < c.Open[0]/100 || slices.Max(c.Close) > c.Open[0]*100 {
			t.Errorf("%s: from %v down to %v and up to %v", c.Symbol, c.Open[0], slices.Min(c.Close), slices.Max(c.Close))
		}
		loud, calm := 0.0, 0.0
		for k, v := range c.Volume {
			if (c.High[k]-c.Low[k])/c.Close[k] > 0.006 {
				loud = max(loud, v)
			} else {
				calm = max(calm, v)
			}
		}
		if loud < calm {
			t.Errorf("%s: most volume is %v in volatile candles, %v in calm ones", c.Symbol, loud, calm)
		}
	}
}

func TestSymbolsMoveTogether(t *testing.T) {
	together := func(correlation float64) float64 {
		p, c, tr := simulated(t, func(p *SimParams) { p.Correlation = correlation })
		a, b := returns(bars(t, &c[0], &tr[0], p.Bar)), returns(bars(t, &c[1], &tr[1], p.Bar))
		ab, aa, bb := 0.0, 0.0, 0.0
		for k := range a {
			ab, aa, bb = ab+a[k]*b[k], aa+a[k]*a[k], bb+b[k]*b[k]
		}
		return ab / math.Sqrt(aa*bb)
	}
	for correlation, want := range map[float64]float64{0: 0, 0.5: 0.25, 1: 0.9} { // both must share: the square, or nearly
		if got := together(correlation); math.Abs(got-want) > 0.12 {
			t.Errorf("correlation %v: returns correlate by %.3f, want about %v", correlation, got, want)
		}
	}
}

// TestSymbolsStandAlone has one symbol drawn alone and among others.
func TestSymbolsStandAlone(t *testing.T) {
	_, many, truths := simulated(t, func(p *SimParams) { p.Years = 0.2 })
	_, one, truth := simulated(t, func(p *SimParams) { p.Years = 0.2; p.Symbols = []data.Symbol{"LTC-BTC"} })
	if diff := cmp.Diff(many[2], one[0]) + cmp.Diff(truths[2], truth[0]); diff != "" {
		t.Error(diff)
	}
}

func TestSimulateRefuses(t *testing.T) {
	for want, change := range map[string]func(*SimParams){
		"start":       func(p *SimParams) { p.Start = "soon" },
		"off the":     func(p *SimParams) { p.Start = "2019-01-01T01:00" },
		"years":       func(p *SimParams) { p.Years = math.NaN() },
		"0 bars":      func(p *SimParams) { p.Years = 0 },
		"edge":        func(p *SimParams) { p.Edge = -1 },
		"clustering":  func(p *SimParams) { p.Clustering = 1.1 },
		"quiet":       func(p *SimParams) { p.Quiet = 1 },
		"correlation": func(p *SimParams) { p.Correlation = 2 },
		"bins":        func(p *SimParams) { p.Bins = []float64{0.1, 0, 0.2, 0.3} },
		"boundaries":  func(p *SimParams) { p.Bins = nil },
		"no symbols":  func(p *SimParams) { p.Symbols = nil },
		"symbol":      func(p *SimParams) { p.Symbols = []data.Symbol{"btcusd"} },
		"times":       func(p *SimParams) { p.Bar = 90 * data.Minute },
	} {
		p := DefaultSim()
		change(&p)
		if _, _, err := Simulate(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
}

func TestSimParamsAsJSON(t *testing.T) {
	text, err := json.Marshal(DefaultSim())
	if err != nil {
		t.Fatal(err)
	}
	var got SimParams
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(DefaultSim(), got); diff != "" {
		t.Error(diff)
	}
}

// digest is the SHA-256 of every bit of candles and truth.
func digest(candles []Candles, truths []Truth) string {
	h := sha256.New()
	put := func(v any) { binary.Write(h, binary.LittleEndian, v) }
	for i := range candles {
		c := &candles[i]
		put([]byte(c.Symbol))
		put(c.Time)
		for _, x := range c.floats() {
			put(*x)
		}
		put(c.Trades)
		put(c.Until)
		put(truths[i].Time)
		for _, q := range truths[i].P {
			put(q)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// TestSimulatedBits holds the digest of the default market and of others in
// testdata/digests.txt, which -update rewrites: the same on every machine.
func TestSimulatedBits(t *testing.T) {
	var b strings.Builder
	for _, c := range []struct {
		name   string
		change func(*SimParams)
	}{
		{"default", nil},
		{"seed 2", func(p *SimParams) { p.Seed, p.Years = 2, 1 }},
		{"strong", func(p *SimParams) { p.Edge, p.Clustering, p.Years = 3, 1, 1 }},
		{"daily", func(p *SimParams) { p.Bar, p.Interval, p.Years = data.Day, 15*data.Minute, 0.5 }},
	} {
		_, candles, truths := simulated(t, c.change)
		fmt.Fprintf(&b, "%s %s\n", digest(candles, truths), c.name)
	}
	const name = "testdata/digests.txt"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
