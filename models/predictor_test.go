package models

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

// swollen is a model of three classes that the predictors cannot agree on: two
// trees of class 1 add 1e8 and take it away, in which float32 loses the intercept
// and float64 does not.
func swollen(t *testing.T) []byte {
	t.Helper()
	var file map[string]any
	if err := json.Unmarshal(fileOf(t, "xgb/testdata/files/3.4.1.zip", "softprob.json"), &file); err != nil {
		t.Fatal(err)
	}
	at := func(v any, keys ...string) any {
		for _, k := range keys {
			v = v.(map[string]any)[k]
		}
		return v
	}
	trees := at(file, "learner", "gradient_booster", "model", "trees").([]any)
	for i, value := range map[int]float64{0: 1e8, 3: -1e8} {
		left := at(trees[i], "left_children").([]any)
		cond := at(trees[i], "split_conditions").([]any)
		for n := range left {
			if left[n].(float64) < 0 {
				cond[n] = value
			}
		}
	}
	out, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// fewRows is a table for the models of the fixtures.
func fewRows(m Model) Matrix {
	return Matrix{Names: m.Features(), Cols: [][]float32{{0, 1}, {1, 0}, {float32(math.NaN()), 1}, {2, 0.5}}}
}

// TestThrough scores through both predictors, which differ by rounding.
func TestThrough(t *testing.T) {
	for _, c := range [][2]string{
		{"xgb/testdata/files/3.4.1.zip", "softprob.json"}, {"xgb/testdata/files/3.4.1.zip", "dart.ubj"},
		{"xgb/testdata/files/3.4.1.zip", "linear.json"}, {"lightgbm/testdata/files/4.7.0.zip", "multiclass.txt"},
	} {
		m, err := Decode(fileOf(t, c[0], c[1]))
		if err != nil {
			t.Fatal(err)
		}
		var of [2][]float64
		for i, name := range []string{Compiled, Leaves} {
			p, err := Through(m, name)
			if err != nil {
				t.Fatal(c, name, err)
			}
			of[i] = make([]float64, 6)
			if err := p.Probabilities(fewRows(m), of[i]); err != nil {
				t.Fatal(c, name, err)
			}
		}
		for i := range of[0] {
			if d := math.Abs(of[0][i] - of[1][i]); !(d <= 1e-6) {
				t.Errorf("%v: %v compiled, %v through leaves", c, of[0], of[1])
			}
		}
		if err := CrossCheck(m, fewRows(m), []int{0, 1}); err != nil {
			t.Errorf("%v: %v", c, err)
		}
		if _, err := Through(m, "abacus"); err == nil || !strings.Contains(err.Error(), "compiled or leaves") {
			t.Errorf("abacus: %v", err)
		}
	}
}

// TestCrossCheck meets a model on which float32 and float64 differ.
func TestCrossCheck(t *testing.T) {
	m, err := Decode(swollen(t))
	if err != nil {
		t.Fatal(err)
	}
	err = CrossCheck(m, fewRows(m), []int{1})
	var d *Disagreement
	if !errors.As(err, &d) || d.Row != 1 || d.Class != 0 || d.Compiled != 0 || math.Abs(d.Leaves) < 0.1 {
		t.Errorf("got %v, %+v", err, d)
	}
	through, err := Through(m, Leaves)
	if err != nil {
		t.Fatal(err)
	}
	if err := CrossCheck(through, fewRows(m), []int{0, 1}); err != nil {
		t.Errorf("leaves disagrees with itself: %v", err)
	}
}

type fixed []float64

func (f fixed) Margins(_ Matrix, out []float64) error {
	copy(out, f)
	return nil
}

// TestCrossCheckLimit allows 1e-5, and 4e-9 a tree where that is more.
func TestCrossCheckLimit(t *testing.T) {
	for _, c := range []struct {
		trees   int
		a, b    float64
		differs bool
	}{
		{2500, 1, 1 + 0.9e-5, false}, {2500, 1, 1 + 1.1e-5, true}, {2500, 1 + 1.1e-5, 1, true}, {1, 1, 1 + 0.9e-5, false},
		{10000, 1, 1 + 3.9e-5, false}, {10000, 1, 1 + 4.1e-5, true},
		{1, math.NaN(), 1, true}, {1, 1, math.NaN(), true}, {1, math.Inf(1), 1, true},
	} {
		err := crossCheck(fixed{0, 0, 0, c.a}, fixed{0, 0, 0, c.b}, c.trees, 2, Matrix{}, []int{5, 7})
		var d *Disagreement
		if errors.As(err, &d) != c.differs || c.differs && (d.Row != 7 || d.Class != 1) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
