package models

import (
	"bytes"
	"fmt"

	"mantis/models/lightgbm"
)

// light is a classifier of LightGBM's, kept with its file.
type light struct {
	*lightgbm.Model
	file []byte
}

func decodeLight(file []byte) (Model, error) {
	m, err := lightgbm.Read(file)
	if err != nil {
		return nil, fmt.Errorf("model file: %w", err)
	}
	if m.NumClass() < 2 {
		return nil, fmt.Errorf("model file: objective %s has no classes", m.Objective())
	}
	return light{m, bytes.Clone(file)}, nil
}

func (m light) Encode() ([]byte, error) { return bytes.Clone(m.file), nil }

func (m light) Features() []string { return m.FeatureNames() }
