package xgb

import (
	"fmt"
	"maps"
	"slices"
)

// Booster is a trained model: rounds of one tree, or of several in parallel,
// for every margin of a row; or the weights of a linear model. What training
// leaves zero means the plain case: trees of equal weight, one a round and
// class, objective multi:softprob.
type Booster struct {
	names     []string  // nil where the file has none: columns go by their place
	unnamed   int       // the number of features, then
	classes   int       // margins a row, 1 where there are no classes
	intercept []float32 // per class, the margin before any tree
	trees     []*tree   // class 0 to classes-1 of round 0, then of round 1 and on

	base       []float32         // base_score per class; nil: it is the margin itself
	objective  string            // "": multi:softprob
	settings   map[string]block  // of the objective, by name of the block
	parallel   int               // trees a round and class, next to each other; 0: 1
	weights    []float32         // dart: what each tree counts; nil: 1
	linear     []float32         // gblinear: weights by feature and class, then the biases
	boosted    int               // gblinear: rounds
	types      []string          // of features; nil: all "float"
	attributes map[string]string // what the trainer noted, such as best_iteration
}

// block is a group of settings as model files have them, all texts.
type block = map[string]string

// FeatureNames returns the names of the columns the model takes, in order: f0,
// f1 and on for a model whose file has no names.
func (b *Booster) FeatureNames() []string {
	if b.names != nil {
		return slices.Clone(b.names)
	}
	names := make([]string, b.unnamed)
	for i := range names {
		names[i] = fmt.Sprintf("f%d", i)
	}
	return names
}

// Named reports whether the model knows the names of its columns. One that does
// not takes any matrix with as many columns.
func (b *Booster) Named() bool { return b.names != nil }

// NumFeature returns the number of columns the model takes.
func (b *Booster) NumFeature() int {
	if b.names != nil {
		return len(b.names)
	}
	return b.unnamed
}

// FeatureTypes returns XGBoost's type of every column, such as float or int, or
// none where the file says nothing.
func (b *Booster) FeatureTypes() []string {
	if b.types == nil {
		return slices.Repeat([]string{"float"}, len(b.names))
	}
	return slices.Clone(b.types)
}

// NumClass returns the number of margins of a row: the number of classes, or 1
// for a model with a single output.
func (b *Booster) NumClass() int { return b.classes }

// NumTree returns the number of trees, 0 for a linear model.
func (b *Booster) NumTree() int { return len(b.trees) }

// NumParallel returns the number of trees that a round grows for each class.
func (b *Booster) NumParallel() int { return max(b.parallel, 1) }

// Kind returns XGBoost's name of the booster: gbtree, dart or gblinear.
func (b *Booster) Kind() string {
	switch {
	case b.linear != nil:
		return "gblinear"
	case b.weights != nil:
		return "dart"
	}
	return "gbtree"
}

// Objective returns XGBoost's name of what was learned.
func (b *Booster) Objective() string {
	if b.objective == "" {
		return "multi:softprob"
	}
	return b.objective
}

// Attributes returns a copy of what the trainer noted in the model.
func (b *Booster) Attributes() map[string]string { return maps.Clone(b.attributes) }

// Rounds returns the number of boosting rounds, those after the best included.
func (b *Booster) Rounds() int {
	if b.linear != nil {
		return b.boosted
	}
	return len(b.trees) / (b.classes * b.NumParallel())
}

// BaseScore returns base_score per class, as XGBoost understands it: for a
// logistic objective a probability, else the margin itself or its mean.
func (b *Booster) BaseScore() []float32 {
	if b.base != nil {
		return slices.Clone(b.base)
	}
	out := make([]float32, len(b.intercept))
	for k, m := range b.intercept {
		out[k] = known(b.Objective()).link.score(m)
	}
	return out
}

// Shared reports whether all classes have one base_score. Only then do releases
// of XGBoost before 3.1 read the model right: they take 0.5, without a word,
// where they find a vector.
func (b *Booster) Shared() bool {
	base := b.BaseScore()
	return !slices.ContainsFunc(base, func(v float32) bool { return v != base[0] })
}
