package xgb

// pair is sums of gradients and hessians.
type pair struct{ g, h float64 }

// slope is the gradient and the hessian of a row.
type slope struct{ g, h float32 }

func (v slope) wide() (g, h float64) { return float64(v.g), float64(v.h) }

// loss is what an objective learns from: labels, weights and the settings that
// bear on them. All arithmetic is float32 as in XGBoost.
type loss struct {
	old       bool // Dialect17
	objective string
	class     []int32   // of a row, with a multi: objective
	label     []float32 // of a row, with another
	weight    []float32 // of a row; nil: 1
	positive  float32   // what multiplies the weight of label 1
	kernels   *kernels  // or nil
}

func newLoss(p Params, s Samples) *loss {
	l := &loss{old: p.Dialect == Dialect17, objective: p.Objective, label: s.Label, weight: s.Weight, positive: float32(p.ScalePosWeight)}
	if p.multi() {
		l.class = make([]int32, len(s.Label))
		for r, v := range s.Label {
			l.class[r] = int32(v)
		}
	}
	return l
}

// gradients fills the gradients of rows begin to end: margins[k] and out[k] are
// the margins and gradient pairs of output k, row by row.
func (l *loss) gradients(margins [][]float32, out [][]slope, begin, end int) {
	switch l.objective {
	case logisticObjective:
		l.logistic(margins[0], out[0], begin, end)
	case squaredObjective:
		l.squared(margins[0], out[0], begin, end)
	default:
		l.softprob(margins, out, begin, end)
	}
}

// weigh is what row r weighs, before its label counts.
func (l *loss) weigh(r int) float32 {
	if l.weight == nil {
		return 1
	}
	return l.weight[r]
}

// softprob is the cross entropy of classes; only the sum of exponentials is
// float64.
func (l *loss) softprob(margins [][]float32, out [][]slope, begin, end int) {
	if l.kernels != nil && l.weight == nil {
		n := (end - begin) &^ 3
		l.kernels.softprob(margins, out, begin, n)
		for r := begin; r < begin+n; r++ {
			out[l.class[r]][r].g--
		}
		begin += n
	}
	const smallest = 0x1p-126 // the least normal float32, XGBoost's floor of the maximum
	exps := make([]float32, len(margins))
	for r := begin; r < end; r++ {
		softmax32(margins, r, smallest, exps)
		label, w := int(l.class[r]), l.weigh(r)
		for k, p := range exps {
			h := max(float32(float32(float32(2*p)*(1-p))*w), 1e-16)
			if k == label {
				p--
			}
			out[k][r] = slope{float32(p * w), h}
		}
	}
}

// softmax32 writes the probabilities of the classes in row r, of margins less
// their maximum, which is taken to be at least top.
func softmax32(margins [][]float32, r int, top float32, out []float32) {
	for _, m := range margins {
		top = max(top, m[r])
	}
	var sum float64
	for k, m := range margins {
		out[k] = expf(m[r] - top)
		sum += float64(out[k])
	}
	total := float32(sum)
	for k := range out {
		out[k] /= total
	}
}

// scaled is what row r weighs.
func (l *loss) scaled(r int) float32 {
	w := l.weigh(r)
	if l.label[r] == 1 {
		w = float32(w * l.positive)
	}
	return w
}

// logistic is the cross entropy of two classes.
func (l *loss) logistic(margin []float32, out []slope, begin, end int) {
	for r := begin; r < end; r++ {
		p, w := logistic32(margin[r]), l.scaled(r)
		h := max(float32(p*(1-p)), 1e-16)
		out[r] = slope{float32((p - l.label[r]) * w), float32(h * w)}
	}
}

// logistic32 is the probability of a margin.
func logistic32(margin float32) float32 {
	return 1 / (expf(min(-margin, 88.7)) + 1)
}

// squared is half the squared error.
func (l *loss) squared(margin []float32, out []slope, begin, end int) {
	for r := begin; r < end; r++ {
		w := l.scaled(r)
		out[r] = slope{float32((margin[r] - l.label[r]) * w), w}
	}
}

// margin is the margin of the base_score.
func (p Params) margin() float32 {
	score := float32(p.BaseScore)
	if p.Objective != logisticObjective {
		return score
	}
	if p.Dialect == Dialect34 {
		score = min(max(score, 1e-6), 1-float32(1e-6))
	}
	return -logf(float32(1/score) - 1)
}
