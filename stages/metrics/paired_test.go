package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestPairedByHand works four differences out on paper: 1 0 3 0 with one lag.
// Around the mean 1 they are 0 -1 2 -1; the squares sum to 6, the products of
// neighbours to -4, which count with 2 (1 - 1/2) = 1. se = sqrt(2)/4.
func TestPairedByHand(t *testing.T) {
	d := []float64{1, 0, 3, 0}
	if se := longRunOf(d, 1); math.Abs(se-math.Sqrt(2)/4) > 1e-15 {
		t.Errorf("an error of %v", se)
	}
	p := NewPaired(d, 0) // floor(4 (4/100)^(2/9)) is 1
	want := math.Erfc(1 / (math.Sqrt(2) / 4) / math.Sqrt2)
	if p.Difference != 1 || p.Lags != 1 || math.Abs(p.SE-math.Sqrt(2)/4) > 1e-15 || math.Abs(p.P-want) > 1e-12 || math.Abs(p.PLess-(1-want/2)) > 1e-12 {
		t.Errorf("%+v, want a chance of %v", p, want)
	}
	if p := NewPaired(append(d, 1, 1, 1, 1), 2); p.Lags != 4 {
		t.Errorf("%d lags for an overlap of 2", p.Lags)
	}
	for _, d := range [][]float64{nil, {1}, {2, 2, 2}} {
		if p := NewPaired(d, 0); p.P == p.P || p.PLess == p.PLess {
			t.Errorf("%v: %+v", d, p)
		}
	}
}

// TestPairedIsHonest draws differences that hang together, of mean 0, and wants
// few of them to be found different from 0.
func TestPairedIsHonest(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	found, plain := 0, 0
	const runs, n, overlap = 400, 600, 8
	for range runs {
		noise := make([]float64, n+overlap)
		for i := range noise {
			noise[i] = rng.NormFloat64()
		}
		d := make([]float64, n)
		for i := range d {
			for k := range overlap + 1 {
				if i+k < len(noise) {
					d[i] += noise[i+k]
				}
			}
		}
		if NewPaired(d, overlap).P < 0.05 {
			found++
		}
		if z := NewPaired(d, 0).Difference / longRunOf(d, 0); math.Abs(z) > 1.96 {
			plain++
		}
	}
	if share := float64(found) / runs; share > 0.13 {
		t.Errorf("%.2f of the differences of nothing are found", share)
	}
	if float64(plain)/runs < 0.3 {
		t.Errorf("without autocovariances, only %d of %d are found: the draws do not hang together", plain, runs)
	}
}

// TestHolm has its values from the definition: three chances, the least times 3.
func TestHolm(t *testing.T) {
	got := Holm([]float64{0.04, math.NaN(), 0.01, 0.03})
	for i, want := range []float64{0.06, math.NaN(), 0.03, 0.06} {
		if math.Abs(got[i]-want) > 1e-15 || (want != want) != (got[i] != got[i]) {
			t.Errorf("%v", got)
			break
		}
	}
	if Bonferroni(0.01, 5) != 0.05 || Bonferroni(0.5, 5) != 1 {
		t.Error("Bonferroni")
	}
}
