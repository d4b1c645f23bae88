package xgb

import (
	"bytes"
	"math"
	"runtime"
	"testing"
)

const (
	goldenFolder = "testdata/golden" // multi:softprob of xgboost-3.4
	treesFolder  = "testdata/trees"  // other objectives, shapes and constraints, of both dialects
)

// allGoldens are the cases of both folders.
func allGoldens(t testing.TB) []oracleCase {
	return append(readCases(t, goldenFolder), readCases(t, treesFolder)...)
}

// TestGolden holds the trainer, its evaluations and its predictions against
// XGBoost 3.4.1 and 1.7.6 in every bit.
func TestGolden(t *testing.T) {
	trees := 0
	for _, c := range allGoldens(t) {
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
		t.Run(c.name, func(t *testing.T) {
			p, err := c.train(t).Leaves()
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
	cases := allGoldens(t)
	for _, c := range cases[len(cases)-3:] { // and with draws
		c.name += ", drawn"
		c.params.Subsample, c.params.ColsampleByTree, c.params.ColsampleByLevel, c.params.ColsampleByNode = 0.7, 0.8, 0.8, 0.8
		cases = append(cases, c)
	}
	for _, c := range cases {
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
