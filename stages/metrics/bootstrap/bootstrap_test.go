package bootstrap

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestAgreesWithNumpy holds draws, resamples and lengths to what
// testdata/oracle/bootstrap.py makes of their descriptions.
func TestAgreesWithNumpy(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "bootstrap.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Draws []struct {
			Seed    uint64
			K       int
			Numbers []uint64
		}
		Resamples []struct {
			Seed    uint64
			Block   float64
			K, N    int
			Indices []int
		}
		Lengths []struct {
			Name   string
			X      []float64
			Length float64
		}
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for _, c := range want.Draws {
		d := drawsOf(c.Seed, c.K)
		for i, n := range c.Numbers {
			if got := d.next(); got != n {
				t.Errorf("seed %d, resample %d: number %d is %d, want %d", c.Seed, c.K, i, got, n)
			}
		}
	}
	for _, c := range want.Resamples {
		got := Stationary{Seed: c.Seed, Block: c.Block}.Indices(c.K, c.N)
		if diff := cmp.Diff(c.Indices, got); diff != "" {
			t.Errorf("seed %d, block %v, resample %d of %d: %s", c.Seed, c.Block, c.K, c.N, diff)
		}
	}
	for _, c := range want.Lengths {
		if got := Length(c.X); math.Abs(got/c.Length-1) > 1e-10 {
			t.Errorf("%s: a length of %v, want %v", c.Name, got, c.Length)
		}
	}
	if len(want.Draws) < 3 || len(want.Resamples) < 6 || len(want.Lengths) < 6 {
		t.Error("too few cases")
	}
}

// TestRunsAreBars wants runs within the bars, as many in all as there are, and
// the same whoever asks.
func TestRunsAreBars(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Stationary{Seed: rapid.Uint64().Draw(t, "seed"), Block: rapid.Float64Range(1, 50).Draw(t, "block")}
		n, k := rapid.IntRange(1, 60).Draw(t, "bars"), rapid.IntRange(0, 1_000_000).Draw(t, "resample")
		total := 0
		s.Runs(k, n, func(from, length int) {
			if from < 0 || length < 1 || from+length > n {
				t.Fatalf("a run of %d from %d of %d", length, from, n)
			}
			total += length
		})
		if total != n {
			t.Fatalf("%d bars of %d", total, n)
		}
		if diff := cmp.Diff(s.Indices(k, n), s.Indices(k, n)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestRunsAreGeometric holds the share of bars that follow the one before to
// 1 - 1/Block, and the share of each bar to that of all others.
func TestRunsAreGeometric(t *testing.T) {
	const n, resamples = 50, 20_000
	for _, block := range []float64{1, 1.5, 4, 20} {
		s := Stationary{Seed: 3, Block: block}
		follow, pairs := 0, 0
		var count [n]int
		for k := range resamples {
			x := s.Indices(k, n)
			for i, bar := range x {
				count[bar]++
				if i > 0 {
					pairs++
					if bar == (x[i-1]+1)%n {
						follow++
					}
				}
			}
		}
		want := 1 - 1/block + 1/block/n // by chance, too
		if got := float64(follow) / float64(pairs); math.Abs(got-want) > 0.002 {
			t.Errorf("block %v: %v of the bars follow, want %v", block, got, want)
		}
		for bar, c := range count {
			if math.Abs(float64(c)/resamples-1) > 0.01*math.Sqrt(6*block) {
				t.Errorf("block %v: bar %d comes %d times in %d", block, bar, c, resamples)
			}
		}
	}
}

func TestLengthAtItsEnds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	x := make([]float64, 2000)
	for i := range x {
		x[i] = rng.NormFloat64()
		if i > 0 {
			x[i] += 0.999 * x[i-1]
		}
	}
	if got, most := Length(x), math.Ceil(3*math.Sqrt(2000)); !(got > 40 && got <= most) {
		t.Errorf("a walk has %v, want much and at most %v", got, most)
	}
	for _, x := range [][]float64{nil, {1, 2, 3}, {1, 1, 1, 1, 1, 1}, {0, 1, 0, 1, 0, 1, 0, 1}} {
		if got := Length(x); !(got >= 1 && got <= float64(len(x)+1)) {
			t.Errorf("%v has %v", x, got)
		}
	}
}
