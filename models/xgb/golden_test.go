package xgb

import (
	"bytes"
	"math"
	"runtime"
	"testing"
)

const goldenFolder = "testdata/golden"

// TestGolden holds the trainer, the model file and both predictions against
// XGBoost 3.4.1 in every bit.
func TestGolden(t *testing.T) {
	trees := 0
	for _, c := range readCases(t, goldenFolder) {
		t.Run(c.name, func(t *testing.T) {
			want := readTrees(t, c.model)
			got, history := c.fit(t)
			if len(got.trees) != len(want.trees) {
				t.Fatalf("%d trees, want %d", len(got.trees), len(want.trees))
			}
			same, first := matches(got, want)
			if first != "" {
				t.Errorf("%d of %d trees identical; %s", same, len(want.trees), first)
			}
			trees += same
			if n := changedMargins(t, got, c); n > 0 {
				t.Errorf("%d of %d margins differ from XGBoost's", n, len(c.margins))
			}
			if n := c.strays(got, history); n > 0 {
				t.Errorf("%d evaluations differ from XGBoost's: %v, want %v", n, history, c.history)
			}
		})
	}
	t.Logf("%d trees identical", trees)
}

// TestLeavesMargins holds the converted model against XGBoost's margins. The
// tables are the training tables, so values equal to thresholds are common.
func TestLeavesMargins(t *testing.T) {
	for _, c := range readCases(t, goldenFolder) {
		if c.params.Objective != softprobObjective || c.params.NumParallelTree > 1 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			p, err := c.train(t).Predictor()
			if err != nil {
				t.Fatal(err)
			}
			out := make([]float64, len(c.margins))
			if err := p.Margins(c.samples.X, out); err != nil {
				t.Fatal(err)
			}
			for i, m := range out {
				if d := math.Abs(m - float64(c.margins[i])); !(d <= 1e-5) {
					t.Fatalf("margin %d: %v, want %v", i, m, c.margins[i])
				}
			}
		})
	}
}

// TestSameBytesAtAnyWidth trains with 1, 2, 3 and 8 goroutines.
func TestSameBytesAtAnyWidth(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, c := range readCases(t, goldenFolder) {
		var first []byte
		for _, width := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(width)
			file, err := c.train(t).JSON()
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = file
			}
			if !bytes.Equal(file, first) {
				t.Errorf("%s: GOMAXPROCS=%d changes the model", c.name, width)
			}
		}
	}
}
