package stages

import (
	"cmp"
	"math"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/models"
	"mantis/models/xgb"
	"mantis/pipeline"
)

// Kinds of importance beside those of XGBoost.
const (
	kindContribution = "contribution"
	kindPermutation  = "permutation"
)

var importanceSchema = data.Schema{
	Table: "importance", Doc: "how much each fold's model makes of each feature",
	Fields: []data.Field{
		{Name: "fold", Type: data.Int},
		{Name: "kind", Type: data.String, Doc: "gain, cover, weight, total_gain and total_cover as XGBoost's get_score; contribution: the mean size of contributions, over explained rows and classes; permutation: growth of the log-loss on explained rows when the feature is shuffled"},
		{Name: "feature", Type: data.String},
		{Name: "value", Type: data.Float},
		{Name: "rank", Type: data.Float, Doc: "1: the most important; equals share the mean of their ranks"},
	},
	Sort: []string{"fold", "kind"},
}

var stabilitySchema = data.Schema{
	Table: "stability", Doc: "importance over the folds",
	Fields: []data.Field{
		{Name: "kind", Type: data.String}, {Name: "feature", Type: data.String},
		{Name: "folds", Type: data.Int},
		{Name: "mean", Type: data.Float},
		{Name: "std", Type: data.Float, Nullable: true, Doc: "of a sample; null: of one fold there is none"},
		{Name: "mean_rank", Type: data.Float},
	},
	Sort: []string{"kind"},
}

var agreementSchema = data.Schema{
	Table: "agreement", Doc: "whether a fold ranks the features as the fold before does",
	Fields: []data.Field{
		{Name: "kind", Type: data.String}, {Name: "fold", Type: data.Int, Doc: "from 1: compared with the one before"},
		{Name: "rank_correlation", Type: data.Float, Nullable: true, Doc: "Spearman's; null: one of the folds finds all alike"},
	},
	Sort: []string{"kind", "fold"},
}

// importanceTable gathers the importances of all folds.
type importanceTable struct {
	names []string
	kinds []string               // sorted
	value map[string][][]float64 // by kind: of each fold, by feature
}

// addFold measures the importances of one fold; values are its contributions.
func (i *importanceTable) addFold(t *pipeline.Task, p *ExplainParams, k int, m *xgb.Booster, grid *sampleSet, rows []int, values []float64, made *remembered) error {
	if i.value == nil {
		i.names, i.value = m.FeatureNames(), map[string][][]float64{}
	}
	put := func(kind string, of []float64) {
		if !slices.Contains(i.kinds, kind) {
			i.kinds = append(i.kinds, kind)
			slices.Sort(i.kinds)
		}
		i.value[kind] = append(i.value[kind], of)
	}
	for _, kind := range xgb.Importances() {
		of, err := m.Importance(kind)
		if err != nil {
			return err
		}
		put(kind, of)
	}
	put(kindContribution, meanSizes(values, len(i.names)))
	if p.Shuffles == 0 {
		return nil
	}
	var labelled []int
	var class []int32
	for _, r := range rows {
		if grid.samples[r].Labelled {
			labelled, class = append(labelled, r), append(class, grid.class[r])
		}
	}
	if len(labelled) == 0 {
		put(kindPermutation, make([]float64, len(i.names)))
		made.note(t, "fold %d: no explained row has a label yet: its permutation importances are 0", k)
		return nil
	}
	of, err := m.Permutation(t.Context, models.Pick(grid.x, labelled), class, p.Seed, p.Shuffles)
	if err != nil {
		return err
	}
	put(kindPermutation, of)
	return nil
}

// meanSizes is the mean size of each feature's contributions, over rows and
// classes.
func meanSizes(values []float64, features int) []float64 {
	sums := make([]float64, features)
	n := 0
	for at := 0; at < len(values); at += features + 1 {
		for f := range sums {
			sums[f] += math.Abs(values[at+f])
		}
		n++
	}
	for f := range sums {
		sums[f] /= float64(max(n, 1))
	}
	return sums
}

func (i *importanceTable) put(t *pipeline.Task, made *remembered) error {
	for _, write := range []func() (*data.Batch, error){i.importance, i.stability, i.agreement} {
		b, err := write()
		if err != nil {
			return err
		}
		if err := made.put(t, b); err != nil {
			return err
		}
	}
	return nil
}

func (i *importanceTable) importance() (*data.Batch, error) {
	var fold []int64
	var kind, feature []string
	var value, rank []float64
	for k := range i.value[kindContribution] {
		for _, name := range i.kinds {
			of := i.value[name][k]
			for f, r := range ranks(of) {
				fold, kind, feature = append(fold, int64(k)), append(kind, name), append(feature, i.names[f])
				value, rank = append(value, of[f]), append(rank, r)
			}
		}
	}
	return data.NewBatch(importanceSchema, fold, kind, feature, value, rank)
}

func (i *importanceTable) stability() (*data.Batch, error) {
	var kind, feature []string
	var folds []int64
	var mean, std, rank []float64
	for _, name := range i.kinds {
		of := i.value[name]
		ranked := make([][]float64, len(of))
		for k := range of {
			ranked[k] = ranks(of[k])
		}
		for f := range i.names {
			values, places := make([]float64, len(of)), make([]float64, len(of))
			for k := range of {
				values[k], places[k] = of[k][f], ranked[k][f]
			}
			kind, feature, folds = append(kind, name), append(feature, i.names[f]), append(folds, int64(len(of)))
			mean, std, rank = append(mean, num.Mean(values)), append(std, num.Std(values, 1)), append(rank, num.Mean(places))
		}
	}
	return data.NewBatch(stabilitySchema, kind, feature, folds, mean, std, rank)
}

func (i *importanceTable) agreement() (*data.Batch, error) {
	kind, fold, correlation := []string{}, []int64{}, []float64{}
	for _, name := range i.kinds {
		of := i.value[name]
		for k := 1; k < len(of); k++ {
			kind, fold = append(kind, name), append(fold, int64(k))
			correlation = append(correlation, correlate(ranks(of[k-1]), ranks(of[k])))
		}
	}
	return data.NewBatch(agreementSchema, kind, fold, correlation)
}

// ranks numbers values from 1 for the largest; equals share the mean of their
// numbers.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	out := make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for _, at := range order[i:j] {
			out[at] = float64(float64(i+1+j) / 2)
		}
		i = j
	}
	return out
}

// correlate is Pearson's correlation, NaN where one side is all alike.
func correlate(x, y []float64) float64 {
	a, b := num.Std(x, 0), num.Std(y, 0)
	return num.Canonical(num.Cov(x, y, 0) / float64(a*b))
}
