package xgb

import (
	"fmt"
	"math"
)

// Dialect34 is the only dialect Train speaks: the arithmetic of XGBoost 3.4
// with tree_method=hist, objective multi:softprob and base_score=0.5.
const Dialect34 = "xgboost-3.4"

// Params are the settings of Train under XGBoost's own names.
type Params struct {
	// Eta is the learning rate, a positive fraction each leaf is scaled by.
	Eta float64 `json:"eta"`
	// Lambda is the L2 penalty on leaf weights, zero or more.
	Lambda float64 `json:"lambda"`
	// Gamma is the smallest loss reduction a split must bring, zero or more.
	Gamma float64 `json:"gamma"`
	// MinChildWeight is the smallest hessian sum of either side of a split.
	MinChildWeight float64 `json:"min_child_weight"`
	// MaxDepth is the depth of the deepest leaf, 1 to 15.
	MaxDepth int `json:"max_depth"`
	// MaxBin is the largest number of bins of one feature, 2 to 256.
	MaxBin int `json:"max_bin"`
	// Rounds is the number of boosting rounds; each grows NumClass trees.
	Rounds int `json:"num_boost_round"`
	// NumClass is the number of classes, 2 to 1024.
	NumClass int `json:"num_class"`
	// Dialect is Dialect34.
	Dialect string `json:"dialect"`
}

const (
	maxDepth   = 15 // a deeper tree may outgrow XGBoost's histogram cache, which changes its sums
	maxBins    = 256
	maxClasses = 1024
)

// Defaults returns five classes, 100 rounds, eta 0.1 and depth 6, the rest as
// XGBoost has it.
func Defaults() Params {
	return Params{
		Eta: 0.1, Lambda: 1, Gamma: 0, MinChildWeight: 1,
		MaxDepth: 6, MaxBin: 256, Rounds: 100, NumClass: 5,
		Dialect: Dialect34,
	}
}

// Check returns an error naming the first parameter out of its range.
func (p Params) Check() error {
	if p.Dialect != Dialect34 {
		return fmt.Errorf("xgb: dialect %q: only %q is known", p.Dialect, Dialect34)
	}
	if !(p.Eta > 0) || float32(p.Eta) == 0 || p.Eta > math.MaxFloat32 {
		return fmt.Errorf("xgb: eta %v: want a positive number", p.Eta)
	}
	for _, v := range []struct {
		name  string
		value float64
	}{{"lambda", p.Lambda}, {"gamma", p.Gamma}, {"min_child_weight", p.MinChildWeight}} {
		if !(v.value >= 0) || v.value > math.MaxFloat32 {
			return fmt.Errorf("xgb: %s %v: want a number of zero or more", v.name, v.value)
		}
	}
	for _, v := range []struct {
		name            string
		value, low, top int
	}{
		{"max_depth", p.MaxDepth, 1, maxDepth},
		{"max_bin", p.MaxBin, 2, maxBins},
		{"num_boost_round", p.Rounds, 1, 100_000},
		{"num_class", p.NumClass, 2, maxClasses},
	} {
		if v.value < v.low || v.value > v.top {
			return fmt.Errorf("xgb: %s %d: want %d to %d", v.name, v.value, v.low, v.top)
		}
	}
	return nil
}
