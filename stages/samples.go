package stages

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
)

// sampleSet is rows of features with their labels, of one symbol or several.
type sampleSet struct {
	x       models.Matrix
	samples []models.Sample
	class   []int32 // from 0; -1 without a label
	outcome []float64
	step    data.Interval
}

// readSamples joins features and labels of the given symbols, one below the
// other.
func readSamples(t *pipeline.Task, symbols, names []string) (*sampleSet, error) {
	set := &sampleSet{}
	cols := make([][]float64, len(names))
	for _, symbol := range symbols {
		features, err := t.ReadOne(Features, "features", symbol)
		if err != nil {
			return nil, err
		}
		labels, err := t.ReadOne(Labels, "labels", symbol)
		if err != nil {
			return nil, err
		}
		f, l := features.Columns(), labels.Columns()
		time, known := f.Ints("time"), f.Ints("known_at")
		labelTime, labelKnown, class, outcome := l.Ints("time"), l.Ints("known_at"), l.Ints("class"), l.Floats("return")
		for i, name := range names {
			cols[i] = append(cols[i], f.Floats(name)...)
		}
		if f.Err != nil {
			return nil, fmt.Errorf("features: %s: %w", symbol, f.Err)
		}
		if l.Err != nil {
			return nil, fmt.Errorf("labels: %s: %w", symbol, l.Err)
		}
		if !slices.Equal(time, labelTime) {
			return nil, fmt.Errorf("%s: features and labels are not of the same bars", symbol)
		}
		for r := range time {
			s := models.Sample{Open: time[r], Known: known[r], LabelKnown: labelKnown[r], Labelled: class[r] != data.Null}
			k := int32(-1)
			if s.Labelled {
				k = int32(class[r] - 1)
			}
			set.samples, set.class = append(set.samples, s), append(set.class, k)
		}
		if err := fitsFloat32(f, symbol, names, time); err != nil {
			return nil, err
		}
		set.outcome = append(set.outcome, outcome...)
		set.step = data.Interval(known[0] - time[0])
	}
	set.x = models.NewMatrix(names, cols)
	return set, nil
}

// fitsFloat32 refuses values that XGBoost's own precision cannot hold.
func fitsFloat32(c *data.Columns, symbol string, names []string, time []int64) error {
	for _, name := range names {
		for r, v := range c.Floats(name) {
			if math.Abs(v) > math.MaxFloat32 {
				return &data.InputError{Column: name, Value: strconv.FormatFloat(v, 'g', 3, 64),
					Reason: fmt.Sprintf("%s at %s is too large for a model", symbol, data.Stamp(time[r])),
					Hint:   "look at the candles of that time: a price or volume there is hardly true"}
			}
		}
	}
	return nil
}
