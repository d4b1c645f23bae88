package xgb

import (
	"context"
	"math"
	"slices"
	"testing"
)

func TestSampler(t *testing.T) {
	u := &rule{rows: 0.3, byTree: 0.5, byLevel: 0.5, byNode: 0.5, seed: 7}
	const columns, trees = 40, 400
	var counts [columns]int
	for tree := range trees {
		s := sampler{rule: u, columns: columns, tree: uint64(tree)}
		s.byTree = s.choose(nil, u.byTree, drawTree, 0)
		level := s.choose(s.byTree, u.byLevel, drawLevel, 3)
		node := s.sight(3, 12, nil)
		if !level.within(s.byTree) || !node.within(level) {
			t.Fatalf("tree %d: node %b, level %b, tree %b", tree, node, level, s.byTree)
		}
		size := 0
		for f := range columns {
			if s.byTree.has(f) {
				counts[f]++
			}
			if node.has(f) {
				size++
			}
		}
		if size != 5 {
			t.Fatalf("%d features in a node, want 5", size)
		}
		if again := s.sight(3, 12, nil); !slices.Equal(node, again) {
			t.Fatal("a draw is another the second time")
		}
	}
	for f, n := range counts {
		if math.Abs(float64(n)-trees/2) > 5*math.Sqrt(trees)/2 {
			t.Errorf("feature %d is in %d of %d trees", f, n, trees)
		}
	}

	all := make([]slope, 20_000)
	for i := range all {
		all[i] = slope{1, 1}
	}
	g := grower{rule: *u, data: &binned{columns: make([]column, columns)}}
	sum := 0.0
	for _, p := range g.sample(all, 3) {
		sum += float64(p.h)
	}
	if math.Abs(sum/20_000-0.3) > 0.02 {
		t.Errorf("%v of 20000 rows, want 0.3 of them", sum)
	}
}

// TestSeed trains with draws: another seed is another model, the same is not.
func TestSeed(t *testing.T) {
	s, p := drawn(400, 6, 3), Defaults()
	p.Rounds, p.Subsample, p.ColsampleByNode = 3, 0.5, 0.5
	var files []string
	for _, seed := range []int64{1, 2, 1} {
		p.Seed = seed
		b, err := Train(context.Background(), s, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		file, err := b.JSON()
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, string(file))
	}
	if files[0] == files[1] || files[0] != files[2] {
		t.Error("the seed does not decide the model")
	}
}
