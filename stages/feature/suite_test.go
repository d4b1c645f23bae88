package feature

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"mantis/data/num"
)

// wander makes n bars of a random walk that has everything a feature may
// stumble over: quiet bars, zero returns, bars without volume, jumps.
func wander(seed uint64, n int) Bars {
	r := rand.New(rand.NewPCG(seed, 1))
	b := Bars{Time: make([]int64, n), Known: make([]int64, n), Stale: make([]int64, n)}
	for _, col := range []*[]float64{&b.Open, &b.High, &b.Low, &b.Close, &b.Volume} {
		*col = make([]float64, n)
	}
	price, quiet := 100.0, 0
	for t := range n {
		b.Time[t], b.Known[t] = int64(t)*21_600_000_000, int64(t+1)*21_600_000_000
		if quiet == 0 && r.IntN(20) == 0 {
			quiet = 1 + r.IntN(5)
		}
		if t > 0 && quiet > 0 {
			quiet--
			b.Open[t], b.High[t], b.Low[t], b.Close[t] = price, price, price, price
			b.Stale[t] = b.Stale[t-1] + 1
			continue
		}
		b.Open[t] = price
		price *= 1 + float64(0.02*(r.Float64()-0.5))
		if r.IntN(50) == 0 {
			price *= 1.2
		}
		if r.IntN(15) == 0 {
			price = b.Open[t]
		}
		b.Close[t] = price
		b.High[t] = max(b.Open[t], price) * (1 + float64(0.01*r.Float64()))
		b.Low[t] = min(b.Open[t], price) * (1 - float64(0.01*r.Float64()))
		b.Volume[t] = 10 * r.Float64() * float64(r.IntN(4))
	}
	b.Hub = elsewhere(r, n, 30)
	for _, late := range []int{0, 60, 100} {
		b.Alts = append(b.Alts, elsewhere(r, n, late))
	}
	return b.Started()
}

// elsewhere makes closes of another market over n bars: it begins later, pauses
// now and then, and is closed for three bars.
func elsewhere(r *rand.Rand, n, late int) []float64 {
	out, price := make([]float64, n), 10.0
	for t := range out {
		if r.IntN(10) > 0 {
			price *= 1 + float64(0.02*(r.Float64()-0.5))
		}
		if out[t] = price; t < late || t/3 == 80 {
			out[t] = num.NaN()
		}
	}
	return out
}

func compute(f *Feature, b Bars) []float64 {
	out := make([]float64, b.Len())
	f.Compute(b, out)
	return out
}

