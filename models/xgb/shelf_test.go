package xgb

import (
	"math/rand/v2"
	"testing"
)

// TestPart divides drawn histograms, some bins of which belong to one child
// alone, and compares with a subtraction bin by bin.
func TestPart(t *testing.T) {
	dropped := 0
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 4))
		var d, child, parent bench
		whole := shelf{sums: make([]pair, 0, maxBins), bins: make([]uint8, 0, maxBins)}
		share := r.Float64()
		for b := range maxBins {
			if r.IntN(8) == 0 {
				continue
			}
			if r.Float64() < share {
				child[b] = pair{r.Float64() - 0.5, r.Float64()}
			}
			parent[b] = child[b]
			if r.Float64() < 0.7 || child[b].h == 0 {
				parent[b] = pair{child[b].g + 1, child[b].h + 1}
			}
			whole.sums, whole.bins = append(whole.sums, parent[b]), append(whole.bins, uint8(b))
		}
		d = child
		d[missing] = pair{1, 1}
		keep, n := seed%3 == 0, len(whole.sums)
		built, rest := d.part(whole, shelf{sums: make([]pair, maxBins), bins: make([]uint8, maxBins)}, keep)
		if d != (bench{}) {
			t.Fatal("the bench is not zero")
		}
		if keep && len(rest.sums) != n {
			t.Fatalf("keep: %d of %d bins left", len(rest.sums), n)
		}
		dropped += n - len(rest.sums)
		for name, c := range map[string]struct {
			got  shelf
			want func(b int) pair
		}{
			"built": {built, func(b int) pair { return child[b] }},
			"rest":  {rest, func(b int) pair { return pair{parent[b].g - child[b].g, parent[b].h - child[b].h} }},
		} {
			var got bench
			last := -1
			for i, b := range c.got.bins {
				if int(b) <= last {
					t.Fatalf("%s: bin %d after %d", name, b, last)
				}
				last = int(b)
				got[b] = c.got.sums[i]
			}
			for b := range maxBins {
				if got[b] != c.want(b) {
					t.Fatalf("seed %d, %s, bin %d: %v, want %v", seed, name, b, got[b], c.want(b))
				}
			}
		}
	}
	if dropped == 0 {
		t.Error("no empty bin was dropped")
	}
}

// TestGuard keeps cancelled bins just when hessians are too small to tell.
func TestGuard(t *testing.T) {
	all := make([]slope, 1000)
	for i := range all {
		all[i].h = 0.1
	}
	var g grower
	if g.guard(all); g.keep {
		t.Error("kept with hessians of 0.1")
	}
	all[500].h = 1e-16
	if g.guard(all); !g.keep {
		t.Error("not kept with a hessian of 1e-16")
	}
}

// TestSettle restores ranks that float32 rounding put out of order.
func TestSettle(t *testing.T) {
	s := []rank{{0, 4, 1, 1}, {2, 3, 1, 2}, {1, 5, 6, 3}}
	settle(s)
	for i, want := range []rank{{0, 4, 1, 1}, {2, 4, 1, 2}, {2, 8, 6, 3}} {
		if s[i] != want {
			t.Errorf("entry %d: %v, want %v", i, s[i], want)
		}
	}
}
