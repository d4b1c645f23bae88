package models

import (
	"fmt"
	"math"
	"sort"

	"mantis/data/num"
)

// Score is one measure of one set of predictions. A measure that is not
// defined is NaN and says why.
type Score struct {
	Name   string
	Class  int // 1 to K for a measure of one class, 0 for one of all
	Value  float64
	Reason string
}

// Guess is what is scored: for each row a class from 0, and, where there are
// any, its probabilities, rows × classes.
type Guess struct {
	Class []int32
	P     []float64 // nil for a guess without probabilities
}

// Argmax is the likeliest class of each row, the lower one of equals.
func Argmax(p []float64, classes int) []int32 {
	out := make([]int32, len(p)/classes)
	for r := range out {
		row := p[r*classes : (r+1)*classes]
		for k := range row {
			if row[k] > row[out[r]] {
				out[r] = int32(k)
			}
		}
	}
	return out
}

// Confusion counts rows by realised (first) and predicted class.
func Confusion(real, guess []int32, classes int) [][]int {
	m := make([][]int, classes)
	for k := range m {
		m[k] = make([]int, classes)
	}
	for r, k := range real {
		m[k][guess[r]]++
	}
	return m
}

// Scores measures a guess against the realised classes 0 to K-1: log_loss,
// accuracy, balanced_accuracy (mean recall of the classes that occur), mcc
// (Gorodkin's R_K), then precision, recall, f1 and roc_auc (one against the
// rest, ties counted half) of every class. The definitions are scikit-learn's.
func Scores(real []int32, g Guess, classes int) []Score {
	n := float64(len(real))
	m := Confusion(real, g.Class, classes)
	hit, trueOf, guessOf := 0, make([]int, classes), make([]int, classes)
	for i := range m {
		hit += m[i][i]
		for j := range m[i] {
			trueOf[i] += m[i][j]
			guessOf[j] += m[i][j]
		}
	}
	scores := []Score{
		logLoss(real, g, classes),
		ratio("accuracy", 0, float64(hit), n, "no rows"),
		balanced(m, trueOf),
		mcc(hit, len(real), trueOf, guessOf),
	}
	for k := range classes {
		scores = append(scores,
			ratio("precision", k+1, float64(m[k][k]), float64(guessOf[k]), "never predicted"),
			ratio("recall", k+1, float64(m[k][k]), float64(trueOf[k]), "never occurs"),
			ratio("f1", k+1, float64(2*m[k][k]), float64(trueOf[k]+guessOf[k]), "neither predicted nor there"),
			auc(real, g, classes, k))
	}
	return scores
}

func ratio(name string, class int, a, b float64, reason string) Score {
	if b == 0 {
		return Score{name, class, num.NaN(), reason}
	}
	return Score{name, class, a / b, ""}
}

// logLoss is the mean of -log(probability of the realised class).
func logLoss(real []int32, g Guess, classes int) Score {
	if g.P == nil {
		return Score{"log_loss", 0, num.NaN(), "a guess without probabilities"}
	}
	if len(real) == 0 {
		return Score{"log_loss", 0, num.NaN(), "no rows"}
	}
	sum := 0.0
	for r, k := range real {
		p := g.P[r*classes+int(k)]
		if p <= 0 {
			return Score{"log_loss", 0, num.NaN(), fmt.Sprintf("class %d happened at probability 0", k+1)}
		}
		sum -= num.Log(p)
	}
	return Score{"log_loss", 0, sum / float64(len(real)), ""}
}

func balanced(m [][]int, trueOf []int) Score {
	sum, there := 0.0, 0
	for k := range m {
		if trueOf[k] > 0 {
			sum += float64(m[k][k]) / float64(trueOf[k])
			there++
		}
	}
	return ratio("balanced_accuracy", 0, sum, float64(there), "no rows")
}

// mcc is the multiclass correlation coefficient: (c s - Σ t p) /
// sqrt((s² - Σ p²)(s² - Σ t²)), counts being whole numbers.
func mcc(hit, n int, trueOf, guessOf []int) Score {
	tp, pp, tt := 0, 0, 0
	for k := range trueOf {
		tp += trueOf[k] * guessOf[k]
		pp += guessOf[k] * guessOf[k]
		tt += trueOf[k] * trueOf[k]
	}
	if n*n == pp || n*n == tt {
		return Score{"mcc", 0, num.NaN(), "one class only is predicted, or occurs"}
	}
	return Score{"mcc", 0, float64(hit*n-tp) / (math.Sqrt(float64(n*n-pp)) * math.Sqrt(float64(n*n-tt))), ""}
}

// auc is the chance that a row of class k is given a higher probability of it
// than a row of another class.
func auc(real []int32, g Guess, classes, k int) Score {
	s := Score{Name: "roc_auc", Class: k + 1, Value: num.NaN()}
	if g.P == nil {
		s.Reason = "a guess without probabilities"
		return s
	}
	order := make([]int, len(real))
	for i := range order {
		order[i] = i
	}
	p := func(i int) float64 { return g.P[order[i]*classes+k] }
	sort.Slice(order, func(a, b int) bool { return p(a) < p(b) })
	pos, ranks := 0, 0.0 // ranks: sum of the mean ranks of the rows of class k
	for i := 0; i < len(order); {
		j, here := i, 0
		for ; j < len(order) && p(j) == p(i); j++ {
			if int(real[order[j]]) == k {
				here++
			}
		}
		ranks += float64(float64(here) * (float64(i+1+j) / 2))
		pos += here
		i = j
	}
	neg := len(real) - pos
	if pos == 0 || neg == 0 {
		s.Reason = "all rows are on one side"
		return s
	}
	s.Value = (ranks - float64(float64(pos)*float64(pos+1)/2)) / (float64(pos) * float64(neg))
	return s
}
