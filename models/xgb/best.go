package xgb

import (
	"fmt"
	"strconv"
)

// bestIteration is the attribute in which XGBoost notes the round, from 0, that
// was best on the validation rows.
const bestIteration = "best_iteration"

// BestIteration returns the best round, counted from 0, where early stopping
// noted one. Scores of the model use the rounds up to it and no later one, as
// XGBoost's scikit-learn interface does.
func (b *Booster) BestIteration() (round int, ok bool) {
	text, ok := b.attributes[bestIteration]
	if !ok || b.linear != nil {
		return 0, false
	}
	round, err := strconv.Atoi(text)
	return round, err == nil
}

// checkBest refuses a best round that the model does not have.
func (b *Booster) checkBest() error {
	text, ok := b.attributes[bestIteration]
	if !ok || b.linear != nil {
		return nil
	}
	if round, err := strconv.Atoi(text); err != nil || round < 0 || round >= b.Rounds() {
		return fmt.Errorf("best_iteration is %.40q: the model has %d rounds, from 0", text, b.Rounds())
	}
	return nil
}

// Best returns the model without the rounds after the best one, which scores
// the same. Without a best one it is b.
func (b *Booster) Best() *Booster {
	trees := b.scored()
	if len(trees) == len(b.trees) {
		return b
	}
	cut := *b
	cut.trees = trees
	if b.weights != nil {
		cut.weights = b.weights[:len(trees)]
	}
	return &cut
}

// scored are the trees that scores are made of.
func (b *Booster) scored() []*tree {
	if round, ok := b.BestIteration(); ok {
		return b.trees[:(round+1)*b.classes*b.NumParallel()]
	}
	return b.trees
}

// class is the class that a tree belongs to.
func (b *Booster) class(tree int) int { return tree / b.NumParallel() % b.classes }

// weight is what a tree counts.
func (b *Booster) weight(tree int) float32 {
	if b.weights == nil {
		return 1
	}
	return b.weights[tree]
}
