package trade

import (
	"fmt"
	"strconv"

	"mantis/data"
)

// Classes is the number of ordered classes: 1 a strong fall, 5 a strong rise.
const Classes = 5

// Policy is the target for each predicted class: entry c-1 is class c.
type Policy [Classes]Weights

// DefaultPolicy goes from dollars at an expected fall to alts at an expected rise.
func DefaultPolicy() Policy {
	return Policy{
		{USD: .8, BTC: .2, Alt: 0},
		{USD: .6, BTC: .4, Alt: 0},
		{USD: .4, BTC: .5, Alt: .1},
		{USD: .2, BTC: .5, Alt: .3},
		{USD: 0, BTC: .4, Alt: .6},
	}
}

// Validate checks the weights of every class.
func (p Policy) Validate() error {
	for c, w := range p {
		if err := w.Validate(); err != nil {
			return fmt.Errorf("policy: class %d: %w", c+1, err)
		}
	}
	return nil
}

// Predictions are classes as columns, in the order of time.
type Predictions struct {
	Time  []int64 // open instant of the bar predicted from
	Known []int64 // instant from which the prediction is known; nil: its bar's close
	Class []int64 // 1 to 5, data.Null where it is missing
}

// ByClass is the strategy that holds what a policy says for the predicted
// class. It serves one run.
type ByClass struct {
	policy  Policy
	every   int
	seen    int
	next    int // first prediction not before the bar at hand
	missing int
	preds   Predictions
	reasons [Classes]string
}

// NewByClass makes a strategy that decides on the first bar and on every
// every-th one after it; 1 decides on each bar.
func NewByClass(policy Policy, every int, preds Predictions) (*ByClass, error) {
	if err := policy.Validate(); err != nil {
		return nil, err
	}
	if every < 1 {
		return nil, fmt.Errorf("strategy: decides every %d bars: want 1 or more", every)
	}
	if len(preds.Class) != len(preds.Time) || (preds.Known != nil && len(preds.Known) != len(preds.Time)) {
		return nil, fmt.Errorf("predictions: %d classes, %d known instants for %d bars", len(preds.Class), len(preds.Known), len(preds.Time))
	}
	for i, c := range preds.Class {
		if c != data.Null && (c < 1 || c > Classes) {
			return nil, fmt.Errorf("predictions: %s: class %d: want 1 to %d", data.Stamp(preds.Time[i]), c, Classes)
		}
		if i > 0 && preds.Time[i] <= preds.Time[i-1] {
			return nil, fmt.Errorf("predictions: %s: not after %s", data.Stamp(preds.Time[i]), data.Stamp(preds.Time[i-1]))
		}
	}
	s := &ByClass{policy: policy, every: every, preds: preds}
	for c := range s.reasons {
		s.reasons[c] = "class " + strconv.Itoa(c+1)
	}
	return s, nil
}

// Decide looks up the class predicted from the bar. A bar without one, or with
// a null class, keeps the holding and is counted. A prediction that would only
// be known after the bar's close is an error.
func (s *ByClass) Decide(b *Bar, _ Weights) (Decision, error) {
	due := s.seen%s.every == 0
	s.seen++
	if !due {
		return Decision{}, nil
	}
	for s.next < len(s.preds.Time) && s.preds.Time[s.next] < b.Time {
		s.next++
	}
	i := s.next
	if i == len(s.preds.Time) || s.preds.Time[i] != b.Time || s.preds.Class[i] == data.Null {
		s.missing++
		return Decision{Action: Missing, Reason: "class missing"}, nil
	}
	if s.preds.Known != nil && s.preds.Known[i] > b.Known {
		return Decision{}, fmt.Errorf("prediction known at %s, after the close at %s", data.Stamp(s.preds.Known[i]), data.Stamp(b.Known))
	}
	c := int(s.preds.Class[i])
	return Decision{Action: Rebalance, Target: s.policy[c-1], Class: c, Reason: s.reasons[c-1]}, nil
}

// Missing is the number of decisions so far that had no class to act on.
func (s *ByClass) Missing() int { return s.missing }
