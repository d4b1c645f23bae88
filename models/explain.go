package models

import "mantis/models/xgb"

// Trees is a model made of trees, which can be explained exactly.
type Trees interface {
	Model
	// Trees is the model itself.
	Trees() *xgb.Booster
}

// Trees is what the model is made of.
func (m *booster) Trees() *xgb.Booster { return m.trees }
