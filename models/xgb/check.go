package xgb

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

const (
	maxBins    = 256 // of a column whose bins are bytes
	allBins    = 1<<16 - 1
	maxClasses = 1024
	unbounded  = math.MaxInt32
)

// Check returns an error naming the first parameter out of its range, or one
// that would have no effect. Which columns there are it does not know.
func (p Params) Check() error {
	for _, check := range []func() error{p.checkChoices, p.checkCounts, p.checkNumbers, p.checkObjective} {
		if err := check(); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.MonotoneConstraints)) {
		if v := p.MonotoneConstraints[name]; v < -1 || v > 1 {
			return fmt.Errorf("xgb: monotone_constraints: %s %d: want 1, -1 or 0", name, v)
		}
	}
	return nil
}

func (p Params) checkChoices() error {
	for _, v := range []struct {
		name, value string
		known       []string
	}{
		{"dialect", p.Dialect, []string{Dialect34, Dialect17}},
		{"objective", p.Objective, []string{softprobObjective, softmaxObjective, logisticObjective, squaredObjective}},
		{"grow_policy", p.GrowPolicy, []string{depthwise, lossguide}},
		{"eval_metric", p.metric(), metricNames(p.multi())},
	} {
		if !slices.Contains(v.known, v.value) {
			return fmt.Errorf("xgb: %s %q: want %s", v.name, v.value, strings.Join(v.known, " or "))
		}
	}
	return nil
}

func (p Params) checkCounts() error {
	for _, v := range []struct {
		name            string
		value, low, top int
	}{
		{"max_depth", p.MaxDepth, 0, unbounded},
		{"max_leaves", p.MaxLeaves, 0, unbounded},
		{"max_bin", p.MaxBin, 2, allBins},
		{"num_boost_round", p.Rounds, 1, 100_000},
		{"num_parallel_tree", p.NumParallelTree, 1, 100_000},
		{"early_stopping_rounds", p.EarlyStopping, 0, 100_000},
	} {
		if v.value < v.low || v.value > v.top {
			return fmt.Errorf("xgb: %s %d: want %d to %d", v.name, v.value, v.low, v.top)
		}
	}
	return nil
}

func (p Params) checkNumbers() error {
	for _, v := range []struct {
		name  string
		value float64
	}{
		{"lambda", p.Lambda}, {"alpha", p.Alpha}, {"gamma", p.Gamma}, {"min_child_weight", p.MinChildWeight},
		{"max_delta_step", p.MaxDeltaStep}, {"scale_pos_weight", p.ScalePosWeight},
	} {
		if !(v.value >= 0) || v.value > math.MaxFloat32 {
			return fmt.Errorf("xgb: %s %v: want a number of zero or more", v.name, v.value)
		}
	}
	for _, v := range []struct {
		name  string
		value float64
	}{
		{"subsample", p.Subsample}, {"colsample_bytree", p.ColsampleByTree},
		{"colsample_bylevel", p.ColsampleByLevel}, {"colsample_bynode", p.ColsampleByNode},
	} {
		if !(v.value > 0 && v.value <= 1) {
			return fmt.Errorf("xgb: %s %v: want a share above 0, of at most 1", v.name, v.value)
		}
	}
	if !(p.Eta > 0) || float32(p.Eta) == 0 || p.Eta > math.MaxFloat32 {
		return fmt.Errorf("xgb: eta %v: want a positive number", p.Eta)
	}
	return nil
}

func (p Params) checkObjective() error {
	switch {
	case p.multi() && (p.NumClass < 2 || p.NumClass > maxClasses):
		return fmt.Errorf("xgb: num_class %d: want 2 to %d", p.NumClass, maxClasses)
	case !p.multi() && (p.NumClass < 0 || p.NumClass > 1):
		return fmt.Errorf("xgb: num_class %d: %s has a single output, want 0", p.NumClass, p.Objective)
	case p.multi() && p.ScalePosWeight != 1:
		return fmt.Errorf("xgb: scale_pos_weight %v: %s has no positive class, want 1", p.ScalePosWeight, p.Objective)
	case p.Objective == logisticObjective && !(p.BaseScore > 0 && float32(p.BaseScore) > 0 && float32(p.BaseScore) < 1):
		return fmt.Errorf("xgb: base_score %v: %s wants a probability between 0 and 1", p.BaseScore, p.Objective)
	case !(math.Abs(p.BaseScore) <= math.MaxFloat32):
		return fmt.Errorf("xgb: base_score %v: want a number", p.BaseScore)
	}
	return nil
}
