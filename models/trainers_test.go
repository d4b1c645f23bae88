package models

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"mantis/data/num"
)

// The columns of the suite's rows that a model must not look at: one with one
// value alone, and one without any.
const (
	constantColumn = 3
	emptyColumn    = 4
)

// suiteRows draws rows of five classes: the first two columns tell something of
// them, the third is noise, the sixth misses half of its values and tells
// something by the others.
func suiteRows(seed uint64, n int) (Matrix, []int32) {
	rng := rand.New(rand.NewPCG(seed, 1))
	x := Matrix{Names: []string{"a", "b", "noise", "constant", "empty", "holes"}, Cols: make([][]float32, 6)}
	class := make([]int32, n)
	nan := float32(math.NaN())
	for r := range class {
		k := rng.IntN(5)
		class[r] = int32(k)
		hole := float32(float64(k%2) + rng.NormFloat64())
		if rng.IntN(2) == 0 {
			hole = nan
		}
		for j, v := range []float32{float32(1e4 * (float64(k) + 2*rng.NormFloat64())), float32(1e-4 * (float64(k*k) + 5*rng.NormFloat64())), float32(rng.NormFloat64()), 7, nan, hole} {
			x.Cols[j] = append(x.Cols[j], v)
		}
	}
	return x, class
}

// suiteSettings are small enough for a test.
func suiteSettings() Settings {
	s := Defaults()
	s.NumClass, s.Rounds, s.MaxDepth, s.Forest.Trees = 5, 6, 3, 8
	return s
}

// each runs a test for every trainer.
func each(t *testing.T, test func(t *testing.T, k Kind, trainer Trainer)) {
	for _, k := range Trainers() {
		s := suiteSettings()
		t.Run(k.Name, func(t *testing.T) { test(t, k, k.New(&s)) })
	}
}

