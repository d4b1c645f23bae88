package xgb

// The dialects: releases of XGBoost whose arithmetic Train follows.
const (
	Dialect34 = "xgboost-3.4" // 3.4
	Dialect17 = "xgboost-1.7" // 1.7 to 3.2
)

// Objectives that Train knows.
const (
	softprobObjective = "multi:softprob"
	softmaxObjective  = "multi:softmax"
	logisticObjective = "binary:logistic"
	squaredObjective  = "reg:squarederror"
)

const (
	depthwise = "depthwise"
	lossguide = "lossguide"
)

// Params are the settings of Train under XGBoost's own names, with XGBoost's
// meaning. Those named in float32 there are rounded to it.
type Params struct {
	// Dialect is Dialect34 or Dialect17.
	Dialect string `json:"dialect"`
	// Objective is multi:softprob, multi:softmax, binary:logistic or
	// reg:squarederror.
	Objective string `json:"objective"`
	// NumClass is the number of classes of a multi: objective, 2 to 1024, and
	// at most 1 with another.
	NumClass int `json:"num_class"`
	// BaseScore is the prediction before any tree: the margin of every class,
	// a probability with binary:logistic.
	BaseScore float64 `json:"base_score"`
	// Rounds is the number of boosting rounds; each grows NumParallelTree
	// trees for each class.
	Rounds int `json:"num_boost_round"`
	// NumParallelTree is the number of trees a round grows for each class, each
	// scaled by Eta over that number.
	NumParallelTree int `json:"num_parallel_tree"`

	// Eta is the learning rate, a positive fraction each leaf is scaled by.
	Eta float64 `json:"eta"`
	// Lambda and Alpha are the L2 and L1 penalties on leaf weights, zero or more.
	Lambda float64 `json:"lambda"`
	Alpha  float64 `json:"alpha"`
	// Gamma is the smallest loss reduction a split must bring, zero or more.
	Gamma float64 `json:"gamma"`
	// MinChildWeight is the smallest hessian sum of either side of a split.
	MinChildWeight float64 `json:"min_child_weight"`
	// MaxDeltaStep bounds the weight of a leaf before Eta; 0 does not.
	MaxDeltaStep float64 `json:"max_delta_step"`

	// GrowPolicy is depthwise, level by level, or lossguide, the split that
	// brings the most first.
	GrowPolicy string `json:"grow_policy"`
	// MaxDepth is the depth of the deepest leaf, 0 without a bound.
	MaxDepth int `json:"max_depth"`
	// MaxLeaves is the largest number of leaves, 0 without a bound.
	MaxLeaves int `json:"max_leaves"`
	// MaxBin is the largest number of bins of one feature, 2 to 65535.
	MaxBin int `json:"max_bin"`

	// MonotoneConstraints has 1 for a feature in which predictions must not
	// fall, -1 for one in which they must not rise; 0 is no constraint, and
	// differs from none at all in the arithmetic of xgboost-1.7.
	MonotoneConstraints map[string]int `json:"monotone_constraints"`
	// InteractionConstraints are the sets of features that may meet on one way
	// from a root to a leaf; none: all may.
	InteractionConstraints [][]string `json:"interaction_constraints"`

	// ScalePosWeight multiplies the weight of rows with label 1, with
	// binary:logistic and reg:squarederror.
	ScalePosWeight float64 `json:"scale_pos_weight"`
	// Subsample is the chance of a row to count in a tree, drawn for each tree.
	// It and the colsamples are drawn from Seed: not the draws of XGBoost.
	Subsample float64 `json:"subsample"`
	// ColsampleByTree, ByLevel and ByNode are the shares of features a tree may
	// use, a level of it of those, and a node of those.
	ColsampleByTree  float64 `json:"colsample_bytree"`
	ColsampleByLevel float64 `json:"colsample_bylevel"`
	ColsampleByNode  float64 `json:"colsample_bynode"`
	// Seed is the seed of every draw.
	Seed int64 `json:"seed"`

	// EvalMetric is mlogloss, merror, logloss, error or rmse; empty: the one
	// that XGBoost takes for the objective.
	EvalMetric string `json:"eval_metric"`
	// EarlyStopping ends training when the metric of the validation rows has
	// not fallen for so many rounds; 0 does not.
	EarlyStopping int `json:"early_stopping_rounds"`
}

// Defaults returns five classes, 100 rounds, eta 0.1, depth 6 and a base_score
// of 0.5, the rest as XGBoost has it.
func Defaults() Params {
	return Params{
		Dialect: Dialect34, Objective: softprobObjective, NumClass: 5, BaseScore: 0.5, Rounds: 100, NumParallelTree: 1,
		Eta: 0.1, Lambda: 1, MinChildWeight: 1,
		GrowPolicy: depthwise, MaxDepth: 6, MaxBin: 256,
		MonotoneConstraints: map[string]int{}, InteractionConstraints: [][]string{},
		ScalePosWeight: 1, Subsample: 1, ColsampleByTree: 1, ColsampleByLevel: 1, ColsampleByNode: 1,
	}
}

// multi reports whether the objective has a margin for every class.
func (p Params) multi() bool {
	return p.Objective == softprobObjective || p.Objective == softmaxObjective
}

// outputs is the number of margins of a row.
func (p Params) outputs() int {
	if p.multi() {
		return p.NumClass
	}
	return 1
}
