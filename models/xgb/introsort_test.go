package xgb

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestIntrosort sorts drawn values, and checks that each keeps its weight. The
// order of equal ones is held by the golden cases with weights.
func TestIntrosort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "n")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 5))
		distinct := rapid.IntRange(1, 300).Draw(t, "distinct")
		values, weights := make([]float32, n), make([]float32, n)
		key := func(i int) float32 { return float32(i * 7919 % distinct) }
		for i, k := range r.Perm(n) {
			values[i], weights[i] = key(k), float32(k)
		}
		if rapid.Bool().Draw(t, "heap") {
			weighed{values, weights}.heapsort()
		} else {
			introsort(values, weights)
		}
		if !slices.IsSorted(values) {
			t.Fatalf("not sorted: %v", values)
		}
		for i, w := range weights {
			if values[i] != key(int(w)) {
				t.Fatalf("value %v has the weight of %v", values[i], key(int(w)))
			}
		}
		slices.Sort(weights)
		for i, w := range weights {
			if int(w) != i {
				t.Fatalf("weights were lost: %v", weights)
			}
		}
	})
}
