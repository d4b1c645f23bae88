package xgb

import "maps"

// Booster is a trained model: rounds of one tree per class.
type Booster struct {
	names     []string
	classes   int
	intercept []float32 // per class, the margin before any tree
	trees     []*tree   // class 0 to classes-1 of round 0, then of round 1 and on

	base       []float32         // base_score per class; nil: it is the margin itself
	objective  string            // "": multi:softprob
	settings   map[string]block  // of the objective, by name of the block
	parallel   int               // trees a round and class, next to each other; 0: 1
	attributes map[string]string // what the trainer noted, such as best_iteration
}

// block is a group of settings as model files have them, all texts.
type block = map[string]string

// FeatureNames returns the names of the columns the model takes, in order.
func (b *Booster) FeatureNames() []string { return append([]string(nil), b.names...) }

// NumClass returns the number of margins of a row: the number of classes, or 1
// for a model with a single output.
func (b *Booster) NumClass() int { return b.classes }

// Objective returns XGBoost's name of what was learned.
func (b *Booster) Objective() string {
	if b.objective == "" {
		return softprobObjective
	}
	return b.objective
}

// Attributes returns a copy of what the trainer noted in the model.
func (b *Booster) Attributes() map[string]string { return maps.Clone(b.attributes) }

// NumParallel returns the number of trees that a round grows for each class.
func (b *Booster) NumParallel() int { return max(b.parallel, 1) }

// Rounds returns the number of boosting rounds.
func (b *Booster) Rounds() int { return len(b.trees) / (b.classes * b.NumParallel()) }
