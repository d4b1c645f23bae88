package stages

import (
	"cmp"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/models/xgb"
	"mantis/pipeline"
	"mantis/stages/page"
)

// How much the page shows of the explanations.
const (
	swarmFeatures      = 10
	dependenceFeatures = 3
	importantFeatures  = 20
)

// fillExplained draws the explanations of the lowest and of the highest class,
// and lists what matters most.
func fillExplained(t *pipeline.Task, r *page.Report) error {
	classes, err := readClasses(t, Labels, "classes")
	if err != nil {
		return err
	}
	x, err := readStability(t)
	if err != nil {
		return err
	}
	if len(x.features) == 0 {
		return nil // the model is not made of trees, and a note says so
	}
	if r.Explained.Importance, err = x.table(t); err != nil {
		return err
	}
	b, err := t.ReadOne(Explanations, "explanations")
	if err != nil {
		return err
	}
	c := b.Columns()
	class, feature, value, contribution := c.Ints("class"), c.Strings("feature"), c.Floats("value"), c.Floats("contribution")
	if c.Err != nil {
		return c.Err
	}
	r.Explained.Note = fmt.Sprintf("%s of them were explained.", data.Thousands(len(class)/max(1, len(classes)*len(x.features))))
	top := x.features[:min(len(x.features), swarmFeatures)]
	for _, k := range []int{1, len(classes)} {
		swarm := page.Swarm{Class: classes[k-1].name}
		for i, name := range top {
			var values, adds []float64
			for row, f := range feature {
				if class[row] == int64(k) && f == name {
					values, adds = append(values, value[row]), append(adds, contribution[row])
				}
			}
			swarm.Features = append(swarm.Features, page.SwarmFeature{Name: name, Contribution: adds, Level: levels(values)})
			if k > 1 && i < dependenceFeatures {
				r.Explained.Dependence = append(r.Explained.Dependence, page.Dependence{Feature: name, Class: swarm.Class, Value: values, Contribution: adds})
			}
		}
		r.Explained.Swarms = append(r.Explained.Swarms, swarm)
	}
	return nil
}

// levels is where values stand among themselves: the share of the others that is
// lower, half of the equal ones included.
func levels(values []float64) []float64 {
	var known []float64
	for _, v := range values {
		if v == v {
			known = append(known, v)
		}
	}
	slices.Sort(known)
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = standing(known, v)
	}
	return out
}

// standing is the share of sorted values that is below v, half of the equal ones
// included; NaN for a missing value, or among none.
func standing(sorted []float64, v float64) float64 {
	if v != v || len(sorted) == 0 {
		return num.NaN()
	}
	below, _ := slices.BinarySearch(sorted, v)
	to, _ := slices.BinarySearchFunc(sorted, v, func(x, v float64) int {
		if x <= v {
			return -1
		}
		return 1
	})
	return float64(below+to) / 2 / float64(len(sorted))
}

// standings is the table stability, by kind and feature; features by their mean
// contribution.
type standings struct {
	features  []string
	mean, std map[string]map[string]float64
	folds     int64
}

func readStability(t *pipeline.Task) (*standings, error) {
	b, err := t.ReadOne(Explanations, "stability")
	if err != nil {
		return nil, err
	}
	c := b.Columns()
	kind, feature, folds, mean, std := c.Strings("kind"), c.Strings("feature"), c.Ints("folds"), c.Floats("mean"), c.Floats("std")
	if c.Err != nil {
		return nil, c.Err
	}
	x := &standings{mean: map[string]map[string]float64{}, std: map[string]map[string]float64{}}
	for i, k := range kind {
		if x.mean[k] == nil {
			x.mean[k], x.std[k] = map[string]float64{}, map[string]float64{}
		}
		x.mean[k][feature[i]], x.std[k][feature[i]], x.folds = mean[i], std[i], folds[i]
		if k == kindContribution {
			x.features = append(x.features, feature[i])
		}
	}
	by := x.mean[kindContribution]
	slices.SortStableFunc(x.features, func(a, b string) int { return cmp.Compare(by[b], by[a]) })
	return x, nil
}

// table lists the features that contribute most.
func (x *standings) table(t *pipeline.Task) (page.Table, error) {
	kinds := []string{kindContribution}
	if x.mean[kindPermutation] != nil {
		kinds = append(kinds, kindPermutation)
	}
	kinds = append(kinds, xgb.Importances()...)
	docs := map[string]string{
		kindContribution: "mean size of what the feature adds to a margin, in log-odds", kindPermutation: "growth of the log-loss when the feature's values are shuffled",
		"gain": "mean loss reduction of a split on it", "cover": "mean hessian at a split on it", "weight": "splits on it",
		"total_gain": "loss reduction of all splits on it", "total_cover": "hessian at all splits on it",
	}
	units := map[string]page.Unit{kindContribution: page.Loss, kindPermutation: page.Loss, "weight": page.Count, "total_gain": page.Count, "total_cover": page.Count}
	table := page.Table{Corner: "feature"}
	for _, k := range kinds {
		table.Columns = append(table.Columns, page.Column{Name: words(k), Unit: units[k], Doc: docs[k]})
		if k == kindContribution && x.folds > 1 {
			table.Columns = append(table.Columns, page.Column{Name: "its spread", Unit: page.Loss, Doc: "standard deviation over the folds"})
		}
	}
	for _, f := range x.features[:min(len(x.features), importantFeatures)] {
		row := page.Row{Name: f}
		for _, k := range kinds {
			row.Cells = append(row.Cells, page.Cell{Value: x.mean[k][f]})
			if k == kindContribution && x.folds > 1 {
				row.Cells = append(row.Cells, page.Cell{Value: x.std[k][f]})
			}
		}
		table.Rows = append(table.Rows, row)
	}
	var err error
	table.Note, err = x.agree(t)
	return table, err
}

// agree says in words whether the folds rank the features alike.
func (x *standings) agree(t *pipeline.Task) (string, error) {
	more := ""
	if left := len(x.features) - importantFeatures; left > 0 {
		more = fmt.Sprintf(" %s that contribute less are in the dataset.", data.Counted(left, "feature"))
	}
	if x.folds < 2 {
		return "Of one model: how stable they are shows with model.refit_every." + more, nil
	}
	b, err := t.ReadOne(Explanations, "agreement")
	if err != nil {
		return "", err
	}
	c := b.Columns()
	kind, r := c.Strings("kind"), c.Floats("rank_correlation")
	if c.Err != nil {
		return "", c.Err
	}
	var known []float64
	for i := range kind {
		if kind[i] == kindContribution && r[i] == r[i] {
			known = append(known, r[i])
		}
	}
	return fmt.Sprintf("Means over %d folds. From fold to fold, the rank correlation of contributions is %s on average.%s", x.folds, page.Format(num.Mean(known), page.Ratio), more), nil
}
