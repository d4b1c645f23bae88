package models

import (
	"fmt"

	"mantis/data"
)

// Sample times say when a row's features and its label are known, in UTC
// microseconds; with them, purging is arithmetic and not convention.
type Sample struct {
	Open       int64 // open instant of the bar the row stands for
	Known      int64 // instant at which its features are known: the bar's close
	LabelKnown int64 // instant at which its label is known
	Labelled   bool
}

// Split cuts samples in time: the last part tests, everything before trains.
type Split struct {
	Train   float64 // share of the span that trains, 0.7
	At      int64   // open instant of the first test bar; data.Null to use Train
	Refit   int     // bars between refits inside the test span; 0 for one fit
	Rolling int     // bars that a rolling training window spans; 0 for an expanding one
}

// Fold is one fit and the test rows it predicts.
type Fold struct {
	TrainFrom int64 // open instant of the first row that may train
	TrainEnd  int64 // open instant of the first test bar: no label known later trains
	Train     []int // rows that train, in the order of the samples
	Purged    int   // rows before TrainEnd whose label is not known by then
	Test      []int // rows that are predicted, in time
}

// maxBars keeps instants that far back within their type.
const maxBars = 1_000_000

// Check says what is wrong with the split.
func (s Split) Check() error {
	if s.At == data.Null && !(s.Train > 0 && s.Train < 1) {
		return fmt.Errorf("train %v: want a share between 0 and 1", s.Train)
	}
	if s.Refit < 0 || s.Rolling < 0 || s.Refit > maxBars || s.Rolling > maxBars {
		return fmt.Errorf("refit_every %d, rolling %d: want 0 to %d bars", s.Refit, s.Rolling, maxBars)
	}
	return nil
}

// Folds splits samples, which may be those of several symbols. The test rows
// are those of grid, the target's own samples in time order; every fold trains
// on the samples whose label is known by the open of its first test bar.
//
// A fold's rows index samples; its test rows index grid.
func (s Split) Folds(samples, grid []Sample, interval data.Interval) ([]Fold, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	start := int(float64(len(grid)) * s.Train)
	if s.At != data.Null {
		for start = 0; start < len(grid) && grid[start].Open < s.At; start++ {
		}
	}
	if start < 1 || start >= len(grid) {
		return nil, &data.InputError{Reason: fmt.Sprintf("%d of %d bars would train: there is nothing to train on, or nothing to test", start, len(grid)),
			Hint: "give more candles, or set model.train or model.split_at"}
	}
	step := len(grid) - start
	if s.Refit > 0 {
		step = s.Refit
	}
	oldest := grid[0].Open
	for _, row := range samples {
		oldest = min(oldest, row.Open)
	}
	var folds []Fold
	for from := start; from < len(grid); from += step {
		f := Fold{TrainFrom: oldest, TrainEnd: grid[from].Open}
		if s.Rolling > 0 {
			f.TrainFrom = max(f.TrainFrom, f.TrainEnd-int64(s.Rolling)*int64(interval))
		}
		for i, row := range samples {
			switch {
			case !row.Labelled || row.Open < f.TrainFrom || row.Open >= f.TrainEnd:
			case row.LabelKnown <= f.TrainEnd:
				f.Train = append(f.Train, i)
			default:
				f.Purged++
			}
		}
		for i := from; i < min(from+step, len(grid)); i++ {
			f.Test = append(f.Test, i)
		}
		if len(f.Train) == 0 {
			return nil, &data.InputError{Reason: fmt.Sprintf("no row before %s has a label to train on", data.Stamp(f.TrainEnd)), Hint: "give more candles, or set model.split_at later"}
		}
		folds = append(folds, f)
	}
	return folds, nil
}
