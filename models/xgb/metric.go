package xgb

import (
	"math"
	"slices"

	"mantis/data/num"
)

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
// output and row: a float64 sum in the order of rows, as XGBoost's with one
// thread. Each of the metrics falls as predictions improve.
func (l *loss) measure(metric string, margins [][]float32) float64 {
	var sum, weights float64
	row := make([]float32, len(margins))
	for r := range margins[0] {
		w := float64(l.weigh(r))
		sum += float64(l.miss(metric, margins, r, row) * w)
		weights += w
	}
	if metric == "rmse" {
		return math.Sqrt(sum / weights)
	}
	return sum / weights
}

// miss is the metric of one row; room is scratch.
func (l *loss) miss(metric string, margins [][]float32, r int, room []float32) float64 {
	switch metric {
	case "mlogloss":
		softmax32(margins, r, room)
		return -num.Log(max(float64(room[l.class[r]]), 1e-16))
	case "merror":
		for k := range room {
			room[k] = margins[k][r]
		}
		return outcome(slices.Index(room, slices.Max(room)) != int(l.class[r]))
	}
	p, y := margins[0][r], float64(l.label[r])
	if l.objective == logisticObjective {
		p = logistic32(p)
	}
	switch metric {
	case "logloss":
		return crossEntropy(float64(p), y)
	case "error":
		if p > 0.5 {
			return 1 - y
		}
		return y
	}
	d := float64(p) - y
	return float64(d * d)
}

func outcome(wrong bool) float64 {
	if wrong {
		return 1
	}
	return 0
}

// crossEntropy is -y log p - (1-y) log(1-p), with XGBoost's floor of logarithms.
func crossEntropy(p, y float64) float64 {
	var sum float64
	if y != 0 {
		sum -= float64(y * num.Log(max(p, 1e-16)))
	}
	if 1-y != 0 {
		sum -= float64((1 - y) * num.Log(max(1-p, 1e-16)))
	}
	return sum
}
