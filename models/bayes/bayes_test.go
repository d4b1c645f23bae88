package bayes

import (
	"context"
	"math"
	"testing"

	"mantis/models/xgb"
)

// TestByHand works two columns of two classes out on paper.
//
// Class 1 has a = 1, 3 and b = 5 and a hole; class 2 has a = 5, 7 and no b but
// holes, so b's own mean and variance, 5 and 0: it has one value alone, and is
// not looked at. The variance of a is 5 over all and 1 in each class; a tenth of 5
// is added.
func TestByHand(t *testing.T) {
	nan := float32(math.NaN())
	x := xgb.Matrix{Names: []string{"a", "b"}, Cols: [][]float32{{1, 3, 5, 7}, {5, nan, nan, nan}}}
	m, err := Naive{0.1}.Fit(context.Background(), x, []int32{0, 0, 1, 1}, []float64{0.25, 0.75}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	if m.Mean[0][0] != 2 || m.Mean[1][0] != 6 || m.Variance[0][0] != 1.5 || m.Variance[0][1] != 0 {
		t.Fatalf("%+v", m)
	}
	rows := xgb.Matrix{Names: x.Names, Cols: [][]float32{{4, 3, nan}, {nan, 1e9, 5}}}
	p := make([]float64, 6)
	if err := m.Probabilities(rows, p); err != nil {
		t.Fatal(err)
	}
	a, b := math.Exp(-1./3)/4, math.Exp(-9./3)*3/4 // at 3: 1 and 3 away, 2 variances being 3
	for i, want := range []float64{0.25, 0.75, a / (a + b), b / (a + b), 0.25, 0.75} {
		if math.Abs(p[i]-want) > 1e-15 {
			t.Errorf("probability %d is %v, want %v", i, p[i], want)
		}
	}
	for _, s := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if (Naive{s}).Check() == nil {
			t.Errorf("smoothing %v is accepted", s)
		}
	}
}

// TestUnseenInAClass gives a class no value of a column that others know.
func TestUnseenInAClass(t *testing.T) {
	nan := float32(math.NaN())
	x := xgb.Matrix{Names: []string{"a"}, Cols: [][]float32{{1, 3, nan, nan}}}
	m, err := Naive{1e-9}.Fit(context.Background(), x, []int32{0, 0, 1, 1}, []float64{0.5, 0.5}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	if m.Mean[1][0] != 2 || m.Variance[1][0] != m.Variance[0][0] {
		t.Errorf("%+v", m)
	}
}
