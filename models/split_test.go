package models

import (
	"testing"

	"pgregory.net/rapid"

	"mantis/data"
)

const bar = int64(6 * data.Hour)

// grid is n bars of one symbol whose labels look horizon bars ahead.
func grid(n, horizon int) []Sample {
	s := make([]Sample, n)
	for i := range s {
		open := int64(i) * bar
		s[i] = Sample{Open: open, Known: open + bar, LabelKnown: open + int64(horizon+1)*bar, Labelled: i+horizon < n}
	}
	return s
}

// TestFoldsByHand works the split of ten bars out: the test begins with bar 7,
// at its open bars 0 to 5 have their next bar's close, bar 6 has not.
func TestFoldsByHand(t *testing.T) {
	folds, err := Split{Train: 0.7, At: data.Null}.Folds(grid(10, 1), grid(10, 1), 6*data.Hour)
	if err != nil {
		t.Fatal(err)
	}
	f := folds[0]
	if len(folds) != 1 || f.TrainEnd != 7*bar || len(f.Train) != 6 || f.Purged != 1 || len(f.Test) != 3 || f.Test[0] != 7 {
		t.Errorf("%+v", folds)
	}
	folds, err = Split{Train: 0.5, At: data.Null, Refit: 2, Rolling: 3}.Folds(grid(10, 1), grid(10, 1), 6*data.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if len(folds) != 3 || folds[1].TrainEnd != 7*bar || folds[1].TrainFrom != 4*bar || len(folds[1].Train) != 2 || len(folds[2].Test) != 1 {
		t.Errorf("%+v", folds)
	}
}

// TestFoldsKnowNothingLater is the property that a split is for: whatever
// trains a fold was known when its first test bar opened, test rows come once
// each and in time, and every earlier labelled row trains or is purged.
func TestFoldsKnowNothingLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, horizon := rapid.IntRange(20, 200).Draw(t, "bars"), rapid.IntRange(1, 9).Draw(t, "horizon")
		s := Split{Train: rapid.Float64Range(0.2, 0.9).Draw(t, "train"), At: data.Null,
			Refit: rapid.IntRange(0, 30).Draw(t, "refit"), Rolling: rapid.SampledFrom([]int{0, 0, 40}).Draw(t, "rolling")}
		target, other := grid(n, horizon), grid(n, horizon)
		pooled := append(append([]Sample{}, target...), other...)
		folds, err := s.Folds(pooled, target, data.Interval(bar))
		if err != nil {
			return // nothing to train on, which the hand-made cases cover
		}
		next := folds[0].Test[0]
		for _, f := range folds {
			if f.TrainEnd != target[f.Test[0]].Open {
				t.Fatal("the test does not begin at the open of its first bar")
			}
			before := 0
			for _, r := range pooled {
				if r.Labelled && r.Open >= f.TrainFrom && r.Open < f.TrainEnd {
					before++
				}
			}
			if before != len(f.Train)+f.Purged {
				t.Fatalf("%d rows train, %d are purged, of %d", len(f.Train), f.Purged, before)
			}
			for _, r := range f.Train {
				if pooled[r].LabelKnown > f.TrainEnd || pooled[r].Open < f.TrainFrom {
					t.Fatalf("row %d trains and is not known, or too old", r)
				}
			}
			for _, r := range f.Test {
				if r != next {
					t.Fatalf("test row %d comes after %d", r, next-1)
				}
				next++
			}
		}
		if next != n {
			t.Fatalf("test rows end at %d of %d", next, n)
		}
	})
}

func TestFoldsRefuse(t *testing.T) {
	for _, s := range []Split{{Train: 0, At: data.Null}, {Train: 1, At: data.Null}, {Train: 0.7, At: data.Null, Refit: -1}, {At: 0}, {At: 99 * bar}, {Train: 0.05, At: data.Null}} {
		if _, err := s.Folds(grid(10, 1), grid(10, 1), data.Interval(bar)); err == nil {
			t.Errorf("%+v is accepted", s)
		}
	}
}
