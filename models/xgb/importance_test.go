package xgb

import (
	"context"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestImportance(t *testing.T) {
	b := tiny()
	b.trees = append(b.trees, b.trees[0], b.trees[0])
	for kind, want := range map[string][]float64{
		"weight": {0, 3}, "gain": {0, 4}, "total_gain": {0, 12}, "cover": {0, 3}, "total_cover": {0, 9},
	} {
		got, err := b.Importance(kind)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", kind, err, diff)
		}
	}
	if _, err := b.Importance("beauty"); err == nil {
		t.Error("beauty is important")
	}
}

// TestPermutation shuffles a feature that decides, one that no tree tests and
// one that is the same everywhere.
func TestPermutation(t *testing.T) {
	x := Matrix{Names: []string{"decides", "unused", "constant"}, Cols: make([][]float32, 3)}
	var class []int32
	for r := range 400 {
		x.Cols[0], x.Cols[1], x.Cols[2] = append(x.Cols[0], float32(r%2)), append(x.Cols[1], float32(r)), append(x.Cols[2], 1)
		class = append(class, int32(r%2))
	}
	p := Defaults()
	p.NumClass, p.Rounds = 2, 20
	labels := make([]float32, len(class))
	for r, c := range class {
		labels[r] = float32(c)
	}
	b, err := Train(context.Background(), Samples{X: Matrix{Names: x.Names, Cols: [][]float32{x.Cols[0], x.Cols[2], x.Cols[2]}}, Label: labels}, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	got, err := b.Permutation(context.Background(), x, class, 7, 2)
	if err != nil {
		t.Fatal(err)
	}
	// A shuffle gives half of the rows the wrong answer: the loss grows by half of
	// the difference between the losses of a wrong answer and of a right one.
	margins := make([]float32, 800)
	if err := b.Walk(x, margins); err != nil {
		t.Fatal(err)
	}
	if want := math.Abs(float64(margins[0]-margins[1])) / 2; math.Abs(got[0]/want-1) > 0.2 {
		t.Errorf("%v, want about %v", got[0], want)
	}
	if got[1] != 0 || got[2] != 0 {
		t.Errorf("%v", got)
	}
	runtime.GOMAXPROCS(3)
	again, err := b.Permutation(context.Background(), x, class, 7, 2)
	if err != nil || !slices.Equal(got, again) {
		t.Errorf("%v: %v, then %v", err, got, again)
	}
	if other, _ := b.Permutation(context.Background(), x, class, 8, 2); other[0] == got[0] {
		t.Error("another seed is the same")
	}
	if _, err := b.Permutation(context.Background(), x, class[:3], 7, 1); err == nil {
		t.Error("rows without a class")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.Permutation(ctx, x, class, 7, 1); err == nil {
		t.Error("not interrupted")
	}
}
