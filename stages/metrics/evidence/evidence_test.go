package evidence

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-9*(1+math.Abs(want)) }

// TestAgreesWithNumpy holds everything to testdata/oracle/evidence.py, which
// measures every combination from the returns themselves.
func TestAgreesWithNumpy(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "evidence.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name                string
		Blocks              int
		Trials              [][]float64
		Probability, Loss   float64
		Logits, In, Out     []float64
		Independent, Spread float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		o, err := CSCV(c.Trials, c.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if o.Probability != c.Probability || o.Loss != c.Loss || o.Bars != len(c.Trials[0])/c.Blocks {
			t.Errorf("%s: overfit %v, loss %v, want %v, %v", c.Name, o.Probability, o.Loss, c.Probability, c.Loss)
		}
		for _, x := range []struct {
			name      string
			got, want []float64
		}{{"logits", o.Logits, c.Logits}, {"in sample", o.InSample, c.In}, {"out of sample", o.OutOfSample, c.Out}} {
			if !slices.EqualFunc(x.got, x.want, near) {
				t.Errorf("%s: %s %v, want %v", c.Name, x.name, x.got, x.want)
			}
		}
		k, err := Independent(c.Trials)
		if err != nil || !near(k, c.Independent) {
			t.Errorf("%s: %v independent trials (%v), want %v", c.Name, k, err, c.Independent)
		}
		spread, err := Spread(c.Trials, 1460)
		if err != nil || !near(spread, c.Spread) {
			t.Errorf("%s: spread %v (%v), want %v", c.Name, spread, err, c.Spread)
		}
	}
	if len(cases) < 5 {
		t.Errorf("%d cases", len(cases))
	}
}

// drawTrials draws trials of returns in steps of 1/256, so that ties come.
func drawTrials(t *rapid.T) [][]float64 {
	k, n := rapid.IntRange(2, 7).Draw(t, "trials"), rapid.IntRange(12, 40).Draw(t, "bars")
	out := make([][]float64, k)
	for i := range out {
		for range n {
			out[i] = append(out[i], float64(rapid.IntRange(-8, 9).Draw(t, "return"))/256)
		}
	}
	return out
}

// TestOrderAndScaleDoNotMatter wants the same of trials in another order, and of
// each levered by a power of two, which changes no ratio.
func TestOrderAndScaleDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trials := drawTrials(t)
		blocks := rapid.SampledFrom([]int{2, 4, 6}).Draw(t, "blocks")
		o, err := CSCV(trials, blocks)
		if err != nil {
			t.Fatal(err)
		}
		other := rapid.Permutation(trials).Draw(t, "turned")
		for i, r := range other {
			scale := math.Ldexp(1, rapid.IntRange(-3, 3).Draw(t, "scale"))
			other[i] = make([]float64, len(r))
			for j, x := range r {
				other[i][j] = x * scale
			}
		}
		p, err := CSCV(other, blocks)
		if err != nil || p.Probability != o.Probability || !slices.EqualFunc(p.Logits, o.Logits, near) {
			t.Fatalf("%v (%v), turned %v", o, err, p)
		}
		if o.Probability < 0 || o.Probability > 1 || len(o.Logits) != map[int]int{2: 2, 4: 6, 6: 20}[blocks] {
			t.Fatalf("%+v", o)
		}
		a, _ := Independent(trials)
		b, _ := Independent(other)
		if !near(a, b) || a < 1-1e-9 || a > float64(len(trials))+1e-9 {
			t.Fatalf("%v independent, turned %v", a, b)
		}
	})
}

// TestSearchIsSeen: of trials that are noise, the best in one half is any in the
// other; of trials of which one has skill, it is that one.
func TestSearchIsSeen(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sum := 0.0
	const searches = 40
	for range searches {
		trials := make([][]float64, 20)
		for i := range trials {
			for range 400 {
				trials[i] = append(trials[i], rng.NormFloat64())
			}
		}
		o, err := CSCV(trials, 8)
		if err != nil {
			t.Fatal(err)
		}
		sum += o.Probability
		for j := range trials[0] {
			trials[0][j] += .5
		}
		if o, _ = CSCV(trials, 8); o.Probability > .01 {
			t.Errorf("skill: probability of overfitting %v", o.Probability)
		}
	}
	if p := sum / searches; p < .4 || p > .65 {
		t.Errorf("noise: probability of overfitting %v on average, want about a half", p)
	}
}

// TestAllAlike: of trials that are one, each is the median, and they are worth one.
func TestAllAlike(t *testing.T) {
	one := []float64{.01, -.02, .03, .01, -.01, .02, .02, -.03}
	o, err := CSCV([][]float64{one, one, one}, 2)
	if err != nil || o.Probability != 1 || o.Logits[0] != 0 {
		t.Errorf("%+v, %v", o, err)
	}
	if k, err := Independent([][]float64{one, one, one}); err != nil || !near(k, 1) {
		t.Errorf("%v, %v", k, err)
	}
}

func TestRefuses(t *testing.T) {
	a, b := []float64{.1, .2, .3, .4}, []float64{.1, .2, .3, math.NaN()}
	for _, c := range []struct {
		trials [][]float64
		blocks int
	}{{nil, 2}, {[][]float64{a}, 2}, {[][]float64{a, a[:3]}, 2}, {[][]float64{a, b}, 2}, {[][]float64{a, a}, 3}, {[][]float64{a, a}, 0}, {[][]float64{a, a}, 4}, {[][]float64{a, a}, 24}} {
		if _, err := CSCV(c.trials, c.blocks); err == nil {
			t.Errorf("%d trials in %d blocks are accepted", len(c.trials), c.blocks)
		}
	}
	if _, err := Independent([][]float64{a, b}); err == nil {
		t.Error("a trial with a null is accepted")
	}
	if _, err := Spread([][]float64{a}, 1460); err == nil {
		t.Error("one trial has a spread")
	}
}

func BenchmarkCSCV(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	trials := make([][]float64, 100)
	for i := range trials {
		for range 6000 {
			trials[i] = append(trials[i], rng.NormFloat64())
		}
	}
	for range b.N {
		if _, err := CSCV(trials, 16); err != nil {
			b.Fatal(err)
		}
	}
}
