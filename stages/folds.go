package stages

import (
	"fmt"
	"strconv"
	"strings"

	"mantis/data"
	"mantis/models"
)

var foldSchema = data.Schema{
	Table: "folds", Doc: "one row a fitted model",
	Fields: []data.Field{
		{Name: "fold", Type: data.Int, Doc: "from 0, in time"},
		{Name: "symbol", Type: data.String, Doc: "what is predicted"},
		{Name: "train_from", Type: data.Time, Doc: "no bar that opens sooner trains"},
		{Name: "train_end", Type: data.Time, Doc: "open of the first test bar: no label known later trains"},
		{Name: "test_end", Type: data.Time, Doc: "close of the last test bar"},
		{Name: "train_rows", Type: data.Int},
		{Name: "purged_rows", Type: data.Int, Doc: "rows before train_end whose label is not known by then"},
		{Name: "test_rows", Type: data.Int},
		{Name: "class_counts", Type: data.String, Doc: "training rows of class 1, 2, …, separated by spaces"},
		{Name: "model", Type: data.String, Doc: "sha256 of the model file"},
	},
	Sort: []string{"fold"},
}

type foldColumns struct {
	fold, from, end, testEnd, train, purged, test []int64
	symbol, counts, model                         []string
	classes                                       int
}

func newFoldColumns(target string, n, classes int) *foldColumns {
	i := func() []int64 { return make([]int64, n) }
	return &foldColumns{i(), i(), i(), i(), i(), i(), i(), repeat(target, n), make([]string, n), make([]string, n), classes}
}

func (c *foldColumns) set(k int, f models.Fold, set, grid *sampleSet, model string) {
	c.fold[k], c.from[k], c.end[k] = int64(k), f.TrainFrom, f.TrainEnd
	c.testEnd[k] = grid.samples[f.Test[len(f.Test)-1]].Known
	c.train[k], c.purged[k], c.test[k] = int64(len(f.Train)), int64(f.Purged), int64(len(f.Test))
	c.counts[k], c.model[k] = joinCounts(set.class, f.Train, c.classes), model
}

func (c *foldColumns) columns() []any {
	return []any{c.fold, c.symbol, c.from, c.end, c.testEnd, c.train, c.purged, c.test, c.counts, c.model}
}

func joinCounts(class []int32, rows []int, classes int) string {
	counts := make([]int, classes)
	for _, r := range rows {
		counts[class[r]]++
	}
	return strings.Trim(fmt.Sprint(counts), "[]")
}

// splitCounts is joinCounts backwards.
func splitCounts(s string) ([]int, error) {
	var counts []int
	for _, f := range strings.Fields(s) {
		n, err := strconv.Atoi(f)
		if err != nil {
			return nil, fmt.Errorf("class counts %q: %w", s, err)
		}
		counts = append(counts, n)
	}
	return counts, nil
}
