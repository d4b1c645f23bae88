// Package lightgbm reads LightGBM's text models and scores them with leaves.
//
// leaves trusts a model file: it indexes by what it finds there. So a file is
// read here first, in full and by a strict reading of the format, and refused
// where anything is inconsistent; what leaves gets is a text of our own with the
// fields that were checked, and nothing else. Files of versions v2 to v4 are
// read, which LightGBM 2.0 to 4.7 write. Categorical splits, linear trees and
// objectives that are not known are refused.
//
// LightGBM (https://github.com/microsoft/LightGBM, MIT licence) compares
// float64 values; rows here are float32, each widened exactly.
package lightgbm

import (
	"fmt"
	"slices"

	"github.com/dmitryikh/leaves"
)

// Model is an ensemble that was checked and is ready to score. It may be used
// by several goroutines.
type Model struct {
	version   string
	objective string
	sigmoid   float64 // of a binary objective: the factor of its margins
	average   bool    // a random forest, whose margins are means
	names     []string
	classes   int
	trees     []tree
	ensemble  *leaves.Ensemble
}

// Version returns the version of the format, such as v3.
func (m *Model) Version() string { return m.version }

// Objective returns LightGBM's name of what was learned.
func (m *Model) Objective() string { return m.objective }

// FeatureNames returns the names of the columns the model takes, in order.
func (m *Model) FeatureNames() []string { return slices.Clone(m.names) }

// NumClass returns the number of margins of a row: the number of classes, or 1.
func (m *Model) NumClass() int { return m.classes }

// NumTree returns the number of trees.
func (m *Model) NumTree() int { return len(m.trees) }

// Rounds returns the number of boosting rounds.
func (m *Model) Rounds() int { return len(m.trees) / m.classes }

// Kind returns "rf" for a random forest and "gbdt" for the rest: dart's trees
// are kept with what they count multiplied in.
func (m *Model) Kind() string {
	if m.average {
		return "rf"
	}
	return "gbdt"
}

// Is reports whether a file is a LightGBM text model, by its first line.
func Is(file []byte) bool {
	line, _, _ := cutLine(string(file[:min(len(file), 8)]))
	return line == "tree"
}

// Read reads a model file.
func Read(file []byte) (*Model, error) {
	m, err := parse(string(file))
	if err != nil {
		return nil, fmt.Errorf("lightgbm: model: %w", err)
	}
	if m.ensemble, err = m.load(); err != nil {
		return nil, fmt.Errorf("lightgbm: leaves: %w", err)
	}
	return m, nil
}
