package xgb

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestParamsCheck(t *testing.T) {
	if err := Defaults().Check(); err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	for _, c := range []struct {
		name   string
		change func(p *Params)
	}{
		{"eta", func(p *Params) { p.Eta = 0 }},
		{"eta", func(p *Params) { p.Eta = nan }},
		{"eta", func(p *Params) { p.Eta = 1e-60 }},
		{"lambda", func(p *Params) { p.Lambda = -1 }},
		{"gamma", func(p *Params) { p.Gamma = math.Inf(1) }},
		{"min_child_weight", func(p *Params) { p.MinChildWeight = nan }},
		{"alpha", func(p *Params) { p.Alpha = -1 }},
		{"max_delta_step", func(p *Params) { p.MaxDeltaStep = nan }},
		{"max_depth", func(p *Params) { p.MaxDepth = -1 }},
		{"max_leaves", func(p *Params) { p.MaxLeaves = -1 }},
		{"max_bin", func(p *Params) { p.MaxBin = 65536 }},
		{"grow_policy", func(p *Params) { p.GrowPolicy = "" }},
		{"objective", func(p *Params) { p.Objective = "rank:ndcg" }},
		{"num_class", func(p *Params) { p.Objective = logisticObjective }},
		{"base_score", func(p *Params) { p.BaseScore = math.Inf(-1) }},
		{"base_score", func(p *Params) { p.Objective, p.NumClass, p.BaseScore = logisticObjective, 0, 1 }},
		{"scale_pos_weight", func(p *Params) { p.ScalePosWeight = 2 }},
		{"scale_pos_weight", func(p *Params) { p.Objective, p.NumClass, p.ScalePosWeight = squaredObjective, 0, -1 }},
		{"num_parallel_tree", func(p *Params) { p.NumParallelTree = 0 }},
		{"subsample", func(p *Params) { p.Subsample = 0 }},
		{"colsample_bytree", func(p *Params) { p.ColsampleByTree = 1.5 }},
		{"colsample_bylevel", func(p *Params) { p.ColsampleByLevel = nan }},
		{"colsample_bynode", func(p *Params) { p.ColsampleByNode = -1 }},
		{"monotone_constraints: f00 2", func(p *Params) { p.MonotoneConstraints = map[string]int{"f00": 2} }},
		{"eval_metric", func(p *Params) { p.EvalMetric = "logloss" }},
		{"early_stopping_rounds", func(p *Params) { p.EarlyStopping = -1 }},
		{"max_bin", func(p *Params) { p.MaxBin = 1 }},
		{"num_boost_round", func(p *Params) { p.Rounds = 0 }},
		{"num_class", func(p *Params) { p.NumClass = 1 }},
		{"dialect", func(p *Params) { p.Dialect = "xgboost-3.3" }},
	} {
		p := Defaults()
		c.change(&p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: %+v: got %v", c.name, p, err)
		}
		if _, err := Train(context.Background(), drawn(50, 2, 1), p, nil); err == nil {
			t.Errorf("%s: Train took %+v", c.name, p)
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		want   string
		change func(x *Matrix, class *[]float32)
	}{
		{"column f01, row 7: infinite", func(x *Matrix, _ *[]float32) { x.Cols[1][7] = inf }},
		{"column f01, row 7: infinite", func(x *Matrix, _ *[]float32) { x.Cols[1][7] = -inf }},
		{"no columns", func(x *Matrix, _ *[]float32) { *x = Matrix{} }},
		{"2 names for 1 columns", func(x *Matrix, _ *[]float32) { x.Cols = x.Cols[:1] }},
		{"column f01 has 49 rows", func(x *Matrix, _ *[]float32) { x.Cols[1] = x.Cols[1][:49] }},
		{"appears twice", func(x *Matrix, _ *[]float32) { x.Names[1] = x.Names[0] }},
		{"has no name", func(x *Matrix, _ *[]float32) { x.Names[1] = "" }},
		{"not UTF-8", func(x *Matrix, _ *[]float32) { x.Names[1] = "a\xff" }},
		{"holds one of", func(x *Matrix, _ *[]float32) { x.Names[1] = "a<b" }},
		{"49 labels for 50 rows", func(_ *Matrix, class *[]float32) { *class = (*class)[:49] }},
		{"row 3: class 5 of 5", func(_ *Matrix, class *[]float32) { (*class)[3] = 5 }},
		{"row 3: class -1 of 5", func(_ *Matrix, class *[]float32) { (*class)[3] = -1 }},
		{"no rows", func(x *Matrix, class *[]float32) {
			x.Cols, *class = [][]float32{{}, {}}, nil
		}},
	} {
		s := drawn(50, 2, 1)
		c.change(&s.X, &s.Label)
		_, err := Train(context.Background(), s, Defaults(), nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestTrainRefusesMore refuses labels, weights, constraints and validation rows
// that do not fit.
func TestTrainRefusesMore(t *testing.T) {
	for _, c := range []struct {
		want   string
		change func(s, valid *Samples, p *Params)
	}{
		{"class 1.5 of 5", func(s, _ *Samples, _ *Params) { s.Label[3] = 1.5 }},
		{"row 3: label 2: binary:logistic", func(s, _ *Samples, p *Params) { p.Objective, p.NumClass, s.Label[3] = logisticObjective, 0, 2 }},
		{"row 0: label NaN", func(s, _ *Samples, p *Params) {
			p.Objective, p.NumClass, s.Label[0] = squaredObjective, 0, float32(math.NaN())
		}},
		{"49 weights for 50 rows", func(s, _ *Samples, _ *Params) { s.Weight = make([]float32, 49) }},
		{"every row has weight 0", func(s, _ *Samples, _ *Params) { s.Weight = make([]float32, 50) }},
		{"row 1: weight -1", func(s, _ *Samples, _ *Params) { s.Weight = make([]float32, 50); s.Weight[1] = -1 }},
		{"monotone_constraints: there is no column x", func(_, _ *Samples, p *Params) { p.MonotoneConstraints = map[string]int{"x": 1} }},
		{"interaction_constraints: there is no column x", func(_, _ *Samples, p *Params) { p.InteractionConstraints = [][]string{{"f00", "x"}} }},
		{"validation rows: xgb: row 3: class 7", func(_, valid *Samples, _ *Params) { valid.Label[3] = 7 }},
		{"other columns", func(_, valid *Samples, _ *Params) { valid.X.Names[0] = "x" }},
	} {
		s, valid, p := drawn(50, 2, 1), drawn(50, 2, 2), Defaults()
		for r := range s.Label {
			s.Label[r] = min(s.Label[r], 1)
		}
		c.change(&s, &valid, &p)
		for r := range valid.Label {
			if !p.multi() {
				valid.Label[r] = 0
			}
		}
		_, _, err := TrainValid(context.Background(), s, valid, p, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	p := Defaults()
	p.EarlyStopping = 2
	if _, err := Train(context.Background(), drawn(50, 2, 1), p, nil); err == nil || !strings.Contains(err.Error(), "early_stopping_rounds") {
		t.Errorf("early stopping without rows to validate on: %v", err)
	}
}

func TestProgress(t *testing.T) {
	s := drawn(200, 3, 1)
	p := Defaults()
	p.Rounds = 4
	var seen []int
	b, err := Train(context.Background(), s, p, func(round int) { seen = append(seen, round) })
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != 4 || seen[0] != 1 || seen[3] != 4 || b.Rounds() != 4 || b.NumClass() != 5 {
		t.Errorf("progress %v, %d rounds, %d classes", seen, b.Rounds(), b.NumClass())
	}
}

func TestCancel(t *testing.T) {
	s := drawn(3000, 10, 1)
	p := Defaults()
	p.Rounds = 100_000
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Train(ctx, s, p, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	var asked time.Time
	_, err := Train(ctx, s, p, func(round int) {
		if round == 2 {
			asked = time.Now()
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled in round 2: %v", err)
	}
	if d := time.Since(asked); d > 5*time.Second {
		t.Errorf("returned %v after the cancellation", d)
	}
}

// TestOneRow trains where nothing can be split.
func TestOneRow(t *testing.T) {
	p := Defaults()
	p.Rounds, p.MinChildWeight = 2, 0
	b, err := Train(context.Background(), Samples{X: Matrix{Names: []string{"a"}, Cols: [][]float32{{1}}}, Label: []float32{3}}, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, tree := range b.trees {
		if len(tree.left) != 1 {
			t.Errorf("tree %d has %d entries", i, len(tree.left))
		}
	}
}

// TestNegativeZero trains on zeros of both signs, which count as one value.
func TestNegativeZero(t *testing.T) {
	zero := math.Float32frombits(1 << 31)
	var s sketch
	cuts := cutsOf(s.summarise([]float32{-1, zero, 0, zero, 1}, nil, 256, false), 256)
	if len(cuts) != 3 || math.Float32bits(cuts[0]) != 0 {
		t.Errorf("cuts %v, want 0, 1 and the end", cuts)
	}
}

// TestEmptyChild trains until a side of a split may hold rounding noise and no
// rows, which no minimum weight forbids.
func TestEmptyChild(t *testing.T) {
	s := drawn(300, 4, 9)
	for r := range s.Label {
		s.Label[r] = float32(r % 2)
		s.X.Cols[0][r] = float32(r % 2)
	}
	p := Defaults()
	p.NumClass, p.Rounds, p.MinChildWeight, p.Lambda, p.Eta = 2, 200, 0, 0, 1
	b, err := Train(context.Background(), s, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, tree := range b.trees {
		if err := tree.check(4); err != nil {
			t.Errorf("tree %d: %v", i, err)
		}
	}
}
