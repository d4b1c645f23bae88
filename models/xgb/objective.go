package xgb

import (
	"math"

	"mantis/data/num"
)

// objective is what the files of a model say of what it learned, and what its
// margins mean.
type objective struct {
	name     string
	classes  bool // one margin a class, else one a row
	link     link
	settings map[string]block // that XGBoost wants to find, with its defaults
}

// objectives are the ones whose models are read. The others are refused: their
// margins may mean anything.
func objectives() []objective {
	loss := map[string]block{"reg_loss_param": {"scale_pos_weight": "1"}}
	return []objective{
		{"multi:softprob", true, identity, nil},
		{"multi:softmax", true, identity, nil},
		{"binary:logistic", false, logit, loss},
		{logitraw, false, identity, loss},
		{"reg:logistic", false, logit, loss},
		{"reg:squarederror", false, identity, loss},
		{"reg:squaredlogerror", false, identity, loss},
		{"reg:absoluteerror", false, identity, nil},
		{"count:poisson", false, logarithm, map[string]block{"poisson_regression_param": {"max_delta_step": "0.7"}}},
		{"reg:gamma", false, logarithm, loss},
		{"reg:tweedie", false, logarithm, map[string]block{"tweedie_regression_param": {"tweedie_variance_power": "1.5"}}},
	}
}

// logitraw is the objective whose base_score was a probability up to 1.3.0 and
// is a margin since.
const logitraw = "binary:logitraw"

// known is the objective of a name, which has no name where there is none.
// reg:linear is an older name of reg:squarederror.
func known(name string) objective {
	if name == "reg:linear" {
		name = "reg:squarederror"
	}
	for _, o := range objectives() {
		if o.name == name {
			return o
		}
	}
	return objective{}
}

// link is how margins and base_score hang together.
type link int

const (
	identity  link = iota // base_score is the margin
	logit                 // the margin is the logit of base_score
	logarithm             // the margin is the logarithm of base_score
)

// margin is the margin of a base_score, and whether it is one.
func (l link) margin(score float32) (float32, bool) {
	v := float64(score)
	switch l {
	case logit:
		odds := float32(1/score) - 1
		v = -num.Log(float64(odds))
	case logarithm:
		v = num.Log(v)
	}
	m := float32(v)
	return m, m-m == 0
}

// score is the base_score of a margin.
func (l link) score(margin float32) float32 {
	switch l {
	case logit:
		return float32(sigmoid(float64(margin)))
	case logarithm:
		return float32(num.Exp(float64(margin)))
	}
	return margin
}

func sigmoid(margin float64) float64 {
	if margin < 0 {
		e := num.Exp(margin)
		return e / (1 + e)
	}
	return 1 / (1 + num.Exp(-margin))
}

// infinite tells infinities and NaN from numbers.
func infinite(v float32) bool { return math.Float32bits(v)&0x7f800000 == 0x7f800000 }
