package stages

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
	"mantis/data/num"
)

// TestExplanationsAddUp runs three folds and demands of every explained bar that
// the contributions and the bias are the margins of its prediction, that all bars
// of the test span are there, and of the importances that they hang together.
func TestExplanationsAddUp(t *testing.T) {
	v, store := mustRun(t, append([]string{"model.refit_every=100", "explanations.rows=0"}, small...)...)
	c := table(t, store, v["explanations"], "explanations", 0)
	bias := table(t, store, v["explanations"], "explained", 0).Floats("bias")
	predictions := table(t, store, v["predictions"], "predictions", 0)
	const classes = 5
	time, fold, class, feature, contribution := c.Ints("time"), c.Ints("fold"), c.Ints("class"), c.Strings("feature"), c.Floats("contribution")
	features := 1
	for feature[features] != feature[0] {
		features++
	}
	at := predictions.Ints("time")
	if len(time) != len(at)*classes*features {
		t.Fatalf("%d rows for %d bars and %d features", len(time), len(at), features)
	}
	folds := int(fold[len(fold)-1]) + 1
	if folds < 3 {
		t.Fatalf("%d folds", folds)
	}
	sizes := make([][]float64, folds) // of each fold, by feature: the sum of sizes
	count := make([]float64, folds)
	for i, open := range at {
		margins := make([]float64, classes)
		for k := range classes {
			from := (i*classes + k) * features
			if time[from] != open || class[from] != int64(k+1) {
				t.Fatalf("row %d: %s, class %d", from, data.Stamp(time[from]), class[from])
			}
			n := fold[from]
			if sizes[n] == nil {
				sizes[n] = make([]float64, features)
			}
			count[n]++
			margins[k] = bias[int(n)*classes+k]
			for f, add := range contribution[from : from+features] {
				margins[k] += add
				sizes[n][f] += math.Abs(add)
			}
		}
		for k := range classes {
			want := predictions.Floats([]string{"p1", "p2", "p3", "p4", "p5"}[k])[i]
			if got := share(margins, k); math.Abs(got-want) > 1e-6 {
				t.Fatalf("%s: class %d at %v, predicted %v", data.Stamp(open), k+1, got, want)
			}
		}
	}
	i := table(t, store, v["explanations"], "importance", 0)
	kinds := map[string]int{}
	for row, kind := range i.Strings("kind") {
		kinds[kind]++
		n, f := i.Ints("fold")[row], slices.Index(feature[:features], i.Strings("feature")[row])
		if kind == kindContribution && math.Abs(i.Floats("value")[row]-sizes[n][f]/count[n]) > 1e-12 {
			t.Errorf("fold %d, %s: %v, want %v", n, feature[f], i.Floats("value")[row], sizes[n][f]/count[n])
		}
	}
	want := map[string]int{}
	for _, kind := range []string{"gain", "cover", "weight", "total_gain", "total_cover", "contribution", "permutation"} {
		want[kind] = folds * features
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	stable := table(t, store, v["explanations"], "stability", 0)
	if std := stable.Floats("std"); len(std) != 7*features || std[0] != std[0] {
		t.Errorf("%d rows of stability, the first %v", len(std), std[0])
	}
	if r := table(t, store, v["explanations"], "agreement", 0).Floats("rank_correlation"); len(r) != 7*(folds-1) || !(r[0] > -1 && r[0] <= 1) {
		t.Errorf("rank correlations %v", r)
	}
}

// TestExplainOneBar holds what is said of one bar against the datasets.
func TestExplainOneBar(t *testing.T) {
	v, store := mustRun(t, append([]string{"explanations.rows=0"}, small...)...)
	predictions := table(t, store, v["predictions"], "predictions", 0)
	c := table(t, store, v["explanations"], "explanations", 0)
	bar := 17
	w, err := Explain(store, v["predictions"], predictions.Ints("time")[bar], "", 0)
	if err != nil {
		t.Fatal(err)
	}
	if w.Class != int(predictions.Ints("class")[bar]) || w.Additivity > 1e-5 {
		t.Errorf("class %d, %v from the margin", w.Class, w.Additivity)
	}
	if p := predictions.Floats([]string{"p1", "p2", "p3", "p4", "p5"}[w.Class-1])[bar]; math.Abs(w.Classes[w.Class-1].Probability-p) > 1e-6 {
		t.Errorf("probability %v, predicted %v", w.Classes[w.Class-1].Probability, p)
	}
	for i, r := range w.Reasons {
		if i > 0 && math.Abs(r.LogOdds) > math.Abs(w.Reasons[i-1].LogOdds) {
			t.Errorf("%s comes after %s", r.Feature, w.Reasons[i-1].Feature)
		}
		p := w.Classes[w.Class-1].Probability
		if got := math.Log(p/(1-p)) - math.Log(r.Without/(1-r.Without)); math.Abs(got-r.LogOdds) > 1e-6 {
			t.Errorf("%s: log-odds %v, probabilities say %v", r.Feature, r.LogOdds, got)
		}
		found := 0
		for row, f := range c.Strings("feature") {
			if f == r.Feature && c.Ints("time")[row] == predictions.Ints("time")[bar] && c.Ints("class")[row] == int64(w.Class) {
				found++
				if got := c.Floats("contribution")[row]; got != r.Contribution {
					t.Errorf("%s: %v, the dataset has %v", f, r.Contribution, got)
				}
				if got := c.Floats("value")[row]; r.Value == nil != (got != got) || r.Value != nil && *r.Value != got {
					t.Errorf("%s: %v, the dataset has %v", f, r.Value, got)
				}
			}
		}
		if found != 1 {
			t.Errorf("%s: %d rows", r.Feature, found)
		}
	}
}

func TestExplainedRows(t *testing.T) {
	if diff := cmp.Diff([]int{4, 7, 10}, everyNth([]int{4, 5, 6, 7, 8, 9, 10}, 3)); diff != "" {
		t.Error(diff)
	}
	for _, rows := range []string{"-1"} {
		if _, _, err := runIn(t, t.TempDir(), append([]string{"explanations.rows=" + rows}, small...)...); err == nil {
			t.Error("rows", rows)
		}
	}
}

func TestRanks(t *testing.T) {
	if diff := cmp.Diff([]float64{4, 1, 2.5, 2.5}, ranks([]float64{0, 9, 3, 3})); diff != "" {
		t.Error(diff)
	}
	if r := correlate(ranks([]float64{1, 2, 3}), ranks([]float64{10, 30, 90})); math.Abs(r-1) > 1e-15 {
		t.Error(r)
	}
	if r := correlate(ranks([]float64{1, 2, 3}), ranks([]float64{5, 5, 5})); r == r {
		t.Error(r)
	}
}

func TestStanding(t *testing.T) {
	sorted := []float64{1, 2, 2, 5}
	for v, want := range map[float64]float64{0: 0, 1: 0.125, 2: 0.5, 3: 0.75, 5: 0.875, 6: 1} {
		if got := standing(sorted, v); got != want {
			t.Errorf("%v: %v, want %v", v, got, want)
		}
	}
	for _, got := range []float64{standing(sorted, num.NaN()), standing(nil, 1)} {
		if got == got {
			t.Error(got)
		}
	}
}

// TestShare holds the probability of a class to the softmax.
func TestShare(t *testing.T) {
	margins := []float64{0.3, -2, 700, 699}
	for k := range margins {
		sum := 0.0
		for _, m := range margins {
			sum += math.Exp(m - 700)
		}
		if got, want := share(margins, k), math.Exp(margins[k]-700)/sum; math.Abs(got-want) > 1e-12 {
			t.Errorf("class %d: %v, want %v", k, got, want)
		}
	}
}
