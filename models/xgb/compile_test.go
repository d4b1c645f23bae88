package xgb

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"mantis/models/xgb/compiled"
)

// holdCompiled wants every kernel to give Walk's margins, bit by bit, and returns
// those.
func holdCompiled(t interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}, b *Booster, x Matrix) []float32 {
	t.Helper()
	want := make([]float32, x.Rows()*b.classes)
	if err := b.Walk(x, want); err != nil {
		t.Fatal(err)
	}
	for _, kernel := range compiled.Kernels() {
		p, err := b.PredictorOn(kernel)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float64, len(want))
		if err := p.Margins(x, got); err != nil {
			t.Fatal(err)
		}
		for i, m := range got {
			if math.Float64bits(m) != math.Float64bits(float64(want[i])) {
				t.Fatalf("%s: row %d, class %d: %v, want %v", kernel, i/b.classes, i%b.classes, m, want[i])
			}
		}
	}
	return want
}

// TestCompiledGoldens scores XGBoost's own models.
func TestCompiledGoldens(t *testing.T) {
	for _, c := range allGoldens(t) {
		holdCompiled(t, readTrees(t, c.model), c.samples.X)
	}
}

// TestCompiledTrained scores models trained on random tables with random
// parameters, among them deep and best-first ones, with the rows that trained
// them, so that ties are common.
func TestCompiledTrained(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(1, 400).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "cols")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		round := rapid.Bool().Draw(t, "round")
		absent := rapid.SampledFrom([]float64{0, 0.02, 0.5}).Draw(t, "absent")
		s := Samples{Label: make([]float32, rows)}
		for f := range cols {
			col := make([]float32, rows)
			for i := range col {
				v := r.NormFloat64()
				if round {
					v = math.Round(2 * v)
				}
				if col[i] = float32(v); r.Float64() < absent {
					col[i] = float32(math.NaN())
				}
			}
			s.X.Names, s.X.Cols = append(s.X.Names, string(rune('a'+f))), append(s.X.Cols, col)
		}
		p := Defaults()
		p.NumClass, p.Rounds, p.MinChildWeight = 3, rapid.IntRange(1, 6).Draw(t, "rounds"), 0
		p.MaxDepth = rapid.IntRange(1, 9).Draw(t, "depth")
		p.NumParallelTree = rapid.IntRange(1, 2).Draw(t, "parallel")
		if rapid.Bool().Draw(t, "best first") {
			p.GrowPolicy, p.MaxDepth, p.MaxLeaves = lossguide, 0, 40
		}
		for i := range s.Label {
			s.Label[i] = float32(r.IntN(3))
		}
		b, err := Train(context.Background(), s, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "dart") {
			for range b.trees {
				b.weights = append(b.weights, float32(r.Float64()))
			}
		}
		if rapid.Bool().Draw(t, "best") {
			b.attributes = map[string]string{bestIteration: "0"}
		}
		holdCompiled(t, b, s.X)
	})
}

// TestTooLargeToCompile scores a tree of more entries than can be compiled, a
// model without trees and a linear one.
func TestTooLargeToCompile(t *testing.T) {
	large := newTree(1)
	last := large.add(noParent, 0, 1)
	for v := float32(0); len(large.left) <= compiled.MaxEntries; v++ {
		l, r := large.add(last, -v, 1), large.add(last, v, 1)
		large.left[last], large.right[last], large.cond[last] = l, r, v
		last = r
	}
	x := Matrix{Names: []string{"a"}, Cols: [][]float32{{-1, 0, 0.5, 77, 8000, 1e9, float32(math.NaN())}}}
	for _, b := range []*Booster{
		{names: x.Names, classes: 1, intercept: []float32{0.5}, trees: []*tree{large}},
		{names: x.Names, classes: 2, intercept: []float32{0.5, -1}},
		{names: x.Names, classes: 1, intercept: []float32{0.5}, linear: []float32{2, 3}},
	} {
		holdCompiled(t, b, x)
	}
}