// same compares bit for bit.
func same(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

// TestNoLookAhead holds every feature to its past.
func TestNoLookAhead(t *testing.T) {
	for _, f := range append(All(), Outside(gossip(1, 400))) {
		if fault := looksAhead(f, f); fault != "" {
			t.Errorf("%s: %s", f.Name, fault)
		}
	}
	peek := &Feature{Compute: func(b Bars, out []float64) { copy(out, b.Close[1:]) }}
	centred := &Feature{Compute: func(b Bars, out []float64) {
		for t := range out {
			out[t] = b.Close[t] / num.Mean(b.Close)
		}
	}}
	elsewhere := &Feature{Compute: func(b Bars, out []float64) { copy(out, b.Alts[1][1:]) }}
	for _, f := range []*Feature{peek, centred, elsewhere} {
		if looksAhead(f, f) == "" {
			t.Error("a feature that looks ahead is not caught")
		}
	}
}

// looksAhead tells where what a feature says up to a bar changes, by as much
// as a bit, when the bars after it do, and the feature is the one that it becomes
// when what is said outside after that bar is another thing.
func looksAhead(f, becomes *Feature) string {
	const n, at = 400, 250
	past, other := wander(1, n), wander(2, n)
	pairs := [][2][]float64{{past.Open, other.Open}, {past.High, other.High}, {past.Low, other.Low}, {past.Close, other.Close}, {past.Volume, other.Volume}, {past.Hub, other.Hub}}
	for i := range past.Alts {
		pairs = append(pairs, [2][]float64{past.Alts[i], other.Alts[i]})
	}
	for _, cols := range pairs {
		copy(cols[1][:at], cols[0][:at])
	}
	copy(other.Stale[:at], past.Stale[:at])
	other = other.Started()
	x, y := compute(f, past), compute(becomes, other)
	for i := range at {
		if !same(x[i], y[i]) {
			return fmt.Sprintf("bar %d is %v, and %v when the bars from %d on differ", i, x[i], y[i], at)
		}
	}
	return ""
}

// TestLiveIsBatch computes every feature bar by bar, as live trading would,
// and demands the bits of the whole history at once.
func TestLiveIsBatch(t *testing.T) {
	for _, f := range append(All(), Outside(gossip(2, 300))) {
		if f.LookBack < 1 {
			t.Fatalf("%s: look-back %d", f.Name, f.LookBack)
		}
		if fault := differsLive(f); fault != "" {
			t.Errorf("%s: %s", f.Name, fault)
		}
	}
	short := &Feature{LookBack: 7, Compute: func(b Bars, out []float64) { copy(out, change(b.Close, 7)) }}
	running := &Feature{LookBack: 5, Compute: func(b Bars, out []float64) { // a running sum, whose bits depend on the start
		sum := 0.0
		for t, v := range b.Close {
			sum += v
			if t >= 5 {
				sum -= b.Close[t-5]
			}
			out[t] = sum
			if t < 4 {
				out[t] = num.NaN()
			}
		}
	}}
	for _, f := range []*Feature{short, running} {
		if differsLive(f) == "" {
			t.Error("a feature that needs more than its look-back is not caught")
		}
	}
}

// differsLive tells where a feature's last value from its look-back of bars
// alone is not the one of the whole history.
func differsLive(f *Feature) string {
	const n = 300
	b := wander(3, n)
	batch := compute(f, b)
	for at := 1; at <= n; at++ {
		from := max(0, at-f.LookBack)
		live := compute(f, b.Slice(from, at))
		if !same(live[len(live)-1], batch[at-1]) {
			return fmt.Sprintf("bar %d is %v from %d bars alone, %v from all", at-1, live[len(live)-1], at-from, batch[at-1])
		}
	}
	return ""
}

// TestLookBackIsNeeded shows that a declared look-back is no longer than it
// has to be: with one bar less, the value is another one or none.
func TestLookBackIsNeeded(t *testing.T) {
	b := wander(4, 400)
	for _, f := range All() {
		if f.LookBack == 1 {
			continue
		}
		batch, differs := compute(f, b), false
		for at := f.LookBack; at <= b.Len() && !differs; at++ {
			short := compute(f, b.Slice(at-f.LookBack+1, at))
			differs = !same(short[len(short)-1], batch[at-1])
		}
		if !differs {
			t.Errorf("%s: declares a look-back of %d bars and does with less", f.Name, f.LookBack)
		}
	}
}

// TestAnchoredDependsOnStart shows that a feature is called anchored for a
// reason.
func TestAnchoredDependsOnStart(t *testing.T) {
	b := wander(5, 200)
	for _, f := range All() {
		if !f.Anchored {
			continue
		}
		whole, tail := compute(f, b), compute(f, b.Slice(100, 200).Started())
		if same(whole[199], tail[99]) {
			t.Errorf("%s: says the same wherever history starts", f.Name)
		}
	}
}

// TestFinite holds every feature to a finite value or none, on bars with quiet
// stretches and zero returns, and to leaving its bars alone.
func TestFinite(t *testing.T) {
	b, untouched := wander(6, 2000), wander(6, 2000)
	for _, f := range All() {
		out, there := compute(f, b), 0
		for i, v := range out {
			if math.IsInf(v, 0) {
				t.Errorf("%s: bar %d is %v", f.Name, i, v)
				break
			}
			if v == v {
				there++
			}
		}
		if there < 10 {
			t.Errorf("%s: has a value in %d of %d bars only", f.Name, there, len(out))
		}
	}
	for i := range b.Close {
		if !same(b.Close[i], untouched.Close[i]) || !same(b.Volume[i], untouched.Volume[i]) {
			t.Fatal("a feature changed its bars")
		}
	}
}

// TestNames checks that the notebook's 25 columns are there, that every
// feature is documented, and that no name is taken twice.
func TestNames(t *testing.T) {
	notebook := []string{"returns", "cum_returns", "log_price", "log_returns"}
	for _, k := range []string{"2", "3", "4", "7", "30"} {
		notebook = append(notebook, "price_velocity_"+k, "rolling_mean_velocity_"+k, "rolling_mean_acceleration_"+k)
	}
	for _, k := range []string{"1", "2", "3", "4", "7", "30"} {
		notebook = append(notebook, "price_acceleration_"+k)
	}
	if len(notebook) != 25 {
		t.Fatalf("the notebook has 25 columns, not %d", len(notebook))
	}
	byName := map[string]*Feature{}
	for _, f := range All() {
		if byName[f.Name] != nil || f.Doc == "" || f.Code < 1 {
			t.Errorf("%s: taken twice, or without Doc or Code", f.Name)
		}
		byName[f.Name] = f
	}
	for _, name := range notebook {
		if byName[name] == nil {
			t.Errorf("the notebook's %s is missing", name)
		}
	}
	for name, offered := range map[string]bool{"cum_returns": false, "log_price": false, "returns": true} {
		if byName[name].Offered() != offered {
			t.Errorf("%s: offered to models: %t", name, !offered)
		}
	}
}

func BenchmarkFeatures(b *testing.B) {
	for name, features := range map[string][]*Feature{"default": Default(), "all": All()} {
		b.Run(name, func(b *testing.B) {
			bars := wander(7, 10_000)
			out := make([]float64, bars.Len())
			b.ReportAllocs()
			for b.Loop() {
				for _, f := range features {
					f.Compute(bars, out)
				}
			}
			b.ReportMetric(float64(bars.Len())*float64(b.N)/b.Elapsed().Seconds(), "bars/s")
		})
	}
}
