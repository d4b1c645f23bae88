package bayes

import (
	"bytes"
	"encoding/json"
	"fmt"

	"mantis/data/num"
	"mantis/models/xgb"
)

// Formats are those that Read takes.
func Formats() []string { return []string{format} }

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
		return nil, fmt.Errorf("naive Bayes: %w", err)
	}
	if dec.More() {
		return nil, fmt.Errorf("naive Bayes: more behind its end")
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("naive Bayes: %w", err)
	}
	return m.ready(), nil
}

// check says what is wrong with a model from a file.
func (m *Model) check() error {
	if m.Format != format {
		return fmt.Errorf("format %.40q", m.Format)
	}
	if err := (xgb.Matrix{Names: m.Names, Cols: make([][]float32, len(m.Names))}).Check(); err != nil {
		return err
	}
	if k := len(m.Prior); k < 2 || len(m.Mean) != k || len(m.Variance) != k {
		return fmt.Errorf("%d priors, %d lists of means, %d of variances: want one of each a class, 2 or more", len(m.Prior), len(m.Mean), len(m.Variance))
	}
	for k, p := range m.Prior {
		if !(p > 0 && p <= 1) {
			return fmt.Errorf("prior %v of class %d: want more than 0 and at most 1", p, k+1)
		}
		if len(m.Mean[k]) != len(m.Names) || len(m.Variance[k]) != len(m.Names) {
			return fmt.Errorf("class %d: %d means and %d variances of %d features", k+1, len(m.Mean[k]), len(m.Variance[k]), len(m.Names))
		}
		for j, name := range m.Names {
			if v := m.Variance[k][j]; !num.Finite(m.Mean[k][j]) || !num.Finite(v) || v < 0 || (v == 0) != (m.Variance[0][j] == 0) {
				return fmt.Errorf("class %d: %s: mean %v and variance %v", k+1, name, m.Mean[k][j], v)
			}
		}
	}
	return nil
}
