package label

import (
	"math"
	"testing"

	"mantis/data"
)

var notebookBins = []float64{-0.02, -0.0025, 0.0025, 0.02}

// TestClassEdges checks that bins are closed on the right, at the edge itself
// and one float to either side.
func TestClassEdges(t *testing.T) {
	for i, edge := range notebookBins {
		for _, c := range []struct {
			x    float64
			want int64
		}{{edge, int64(i + 1)}, {math.Nextafter(edge, -1), int64(i + 1)}, {math.Nextafter(edge, 1), int64(i + 2)}} {
			if got := Class(c.x, notebookBins); got != c.want {
				t.Errorf("class of %v: %d, want %d", c.x, got, c.want)
			}
		}
	}
	if Class(-9, notebookBins) != 1 || Class(9, notebookBins) != 5 {
		t.Error("the outer classes are open-ended")
	}
}

// TestForward works a label out by hand: 100 → 101 → 99 → 99.
func TestForward(t *testing.T) {
	closes := []float64{100, 101, 99, 99}
	for _, c := range []struct {
		horizon int
		class   []int64
	}{
		{1, []int64{4, 2, 3, data.Null}}, // +1 %, -1.98 %, 0, unknown
		{2, []int64{2, 2, data.Null, data.Null}},
		{9, []int64{data.Null, data.Null, data.Null, data.Null}},
		{0, []int64{data.Null, 4, 2, 3}}, // the notebook's slip: what has happened already
	} {
		outcome, class := make([]float64, 4), make([]int64, 4)
		ReturnClass.Compute(closes, Params{Horizon: c.horizon, Bins: notebookBins}, outcome, class)
		for i := range class {
			if class[i] != c.class[i] || (outcome[i] != outcome[i]) != (class[i] == data.Null) {
				t.Errorf("horizon %d: bar %d: class %d of %v, want %d", c.horizon, i, class[i], outcome[i], c.class[i])
			}
		}
	}
}

// TestNoFutureNeeded holds every label to its horizon: nothing after bar
// t + horizon changes it.
func TestNoFutureNeeded(t *testing.T) {
	const n, at, horizon = 50, 30, 3
	p := Params{Horizon: horizon, Bins: notebookBins}
	closes, other := make([]float64, n), make([]float64, n)
	for i := range closes {
		closes[i] = 100 + float64(i*i%7)
		other[i] = closes[i]
		if i > at+horizon {
			other[i] *= 2
		}
	}
	for _, l := range All() {
		a, b, ca, cb := make([]float64, n), make([]float64, n), make([]int64, n), make([]int64, n)
		l.Compute(closes, p, a, ca)
		l.Compute(other, p, b, cb)
		for i := 0; i <= at; i++ {
			if ca[i] != cb[i] || math.Float64bits(a[i]) != math.Float64bits(b[i]) {
				t.Errorf("%s: bar %d looks further than %d bars", l.Name, i, horizon)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	for _, p := range []Params{{-1, notebookBins}, {1, nil}, {1, []float64{0, 0}}, {1, []float64{math.NaN()}}, {1, []float64{math.Inf(1)}}} {
		if p.Check() == nil {
			t.Errorf("%+v is accepted", p)
		}
	}
	if err := (Params{1, notebookBins}).Check(); err != nil {
		t.Error(err)
	}
}