func fit(t *testing.T, trainer Trainer, x Matrix, class []int32) Model {
	t.Helper()
	m, err := trainer.Fit(context.Background(), x, class, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func encoded(t *testing.T, m Model) []byte {
	t.Helper()
	file, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func predicted(t *testing.T, m Model, x Matrix) []float64 {
	t.Helper()
	p := make([]float64, 5*x.Rows())
	if err := m.Probabilities(x, p); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTrainersAreDocumented checks what every kind must have.
func TestTrainersAreDocumented(t *testing.T) {
	s, seen := Defaults(), map[string]bool{}
	for _, k := range Trainers() {
		if k.Name == "" || k.Doc == "" || k.Code < 1 || k.New == nil || seen[k.Name] || (k.Params == nil) != (k.Search == nil) {
			t.Errorf("trainer %q lacks a name of its own, Doc, Code, New, or parameters and where to search them", k.Name)
		}
		seen[k.Name] = true
		if err := k.Check(&s); err != nil {
			t.Errorf("%s: its defaults: %v", k.Name, err)
		}
		if got, err := KindOf(k.Name); err != nil || got.Doc != k.Doc {
			t.Errorf("%s is not found: %v", k.Name, err)
		}
	}
	if _, err := KindOf("oracle"); err == nil || !strings.Contains(err.Error(), "xgboost, forest, logistic") {
		t.Errorf("an unknown trainer: %v", err)
	}
}

// TestTrainersSaveAndLoad wants the same bytes of a model at any GOMAXPROCS, and
// a model that is read to be the one that was written.
func TestTrainersSaveAndLoad(t *testing.T) {
	x, class := suiteRows(1, 1500)
	fresh, _ := suiteRows(2, 300)
	each(t, func(t *testing.T, k Kind, trainer Trainer) {
		before := runtime.GOMAXPROCS(1)
		defer runtime.GOMAXPROCS(before)
		m := fit(t, trainer, x, class)
		file, p := encoded(t, m), predicted(t, m, fresh)
		for _, n := range []int{2, 3, 8} {
			runtime.GOMAXPROCS(n)
			again := fit(t, trainer, x, class)
			if !bytes.Equal(encoded(t, again), file) {
				t.Errorf("other bytes at GOMAXPROCS %d", n)
			}
			if !slices.Equal(predicted(t, again, fresh), p) {
				t.Errorf("other probabilities at GOMAXPROCS %d", n)
			}
		}
		back, err := Decode(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(encoded(t, back), file) {
			t.Error("other bytes when written again")
		}
		if !slices.Equal(predicted(t, back, fresh), p) {
			t.Error("the model that was read predicts otherwise")
		}
		if !slices.Equal(back.Features(), x.Names) {
			t.Errorf("features %v", back.Features())
		}
		if f, err := Inspect(file); err != nil || f.Classes != 5 || f.Features != 6 || f.Format != "json" {
			t.Errorf("inspected: %+v, %v", f, err)
		}
	})
}

// TestTrainersLearn wants probabilities that are probabilities, of rows without
// any value too, and better ones than the prior's where the trainer looks at the
// columns.
func TestTrainersLearn(t *testing.T) {
	x, class := suiteRows(1, 1500)
	fresh, real := suiteRows(2, 1000)
	loss := func(p []float64) float64 {
		return find(t, Scores(real, Guess{Class: Argmax(p, 5), P: p}, 5), "log_loss", 0).Value
	}
	prior := loss(predicted(t, fit(t, priorTrainer{5}, x, class), fresh))
	each(t, func(t *testing.T, k Kind, trainer Trainer) {
		m := fit(t, trainer, x, class)
		p := predicted(t, m, fresh)
		if l := loss(p); k.Params != nil && l > 0.93*prior {
			t.Errorf("log-loss %.4f, the prior's is %.4f", l, prior)
		}
		blank := Matrix{Names: x.Names}
		for range x.Cols {
			blank.Cols = append(blank.Cols, []float32{float32(math.NaN())})
		}
		for _, p := range [][]float64{p, predicted(t, m, blank)} {
			for r := 0; r < len(p); r += 5 {
				for _, v := range p[r : r+5] {
					if !(v > 0 && v < 1) {
						t.Fatalf("row %d: %v", r/5, p[r:r+5])
					}
				}
				if math.Abs(num.Sum(p[r:r+5])-1) > 1e-9 {
					t.Fatalf("row %d: %v add up to something else", r/5, p[r:r+5])
				}
			}
		}
	})
}

// TestTrainersPassOver wants columns that told nothing in training to tell
// nothing later, whatever stands there.
func TestTrainersPassOver(t *testing.T) {
	x, class := suiteRows(1, 800)
	fresh, _ := suiteRows(2, 100)
	each(t, func(t *testing.T, k Kind, trainer Trainer) {
		m := fit(t, trainer, x, class)
		want := predicted(t, m, fresh)
		other := Matrix{Names: fresh.Names, Cols: slices.Clone(fresh.Cols)}
		for _, j := range []int{constantColumn, emptyColumn} {
			other.Cols[j] = make([]float32, fresh.Rows())
			for r := range other.Cols[j] {
				other.Cols[j][r] = float32(r) * 1e6
			}
		}
		if !slices.Equal(predicted(t, m, other), want) {
			t.Error("a column that told nothing in training matters")
		}
	})
}

// TestTrainersRefuse gives them what they must not take.
func TestTrainersRefuse(t *testing.T) {
	x, class := suiteRows(1, 200)
	each(t, func(t *testing.T, k Kind, trainer Trainer) {
		m := fit(t, trainer, x, class)
		out := make([]float64, 5*x.Rows())
		turned := Matrix{Names: slices.Clone(x.Names), Cols: x.Cols}
		turned.Names[0], turned.Names[1] = x.Names[1], x.Names[0]
		renamed := Matrix{Names: append([]string{"z"}, x.Names[1:]...), Cols: x.Cols}
		for name, other := range map[string]Matrix{"turned": turned, "renamed": renamed, "fewer": {Names: x.Names[1:], Cols: x.Cols[1:]}} {
			if err := m.Probabilities(other, out); err == nil || !strings.Contains(err.Error(), "columns differ") {
				t.Errorf("%s columns: %v", name, err)
			}
		}
		if err := m.Probabilities(x, out[1:]); err == nil {
			t.Error("too little room is taken")
		}
		none := func(int, int) {}
		if _, err := trainer.Fit(context.Background(), x, append([]int32{5}, class[1:]...), none); err == nil {
			t.Error("a sixth class is taken")
		}
		if _, err := trainer.Fit(context.Background(), Matrix{Names: x.Names, Cols: make([][]float32, 6)}, nil, none); err == nil {
			t.Error("no rows are taken")
		}
	})
}

// TestTrainersTellAndStop wants progress to rise to its end, and a fit to end
// with its context.
func TestTrainersTellAndStop(t *testing.T) {
	x, class := suiteRows(1, 800)
	each(t, func(t *testing.T, k Kind, trainer Trainer) {
		last, end := 0, -1
		if _, err := trainer.Fit(context.Background(), x, class, func(done, total int) {
			if done < last || done > total || end >= 0 && total != end {
				t.Errorf("%d of %d after %d of %d", done, total, last, end)
			}
			last, end = done, total
		}); err != nil || last != end {
			t.Errorf("ended at %d of %d, %v", last, end, err)
		}
		ctx, stop := context.WithCancel(context.Background())
		stop()
		if _, err := trainer.Fit(ctx, x, class, func(int, int) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped before it began: %v", err)
		}
		ctx, stop = context.WithCancel(context.Background())
		defer stop()
		if m, err := trainer.Fit(ctx, x, class, func(int, int) { stop() }); !errors.Is(err, context.Canceled) && k.Params != nil && k.Name != "forest" { // which has one step
			t.Errorf("stopped after its first step: %v, %v", m, err)
		}
	})
}

// TestTrainersWithoutAClass wants a class that no row has to be unlikely and not
// impossible, and the least of all rows to be enough.
func TestTrainersWithoutAClass(t *testing.T) {
	x, class := suiteRows(1, 800)
	var rows []int
	for r, k := range class {
		if k != 2 {
			rows = append(rows, r)
		}
	}
	of := func(rows []int) []int32 {
		out := make([]int32, len(rows))
		for i, r := range rows {
			out[i] = class[r]
		}
		return out
	}
	each(t, func(t *testing.T, k Kind, trainer Trainer) {
		p := predicted(t, fit(t, trainer, Pick(x, rows), of(rows)), x)
		sum := 0.0
		for r := 0; r < len(p); r += 5 {
			sum += p[r+2]
			if k.Name != "bayes" && !(p[r+2] > 0) {
				t.Fatalf("row %d: what was not seen is impossible: %v", r/5, p[r:r+5])
			}
		}
		if mean := sum / float64(x.Rows()); mean > 0.15 && k.Name != "uniform" {
			t.Errorf("what was not seen has the probability %.3f on average", mean)
		}
		for _, few := range [][]int{{0}, {0, 1, 2}} {
			for _, v := range predicted(t, fit(t, trainer, Pick(x, few), of(few)), x) {
				if !(v >= 0 && v <= 1) {
					t.Fatalf("%d rows: a probability of %v", len(few), v)
				}
			}
		}
	})
}

// FuzzDecodeOwn feeds the readers of our own formats anything: what they read
// scores, and is written and read to the same bytes.
func FuzzDecodeOwn(f *testing.F) {
	x, class := suiteRows(1, 60)
	s := suiteSettings()
	for _, k := range Trainers() {
		m, err := k.New(&s).Fit(context.Background(), x, class, func(int, int) {})
		if err != nil {
			f.Fatal(err)
		}
		file, err := m.Encode()
		if err != nil {
			f.Fatal(err)
		}
		if ownFormat(file) != "" {
			f.Add(file)
		}
	}
	f.Add([]byte(`{"format": "mantis/logistic/2"}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		format := ownFormat(file)
		if format == "" {
			return
		}
		m, err := decodeOwn(format, file)
		if err != nil {
			return
		}
		text := encoded(t, m)
		back, err := Decode(text)
		if err != nil || !bytes.Equal(encoded(t, back), text) {
			t.Fatalf("read back: %v\n%s", err, text)
		}
		rows := Matrix{Names: m.Features()}
		for i := range rows.Names {
			rows.Cols = append(rows.Cols, []float32{float32(i), float32(math.NaN())})
		}
		if err := m.Probabilities(rows, make([]float64, 2*m.NumClass())); err != nil {
			t.Fatal(err)
		}
	})
}
