package models

import (
	"math"
	"testing"

	"mantis/data/num"
)

func find(t *testing.T, scores []Score, name string, class int) Score {
	t.Helper()
	for _, s := range scores {
		if s.Name == name && s.Class == class {
			return s
		}
	}
	t.Fatalf("no score %s of class %d", name, class)
	return Score{}
}

// TestScoresByHand works five rows of three classes out on paper.
//
//	real 0 0 1 1 2, guessed 0 1 1 1 0
func TestScoresByHand(t *testing.T) {
	real := []int32{0, 0, 1, 1, 2}
	p := []float64{
		.5, .3, .2,
		.3, .4, .3,
		.2, .6, .2,
		.1, .8, .1,
		.6, .2, .2,
	}
	g := Guess{Class: Argmax(p, 3), P: p}
	scores := Scores(real, g, 3)
	logLoss := -(math.Log(.5) + math.Log(.3) + math.Log(.6) + math.Log(.8) + math.Log(.2)) / 5
	for _, c := range []struct {
		name  string
		class int
		want  float64
	}{
		{"log_loss", 0, logLoss},
		{"accuracy", 0, 3.0 / 5},
		{"balanced_accuracy", 0, (1.0/2 + 1 + 0) / 3},
		// c=3 s=5 t=(2,2,1) p=(2,3,0): (15-10)/sqrt((25-13)(25-9))
		{"mcc", 0, 5 / math.Sqrt(12*16)},
		{"precision", 1, 1.0 / 2}, {"recall", 1, 1.0 / 2}, {"f1", 1, 1.0 / 2},
		{"precision", 2, 2.0 / 3}, {"recall", 2, 1}, {"f1", 2, 4.0 / 5},
		// class 1 of rows .5 .3 against .2 .1 .6: 2+2 wins and no tie of 6
		{"roc_auc", 1, 4.0 / 6},
		// class 3 of the last row, .2, against .2 .3 .2 .1: 1 win and 2 ties of 4
		{"roc_auc", 3, 2.0 / 4},
	} {
		if got := find(t, scores, c.name, c.class); math.Abs(got.Value-c.want) > 1e-15 {
			t.Errorf("%s of class %d: %v, want %v", c.name, c.class, got.Value, c.want)
		}
	}
	if s := find(t, scores, "precision", 3); s.Value == s.Value || s.Reason != "never predicted" {
		t.Errorf("%+v", s)
	}
}

func TestScoresUndefined(t *testing.T) {
	real := []int32{0, 1}
	none := Scores(nil, Guess{}, 2)
	sure := Scores(real, Guess{Class: []int32{0, 0}, P: []float64{1, 0, 1, 0}}, 2)
	blind := Scores(real, Guess{Class: []int32{0, 0}}, 2)
	for _, s := range []Score{find(t, none, "accuracy", 0), find(t, none, "log_loss", 0), find(t, sure, "log_loss", 0), find(t, sure, "mcc", 0), find(t, blind, "log_loss", 0), find(t, blind, "roc_auc", 1)} {
		if s.Value == s.Value || s.Reason == "" {
			t.Errorf("%s: %v for no reason", s.Name, s.Value)
		}
	}
}

func TestPriorAndArgmax(t *testing.T) {
	if p := Prior([]int{1, 3}); p[0] != 0.25 || p[1] != 0.75 {
		t.Error(p)
	}
	if k := Argmax([]float64{.4, .4, .2}, 3); k[0] != 0 {
		t.Error("of equals, the lower class is meant")
	}
}

// TestTruthIsBest plants probabilities, draws from them, and checks that
// nothing scores better than they do in the mean: not the same ones made surer,
// less sure or moved to either side, nor what knows no row from the other. Their
// own score is the mean entropy, as near as so many draws can tell.
func TestTruthIsBest(t *testing.T) {
	const n = 20_000
	real, truth := make([]int32, n), make([]float64, n) // the probability of the first class
	share, entropy := 0.0, 0.0
	for i := range real {
		q := float64(i%100)/100 + 0.005
		truth[i] = q
		entropy -= (q*math.Log(q) + (1-q)*math.Log(1-q)) / n
		if float64((i*7919)%9973)/9973 > q {
			real[i] = 1
			continue
		}
		share += 1.0 / n
	}
	power := func(a float64) func(q float64) float64 {
		return func(q float64) float64 { return math.Pow(q, a) / (math.Pow(q, a) + math.Pow(1-q, a)) }
	}
	loss := func(guess func(q float64) float64) float64 {
		p := make([]float64, 0, 2*n)
		for _, q := range truth {
			x := min(max(guess(q), 0.001), 0.999)
			p = append(p, x, 1-x)
		}
		return find(t, Scores(real, Guess{Class: Argmax(p, 2), P: p}, 2), "log_loss", 0).Value
	}
	best := loss(func(q float64) float64 { return q })
	if math.Abs(best-entropy) > 0.005 {
		t.Errorf("the truth scores %v, its entropy is %v", best, entropy)
	}
	for _, other := range []struct {
		name  string
		guess func(q float64) float64
	}{
		{"much surer", power(2)}, {"surer", power(1.2)}, {"less sure", power(0.8)}, {"much less sure", power(0.5)},
		{"moved up", func(q float64) float64 { return q + 0.05 }}, {"moved down", func(q float64) float64 { return q - 0.05 }},
		{"the other way round", func(q float64) float64 { return 1 - q }},
		{"the prior", func(float64) float64 { return share }}, {"a coin", func(float64) float64 { return 0.5 }},
	} {
		if got := loss(other.guess); got < best+0.002 {
			t.Errorf("%s scores %v, the truth %v", other.name, got, best)
		}
	}
	if coin := loss(func(float64) float64 { return 0.5 }); math.Abs(coin-num.Log(2)) > 1e-12 {
		t.Errorf("a coin scores %v", coin)
	}
}
