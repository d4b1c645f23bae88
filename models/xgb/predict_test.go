package xgb

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestThresholdsAtValues scores rows that sit on, just below and just above
// thresholds: leaves itself would send a row on the threshold left.
func TestThresholdsAtValues(t *testing.T) {
	nan := float32(math.NaN())
	for _, threshold := range []float32{1.5, 0, -2, 1e-45, -1e-45, math.MaxFloat32, -math.MaxFloat32, negInf} {
		for _, defaultLeft := range []bool{true, false} {
			b := tiny()
			b.trees[0].cond[0], b.trees[0].defaultLeft[0] = threshold, defaultLeft
			on := threshold
			if threshold == negInf {
				on = -math.MaxFloat32
			}
			values := []float32{on, nan, 0, 1, -1}
			for _, v := range []float32{math.Nextafter32(on, negInf), math.Nextafter32(on, -negInf)} {
				if v-v == 0 {
					values = append(values, v)
				}
			}
			x := Matrix{Names: b.names, Cols: [][]float32{make([]float32, len(values)), values}}
			plain, fast := holdCompiled(t, b, x), make([]float64, 2*len(values))
			p, err := b.Leaves()
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Margins(x, fast); err != nil {
				t.Fatal(err)
			}
			for i, v := range values {
				want := 0.5 + 0.5 // right
				if v < threshold || v != v && defaultLeft {
					want = 0.5 - 0.25
				}
				if float64(plain[2*i]) != want || fast[2*i] != want {
					t.Errorf("threshold %v, value %v: walk %v, leaves %v, want %v", threshold, v, plain[2*i], fast[2*i], want)
				}
			}
		}
	}
}

// TestLegacySize counts the bytes of the layout, which has no other marks.
func TestLegacySize(t *testing.T) {
	want := 136 + (8 + len("multi:softprob")) + (8 + len("gbtree")) + 160 + (148 + 3*36) + (148 + 1*36) + 2*4
	if got := len(tiny().legacy()); got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
}

func TestProbabilities(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	c := readCase(t, goldenFolder+"/warmup.zip")
	p, err := c.train(t).Predictor()
	if err != nil {
		t.Fatal(err)
	}
	var first []float64
	for _, width := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(width)
		out := make([]float64, len(c.margins))
		if err := p.Probabilities(c.samples.X, out); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = out
		}
		if !slices.Equal(out, first) {
			t.Errorf("GOMAXPROCS=%d changes probabilities", width)
		}
	}
	for r := 0; r < len(first); r += 5 {
		var sum, want float64
		for k, m := range c.margins[r : r+5] {
			sum += first[r+k]
			for _, other := range c.margins[r : r+5] {
				want += math.Exp(float64(other - m))
			}
			if want = 1 / want; math.Abs(first[r+k]-want) > 1e-5 {
				t.Fatalf("row %d, class %d: %v, want %v", r/5, k, first[r+k], want)
			}
			want = 0
		}
		if math.Abs(sum-1) > 1e-14 {
			t.Fatalf("row %d adds to %v", r/5, sum)
		}
	}
}

func TestSoftmaxOfLargeMargins(t *testing.T) {
	row := []float64{1000, 1000, -1000}
	Softmax(row)
	if row[0] != 0.5 || row[1] != 0.5 || row[2] != 0 {
		t.Error(row)
	}
}

func TestOtherColumnsRefused(t *testing.T) {
	b := tiny()
	b.names = []string{"a", "b"}
	p, err := b.Predictor()
	if err != nil {
		t.Fatal(err)
	}
	col := []float32{1}
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"a"}, "missing b"},
		{[]string{"a", "b", "c"}, "not in the model c"},
		{[]string{"b", "a"}, "out of order a (column 1, want 0), b (column 0, want 1)"},
		{[]string{"a", "x"}, "missing b; not in the model x"},
		{[]string{"a", "a"}, "appears twice"},
	} {
		x := Matrix{Names: c.names}
		for range c.names {
			x.Cols = append(x.Cols, col)
		}
		for what, err := range map[string]error{
			"Margins":       p.Margins(x, make([]float64, 2)),
			"Probabilities": p.Probabilities(x, make([]float64, 2)),
			"Walk":          b.Walk(x, make([]float32, 2)),
		} {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s of %v: got %v, want %s", what, c.names, err, c.want)
			}
		}
	}
	x := Matrix{Names: b.names, Cols: [][]float32{col, col}}
	if err := p.Margins(x, make([]float64, 3)); err == nil {
		t.Error("took an output of the wrong size")
	}
	if err := p.Margins(x, make([]float64, 2)); err != nil {
		t.Error(err)
	}
}
