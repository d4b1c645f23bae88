package xgb

import "math"

// rule is the part of the parameters that judges splits, rounded to float32
// where XGBoost holds float32.
type rule struct {
	old                     bool // the arithmetic of Dialect17
	eta, gamma              float32
	lambda, alpha           float64
	step                    float64 // max_delta_step
	minHess                 float64
	plain                   bool // neither alpha nor a bound, in the arithmetic of Dialect34
	best                    bool // the best split first, not level by level
	depth, leaves           int  // the most there may be; unbounded without a bound
	cache                   int  // histograms that XGBoost keeps while a tree grows
	bounded                 bool // weights have bounds
	monotone                []int8
	groups                  []bitset // features that may meet; nil: all
	rows                    float64  // share of rows in a tree
	byTree, byLevel, byNode float64
	seed                    uint64
}

// limits are the bounds of the weights in a part of a tree.
type limits struct{ low, high float32 }

func noLimits() limits { return limits{-math.MaxFloat32, math.MaxFloat32} }

func (l limits) clip(w float32) float32 {
	switch {
	case w < l.low:
		return l.low
	case w > l.high:
		return l.high
	}
	return w
}

// rule resolves the parameters for columns of the given names.
func (p Params) rule(names []string) (rule, error) {
	u := rule{
		old: p.Dialect == Dialect17,
		eta: float32(p.Eta) / float32(p.NumParallelTree), gamma: float32(p.Gamma),
		lambda: float64(float32(p.Lambda)), alpha: float64(float32(p.Alpha)),
		step: float64(float32(p.MaxDeltaStep)), minHess: float64(float32(p.MinChildWeight)),
		best: p.GrowPolicy == lossguide, depth: p.MaxDepth, leaves: p.MaxLeaves,
		cache: 1 << 16,
		rows:  p.Subsample, byTree: p.ColsampleByTree, byLevel: p.ColsampleByLevel, byNode: p.ColsampleByNode,
		seed: uint64(p.Seed),
	}
	if u.old {
		u.cache = unbounded
	}
	if u.depth == 0 {
		u.depth = unbounded
	}
	if u.leaves == 0 {
		u.leaves = unbounded
	}
	if err := u.constrain(p, names); err != nil {
		return rule{}, err
	}
	u.plain = !u.old && u.alpha == 0 && u.step == 0 && !u.bounded
	return u, nil
}

// shrink moves a sum of gradients towards zero by alpha.
func (u *rule) shrink(g float64) float64 {
	switch {
	case g > u.alpha:
		return g - u.alpha
	case g < -u.alpha:
		return g + u.alpha
	}
	return 0
}

// weight is the best weight of a leaf with the sums s within the limits.
func (u *rule) weight(s pair, l limits) float32 {
	var w float64
	if s.h > 0 && !(u.old && s.h < u.minHess) {
		w = -u.shrink(s.g) / (s.h + u.lambda)
		if u.step != 0 && math.Abs(w) > u.step {
			w = math.Copysign(u.step, w)
		}
	}
	if u.bounded {
		return l.clip(float32(w))
	}
	return float32(w)
}

// gain is the loss reduction of a leaf with the sums s at its best weight
// within the limits.
func (u *rule) gain(s pair, l limits) float32 {
	if u.plain {
		if s.h <= 0 {
			return 0
		}
		w := float32(-s.g / (s.h + u.lambda))
		a := float64(float64(2*s.g) * float64(w))
		b := float64((s.h + u.lambda) * float64(float32(w*w)))
		return float32(-(a + b))
	}
	if u.old && u.step == 0 && !u.bounded {
		return u.gainAt(s, 0) // whatever the weight
	}
	return u.gainAt(s, u.weight(s, l))
}

// gainAt is the loss reduction of a leaf with the sums s at weight w.
func (u *rule) gainAt(s pair, w float32) float32 {
	if s.h <= 0 {
		return 0
	}
	if !u.old {
		a := float64(float64(2*s.g) * float64(w))
		b := float64((s.h + u.lambda) * float64(float32(w*w)))
		c := float64(float64(2*u.alpha) * math.Abs(float64(w)))
		return float32(-(float64(a+b) + c))
	}
	if u.step == 0 && !u.bounded {
		g := u.shrink(s.g)
		return float32(float64(g*g)) / float32(s.h+u.lambda)
	}
	a := float32(float32(2*float32(s.g)) * w)
	b := float32(float32(float32(s.h)+float32(u.lambda)) * float32(w*w))
	return -(a + b)
}

// loss is the sum of the gains of two sides of a split of a feature, and
// whether they may be split.
func (u *rule) loss(left, right pair, feature int32, l limits) (float32, bool) {
	if !(left.h >= u.minHess && right.h >= u.minHess) || !u.old && !(left.h > 0 && right.h > 0) {
		return 0, false
	}
	if u.monotone == nil {
		return float32(u.gain(left, l) + u.gain(right, l)), true
	}
	a, b := u.weight(left, l), u.weight(right, l)
	if sign := u.monotone[feature]; sign > 0 && !(a <= b) || sign < 0 && !(a >= b) {
		return 0, false
	}
	return float32(u.gainAt(left, a) + u.gainAt(right, b)), true
}

// worthy reports whether a split may be made. left and right are sums of
// hessians; xgboost-1.7 finds splits whose sides hold nothing, and drops them
// here.
func (u *rule) worthy(s *split) bool {
	return s.loss > flat && s.loss >= u.gamma && (!u.old || s.left.h != 0 && s.right.h != 0)
}

// flat is the loss reduction that is as good as none.
const flat = 1e-6
