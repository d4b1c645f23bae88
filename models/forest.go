package models

import (
	"context"

	"mantis/models/xgb"
)

// Forest trains a random forest of XGBoost's trees: one round of many trees a
// class, each grown on rows and features drawn for it, as XGBoost's own
// XGBRFClassifier does. Names and meanings are those of xgb.Params.
type Forest struct {
	Trees           int     `json:"num_parallel_tree"` // a class
	Subsample       float64 `json:"subsample"`         // chance of a row to count in a tree
	ColsampleByNode float64 `json:"colsample_bynode"`  // share of the features that a node may use
	MaxDepth        int     `json:"max_depth"`         // 0: no bound
	MinChildWeight  float64 `json:"min_child_weight"`  // smallest hessian sum of either side of a split; a row has 2 p (1-p), p being 1/classes
	Lambda          float64 `json:"lambda"`
	MaxBin          int     `json:"max_bin"`
	Seed            int64   `json:"seed"`
}

func defaultForest() Forest {
	return Forest{Trees: 100, Subsample: 0.632, ColsampleByNode: 0.3, MaxDepth: 8, MinChildWeight: 5, Lambda: 1, MaxBin: 256}
}

// params are the forest as XGBoost has it.
func (p Forest) params(classes int) xgb.Params {
	x := xgb.Defaults()
	x.NumClass, x.Rounds, x.Eta = classes, 1, 1
	x.NumParallelTree, x.Subsample, x.ColsampleByNode = p.Trees, p.Subsample, p.ColsampleByNode
	x.MaxDepth, x.MinChildWeight, x.Lambda, x.MaxBin, x.Seed = p.MaxDepth, p.MinChildWeight, p.Lambda, p.MaxBin, p.Seed
	return x
}

type forestTrainer struct {
	Forest
	classes int
}

// Fit trains one model, whose file is XGBoost's.
func (t forestTrainer) Fit(ctx context.Context, x Matrix, class []int32, progress func(done, total int)) (Model, error) {
	return XGBoost{Params: t.params(t.classes)}.Fit(ctx, x, class, progress)
}
