package xgb

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawnColumn draws values: few or many distinct ones, with or without gaps.
func drawnColumn(r *rand.Rand) []float32 {
	distinct := 1 + r.IntN(5000)
	if r.IntN(2) == 0 {
		distinct = 1 + r.IntN(300)
	}
	gaps := []float64{0, 0, 0.02, 0.5, 1}[r.IntN(5)]
	out := make([]float32, 1+r.IntN(6000))
	for i := range out {
		out[i] = float32(r.IntN(distinct)) - float32(distinct)/3
		if r.Float64() < gaps {
			out[i] = float32(math.NaN())
		}
	}
	return out
}

// TestCuts draws columns and checks that their bins cover them: cuts strictly
// increase, at most maxBin of them, and every value is in the bin whose cuts
// enclose it.
func TestCuts(t *testing.T) {
	var s sketch // shared, as its buffers must not leak between columns
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		values, maxBin := drawnColumn(r), 2+r.IntN(255)
		cuts := cutsOf(s.summarise(values, nil, maxBin, false), maxBin)
		if len(cuts) == 0 || len(cuts) > maxBin {
			t.Fatalf("%d cuts for max_bin %d", len(cuts), maxBin)
		}
		for i := 1; i < len(cuts); i++ {
			if !(cuts[i-1] < cuts[i]) {
				t.Fatalf("cut %d: %v after %v", i, cuts[i], cuts[i-1])
			}
		}
		for row, v := range values {
			if v != v {
				continue
			}
			b := binOf(cuts, v)
			if found := newFinder(cuts).find([4]float32{v, v, v, v})[row%4]; found != b {
				t.Fatalf("row %d: %v is in bin %d, found in %d", row, v, b, found)
			}
			if !(v < cuts[b]) || b > 0 && v < cuts[b-1] {
				t.Fatalf("row %d: %v is in bin %d of %v", row, v, b, cuts)
			}
		}
		var fresh sketch
		if again := cutsOf(fresh.summarise(values, nil, maxBin, false), maxBin); !slices.Equal(cuts, again) {
			t.Fatalf("seed %d: cuts depend on the column before", seed)
		}
	}
}

func TestRadix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float32()).Draw(t, "values")
		want := slices.Clone(values)
		slices.Sort(want)
		weights := slices.Clone(values)
		var s radix
		alone := slices.Clone(values)
		s.pairs(values, weights)
		if s.alone(alone); !slices.Equal(alone, values) {
			t.Fatalf("sorted alone %v, want %v", alone, values)
		}
		for i := range want {
			if values[i] != want[i] || weights[i] != values[i] {
				t.Fatalf("sorted %v with %v, want %v", values, weights, want)
			}
		}
	})
}

// TestSieve draws histograms and checks that the sieve never changes which
// split is found, bit by bit, against a search that judges every bin.
func TestSieve(t *testing.T) {
	stopped, found := 0, 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 3))
		pick := func(from ...float64) float64 { return from[r.IntN(len(from))] }
		u := rule{lambda: pick(0, 1e-3, 1, 50), minHess: pick(0, 0.1, 1, 10)}
		l := noLimits()
		if u.plain = seed%2 == 0; !u.plain {
			u.old, u.alpha, u.step = r.IntN(2) == 0, pick(0, 0, 0.1, 3), pick(0, 0, 0.1, 1)
			if u.bounded = r.IntN(2) == 0; u.bounded {
				u.monotone = []int8{1, -1, 0, 1, -1, 0}
				l = limits{float32(-pick(0.01, 1, 10)), float32(pick(0.01, 1, 10))}
			}
		}
		scale, signal, lost := pick(1e-3, 1, 1e4), r.Float64(), pick(0, 0, 1e-16, 0.1)

		shelves := make([]shelf, 1+r.IntN(6))
		var total pair
		for f := range shelves {
			bins := 1 + r.IntN(256)
			s := shelf{sums: make([]pair, bins), bins: make([]uint8, bins)}
			var sum pair
			for b := range s.sums {
				g := (2*r.Float64()-1)*(1-signal) + signal*math.Sin(float64(b)/40+float64(f))
				if r.IntN(20) == 0 {
					g = 0
				}
				s.sums[b], s.bins[b] = pair{scale * g, scale * r.Float64()}, uint8(b)
				sum.g += s.sums[b].g
				sum.h += s.sums[b].h
			}
			shelves[f] = s
			total = pair{sum.g * (1 + lost), sum.h * (1 + lost)}
		}
		var fast, slow gauge
		fast.reset(&u, total, u.gain(total, l), l)
		slow.reset(&u, total, u.gain(total, l), l)
		slow.sieved = false
		slow.raise()
		for f, s := range shelves {
			before := fast
			if _, passed := before.forward(&u, s, int32(f)); !passed {
				stopped++
			}
			// Only the last feature adds up to the total.
			fast.scan(&u, s, int32(f), lost < 1e-3 && f == len(shelves)-1)
			slow.scan(&u, s, int32(f), false)
		}
		if fast.best != slow.best {
			t.Fatalf("seed %d: found %+v, want %+v", seed, fast.best, slow.best)
		}
		if fast.best.loss > 0 {
			found++
		}
	}
	if stopped < 100 || found < 1000 {
		t.Errorf("%d features stopped by the sieve, %d splits found", stopped, found)
	}
}
