package linear

import (
	"bytes"
	"encoding/json"
	"fmt"

	"mantis/data/num"
	"mantis/models/xgb"
)

// Formats are those that Read takes.
func Formats() []string { return []string{logisticFormat, svmFormat} }

// Encode is the model as its file.
func (m *Model) Encode() ([]byte, error) {
	raw, err := json.Marshal(m)
	return append(raw, '\n'), err
}

// Read reads a file that Encode wrote, and checks all of it.
func Read(file []byte) (*Model, error) {
	dec := json.NewDecoder(bytes.NewReader(file))
	dec.DisallowUnknownFields()
	m := &Model{}
	if err := dec.Decode(m); err != nil {
		return nil, fmt.Errorf("linear model: %w", err)
	}
	if dec.More() {
		return nil, fmt.Errorf("linear model: more behind its end")
	}
	return m, m.check()
}

// check says what is wrong with a model from a file.
func (m *Model) check() error {
	if m.Format != logisticFormat && m.Format != svmFormat {
		return fmt.Errorf("linear model: format %.40q", m.Format)
	}
	if err := (xgb.Matrix{Names: m.Names, Cols: make([][]float32, len(m.Names))}).Check(); err != nil {
		return fmt.Errorf("linear model: %w", err)
	}
	n, k := len(m.Names), len(m.Weights)
	if k < 2 {
		return fmt.Errorf("linear model: %d classes: want 2 or more", k)
	}
	calibrated := 0
	if m.Format == svmFormat {
		calibrated = k
	}
	lists := []struct {
		name   string
		values []float64
		want   int
	}{{"centre", m.Centre, n}, {"scale", m.Scale, n}, {"intercept", m.Intercept, k}, {"slope", m.Slope, calibrated}, {"offset", m.Offset, calibrated}}
	for i, w := range m.Weights {
		lists = append(lists, struct {
			name   string
			values []float64
			want   int
		}{fmt.Sprintf("weights of class %d", i+1), w, n})
	}
	for _, l := range lists {
		if len(l.values) != l.want {
			return fmt.Errorf("linear model: %s has %d values, want %d", l.name, len(l.values), l.want)
		}
		for _, v := range l.values {
			if !num.Finite(v) {
				return fmt.Errorf("linear model: %s has the value %v", l.name, v)
			}
		}
	}
	for j, v := range m.Scale {
		if !(v > 0) {
			return fmt.Errorf("linear model: scale of %s is %v: want more than 0", m.Names[j], v)
		}
	}
	return nil
}
