package stages

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
)

// ErrLeak is wrapped by errors that name a leak: something a model would know
// before its time.
var ErrLeak = errors.New("leak")

// leakNote begins the notes that tell a leak.
const leakNote = "LEAK: "

const (
	leakBins  = 64  // quantile bins that a single feature is cut into
	leakShare = 0.9 // share of rows one feature may not tell the class of
)

// refuseLeaks looks for labels that are known when the features are, and for a
// single feature that gives the label away. What it finds is an error that
// names it; with allow_leak it is a note that travels with the model.
func refuseLeaks(t *pipeline.Task, p *ModelParams, set *sampleSet, folds []models.Fold) error {
	found, cure := leakInTime(set), "let the label look forward (labels.horizon=1)"
	if len(found) == 0 {
		cure = "see what the feature looks at, or leave it out of model.features"
	}
	found = append(found, leakInFeature(set, folds[0].Train, p.NumClass)...)
	if len(found) == 0 {
		return nil
	}
	if !p.AllowLeak {
		return data.WithHint(fmt.Errorf("%w: %s", ErrLeak, found[0]), cure+"; or see the damage with --set model.allow_leak=true")
	}
	for _, f := range found {
		t.Note("%s%s", leakNote, f)
	}
	return nil
}

func leakInTime(set *sampleSet) []string {
	for _, s := range set.samples {
		if s.Labelled && s.LabelKnown <= s.Known {
			return []string{fmt.Sprintf("the label of bar %s is known at %s, no later than its features: the horizon is 0, so the label is a thing of the past", data.Stamp(s.Open), data.Stamp(s.LabelKnown))}
		}
	}
	return nil
}

// leakInFeature cuts each feature into quantile bins over the training rows,
// guesses the commonest class of each bin, and is suspicious of a feature that
// is nearly always right while no class is nearly always there. On fewer than
// 640 rows it says nothing: chance alone fills so few bins.
func leakInFeature(set *sampleSet, rows []int, classes int) []string {
	counts := make([]int, classes)
	for _, r := range rows {
		counts[set.class[r]]++
	}
	if float64(slices.Max(counts)) > 0.8*float64(len(rows)) || len(rows) < 10*leakBins {
		return nil
	}
	var found []string
	for i, name := range set.x.Names {
		if share := toldBy(set.x.Cols[i], set.class, rows, classes); share > leakShare {
			found = append(found, fmt.Sprintf("feature %s alone tells the class of %.1f %% of the training rows", name, 100*share))
		}
	}
	return found
}

// toldBy is the share of rows whose class is the commonest of their bin.
func toldBy(x []float32, class []int32, rows []int, classes int) float64 {
	order := slices.DeleteFunc(slices.Clone(rows), func(r int) bool { return x[r] != x[r] })
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	hit, size := 0, (len(order)+leakBins-1)/leakBins
	for from := 0; from < len(order); from += size {
		counts := make([]int, classes)
		for _, r := range order[from:min(from+size, len(order))] {
			counts[class[r]]++
		}
		hit += slices.Max(counts)
	}
	return float64(hit) / float64(len(rows))
}
