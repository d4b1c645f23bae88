package xgb

// Booster is a trained model: rounds of one tree per class.
type Booster struct {
	names     []string
	classes   int
	intercept []float32 // per class, the margin before any tree
	trees     []*tree   // class 0 to classes-1 of round 0, then of round 1 and on
}

// FeatureNames returns the names of the columns the model takes, in order.
func (b *Booster) FeatureNames() []string { return append([]string(nil), b.names...) }

// NumClass returns the number of classes.
func (b *Booster) NumClass() int { return b.classes }

// Rounds returns the number of boosting rounds.
func (b *Booster) Rounds() int { return len(b.trees) / b.classes }
