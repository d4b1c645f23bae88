package xgb

import "math"

// metricNames are the metrics of objectives with or without classes.
func metricNames(multi bool) []string {
	if multi {
		return []string{"mlogloss", "merror"}
	}
	return []string{"logloss", "error", "rmse"}
}

// metric is the metric that is taken.
func (p Params) metric() string {
	switch {
	case p.EvalMetric != "":
		return p.EvalMetric
	case p.multi():
		return "mlogloss"
	case p.Objective == logisticObjective:
		return "logloss"
	}
	return "rmse"
}

// measure is the weighted mean of a metric over rows with the given margins by
// output and row, as XGBoost with one thread adds it up. Each of the metrics
// falls as predictions improve.
func (l *loss) measure(metric string, margins [][]float32) float64 {
	block := len(margins[0])
	if !l.old && l.class == nil {
		block = 2048 // rows that 3.4 adds up by themselves
	}
	var sum, weights float64
	row := make([]float32, len(margins))
	for first := 0; first < len(margins[0]); first += block {
		var s, n float64
		for r := first; r < min(first+block, len(margins[0])); r++ {
			w := l.weigh(r)
			s += float64(float32(l.miss(metric, margins, r, row) * w))
			n += float64(w)
		}
		sum += s
		weights += n
	}
	if metric == "rmse" {
		return math.Sqrt(sum / weights)
	}
	return sum / weights
}

// leastLog is the floor of what XGBoost takes a logarithm of.
const leastLog = 1e-16

// miss is the metric of one row; room is scratch.
func (l *loss) miss(metric string, margins [][]float32, r int, room []float32) float32 {
	if l.class != nil {
		return l.missClass(metric, margins, r, room)
	}
	p, y := margins[0][r], l.label[r]
	if l.objective == logisticObjective {
		p = logistic32(p)
	}
	switch metric {
	case "logloss":
		return crossEntropy(p, y)
	case "error":
		if p > 0.5 {
			return 1 - y
		}
		return y
	}
	return float32((y - p) * (y - p))
}

func (l *loss) missClass(metric string, margins [][]float32, r int, room []float32) float32 {
	softmax32(margins, r, negInf, room)
	if metric == "mlogloss" {
		return -logf(max(room[l.class[r]], leastLog))
	}
	best := 0
	for k, p := range room {
		if p > room[best] {
			best = k
		}
	}
	if best == int(l.class[r]) {
		return 0
	}
	return 1
}

// crossEntropy is -y log p - (1-y) log(1-p).
func crossEntropy(p, y float32) float32 {
	var a, b float32
	if y != 0 {
		a = float32(-y * logf(max(p, leastLog)))
	}
	if 1-y != 0 {
		b = float32(-(1 - y) * logf(max(1-p, leastLog)))
	}
	return a + b
}
