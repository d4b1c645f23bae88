package models

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"mantis/models/xgb"
)

const constantFormat = "mantis/constant/1"

// constant says the same of every row. Its file is one JSON object:
//
//	{"format": "mantis/constant/1", "features": ["a"], "probabilities": [0.4, 0.6]}
type constant struct {
	Format string    `json:"format"`
	Names  []string  `json:"features"`
	P      []float64 `json:"probabilities"`
}

// priorTrainer trains the class prior: the shares of the classes in the rows
// that train, whatever the columns say. uniformTrainer does not look at the rows
// either.
type priorTrainer struct{ classes int }

type uniformTrainer struct{ classes int }

// Fit is Shares of the classes.
func (t priorTrainer) Fit(ctx context.Context, x Matrix, class []int32, progress func(done, total int)) (Model, error) {
	p, err := sharesOf(class, t.classes)
	if err != nil {
		return nil, err
	}
	return newConstant(ctx, x, p, progress)
}

// Fit gives every class the same.
func (t uniformTrainer) Fit(ctx context.Context, x Matrix, class []int32, progress func(done, total int)) (Model, error) {
	if _, err := sharesOf(class, t.classes); err != nil {
		return nil, err
	}
	return newConstant(ctx, x, slices.Repeat([]float64{1 / float64(t.classes)}, t.classes), progress)
}

func newConstant(ctx context.Context, x Matrix, p []float64, progress func(done, total int)) (Model, error) {
	if err := x.Check(); err != nil {
		return nil, err
	}
	progress(1, 1)
	return &constant{constantFormat, slices.Clone(x.Names), p}, ctx.Err()
}

// sharesOf are Shares of rows of classes 0 to classes-1.
func sharesOf(class []int32, classes int) ([]float64, error) {
	if classes < 2 || len(class) == 0 {
		return nil, fmt.Errorf("%d rows of %d classes: want a row, and 2 classes or more", len(class), classes)
	}
	counts := make([]int, classes)
	for r, k := range class {
		if k < 0 || int(k) >= classes {
			return nil, fmt.Errorf("row %d: class %d of %d", r, k, classes)
		}
		counts[k]++
	}
	return Shares(counts), nil
}

// Shares is Prior where every class has rows. Where one has none, each counts
// half a row more, so that what was not seen is not impossible.
func Shares(counts []int) []float64 {
	if !slices.Contains(counts, 0) {
		return Prior(counts)
	}
	more := make([]int, len(counts))
	for k, n := range counts {
		more[k] = 2*n + 1
	}
	return Prior(more)
}

func (m *constant) Encode() ([]byte, error) {
	raw, err := json.Marshal(m)
	return append(raw, '\n'), err
}

func (m *constant) Features() []string { return slices.Clone(m.Names) }

func (m *constant) NumClass() int { return len(m.P) }

func (m *constant) Probabilities(x Matrix, out []float64) error {
	if err := x.Fits(m.Names); err != nil {
		return err
	}
	if len(out) != x.Rows()*len(m.P) {
		return fmt.Errorf("room for %d values, want %d", len(out), x.Rows()*len(m.P))
	}
	for i := range out {
		out[i] = m.P[i%len(m.P)]
	}
	return nil
}

func readConstant(file []byte) (*constant, error) {
	dec := json.NewDecoder(bytes.NewReader(file))
	dec.DisallowUnknownFields()
	m := &constant{}
	if err := dec.Decode(m); err != nil {
		return nil, err
	}
	if err := (xgb.Matrix{Names: m.Names, Cols: make([][]float32, len(m.Names))}).Check(); err != nil {
		return nil, err
	}
	sum := 0.0
	for _, p := range m.P {
		if !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("probability %v", p)
		}
		sum += p
	}
	if m.Format != constantFormat || dec.More() || len(m.P) < 2 || math.Abs(sum-1) > 1e-9 {
		return nil, fmt.Errorf("format %.40q, %d probabilities that add up to %v: want 2 or more that add up to 1, and nothing behind them", m.Format, len(m.P), sum)
	}
	return m, nil
}
