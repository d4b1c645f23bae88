package xgb

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawValues draws a column: few or many values, runs, gaps.
func drawValues(t *rapid.T) []float32 {
	distinct := rapid.IntRange(1, 5000).Draw(t, "distinct")
	n := rapid.IntRange(1, 6000).Draw(t, "rows")
	seed := rapid.Uint64().Draw(t, "seed")
	gaps := rapid.SampledFrom([]uint64{0, 2, 50}).Draw(t, "gaps")
	out := make([]float32, n)
	for i := range out {
		seed = seed*6364136223846793005 + 1442695040888963407
		out[i] = float32(int64(seed>>33)%int64(distinct)) - float32(distinct)/3
		if gaps > 0 && seed>>40%gaps == 0 {
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
	rapid.Check(t, func(t *rapid.T) {
		values := drawValues(t)
		maxBin := rapid.IntRange(2, 256).Draw(t, "max_bin")
		cuts := cutsOf(s.summarise(values, maxBin), maxBin)
		if len(cuts) == 0 || len(cuts) > maxBin {
			t.Fatalf("%d cuts for max_bin %d", len(cuts), maxBin)
		}
		for i := 1; i < len(cuts); i++ {
			if !(cuts[i-1] < cuts[i]) {
				t.Fatalf("cut %d: %v after %v", i, cuts[i], cuts[i-1])
			}
		}
		for r, v := range values {
			if v != v {
				continue
			}
			b := int(binOf(cuts, v))
			if !(v < cuts[b]) || b > 0 && v < cuts[b-1] {
				t.Fatalf("row %d: %v is in bin %d of %v", r, v, b, cuts)
			}
		}
	})
}

func TestRadix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float32()).Draw(t, "values")
		want := slices.Clone(values)
		slices.Sort(want)
		weights := slices.Clone(values)
		var s radix
		s.pairs(values, weights)
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
	passedOver := 0
	rapid.Check(t, func(t *rapid.T) {
		u := rule{
			lambda:  rapid.SampledFrom([]float64{0, 1e-3, 1, 50}).Draw(t, "lambda"),
			minHess: rapid.SampledFrom([]float64{0, 0.1, 1, 10}).Draw(t, "min_child_weight"),
		}
		scale := rapid.SampledFrom([]float64{1e-3, 1, 1e4}).Draw(t, "scale")
		signal := rapid.Float64Range(0, 1).Draw(t, "signal")
		features := rapid.IntRange(1, 6).Draw(t, "features")
		bins := rapid.IntRange(1, 256).Draw(t, "bins")
		lost := rapid.SampledFrom([]float64{0, 1e-17, 0.1}).Draw(t, "lost")
		number := rapid.Float64Range(-1, 1)

		shelves := make([]shelf, features)
		var total pair
		for f := range shelves {
			s := shelf{make([]pair, bins), make([]uint8, bins)}
			var sum pair
			for b := range s.sums {
				g := number.Draw(t, "g")*(1-signal) + signal*math.Sin(float64(b)/40+float64(f))
				p := pair{scale * g, scale * (1 - math.Abs(number.Draw(t, "h")))}
				s.sums[b], s.bins[b] = p, uint8(b)
				sum.g += p.g
				sum.h += p.h
			}
			shelves[f] = s
			total = pair{sum.g * (1 + lost), sum.h * (1 + lost)}
		}
		var fast, slow gauge
		fast.reset(&u, total, u.gain(total))
		slow.reset(&u, total, u.gain(total))
		slow.sieved = false
		slow.raise()
		for f, s := range shelves {
			whole := lost == 0 && f == features-1
			if _, passed := fast.forward(&u, s, int32(f)); !passed {
				passedOver++
			}
			fast.scan(&u, s, int32(f), whole)
			slow.scan(&u, s, int32(f), false)
		}
		if fast.best != slow.best {
			t.Fatalf("found %+v, want %+v", fast.best, slow.best)
		}
	})
	if passedOver == 0 {
		t.Error("the sieve never stopped a feature")
	}
}
