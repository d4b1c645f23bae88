package stages

import (
	"errors"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/models"
	"mantis/models/xgb"
	"mantis/pipeline"
)

// ExplainParams say how much is explained.
type ExplainParams struct {
	Rows     int    `json:"rows"`     // of a fold's test rows, at most: every nth, from the first; 0: all
	Shuffles int    `json:"shuffles"` // of each feature for its permutation importance; 0: none is measured
	Seed     uint64 `json:"seed"`     // of the shuffles
}

// Explanations divide the margins of test rows among the features, and say how
// much each fold's model makes of each.
var Explanations = add(&pipeline.Stage{
	Name: "explanations", Doc: "what each feature adds to the margin of each class, and how much it matters", Code: 1,
	Inputs: []*pipeline.Stage{Features, Labels, Model},
	Params: &ExplainParams{Rows: 500, Shuffles: 1, Seed: 1},
	Check:  checkExplain,
	Run:    explain,
})

func checkExplain(params any) error {
	p := params.(*ExplainParams)
	if p.Rows < 0 || p.Shuffles < 0 || p.Shuffles > 1000 {
		return fmt.Errorf("rows %d, shuffles %d: want 0 or more, and at most 1000 shuffles", p.Rows, p.Shuffles)
	}
	return nil
}

var explanationSchema = data.Schema{
	Table: "explanations", Doc: "exact Shapley values: with the bias of the fold and class they add up to the margin, whose softmax is the probability",
	Fields: []data.Field{
		{Name: "time", Type: data.Time, Doc: "open instant of the bar"},
		{Name: "known_at", Type: data.Time, Doc: "close instant of the bar: the prediction is made then"},
		{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
		{Name: "fold", Type: data.Int, Doc: "whose model predicts the bar"},
		{Name: "class", Type: data.Int, Doc: "from 1"},
		{Name: "feature", Type: data.String},
		{Name: "value", Type: data.Float, Nullable: true, Doc: "of the feature, as the model sees it: a float32; null: missing"},
		{Name: "contribution", Type: data.Float, Doc: "log-odds: what the feature adds to the margin of the class"},
	},
	Sort: []string{"time", "class"},
}

var explainedSchema = data.Schema{
	Table: "explained", Doc: "which rows were explained, and the bias that contributions are added to",
	Fields: []data.Field{
		{Name: "fold", Type: data.Int}, {Name: "class", Type: data.Int, Doc: "from 1"},
		{Name: "bias", Type: data.Float, Doc: "log-odds: the margin of a row of which nothing is known"},
		{Name: "test_rows", Type: data.Int}, {Name: "explained_rows", Type: data.Int},
		{Name: "every", Type: data.Int, Doc: "1: all test rows; n: every nth, from the first"},
	},
	Sort: []string{"fold", "class"},
}

// lit is the explained rows of all folds.
type lit struct {
	time, known, fold, class []int64
	feature, symbol          []string
	value, contribution      []float64

	biasFold, biasClass, testRows, rows, every []int64
	bias                                       []float64
}

func explain(t *pipeline.Task) error {
	p := t.Params.(*ExplainParams)
	folds, err := readFolds(t)
	if err != nil {
		return err
	}
	key, err := explainedOf(t, folds)
	if err != nil {
		return err
	}
	made := &remembered{}
	if t.Recall(key, made) && t.Present(made.Parts) {
		return made.reuse(t, explanationSchema, explainedSchema, importanceSchema, stabilitySchema, agreementSchema)
	}
	made = &remembered{}
	out, table := &lit{}, &importanceTable{}
	var grid *sampleSet
	for k := range folds {
		m, err := foldTrees(t, k)
		if errors.Is(err, errNoTrees) {
			made.note(t, "nothing is explained: %v", err)
			break
		}
		if err != nil {
			return err
		}
		if grid == nil || !slices.Equal(grid.x.Names, m.FeatureNames()) {
			if grid, err = readSamples(t, []string{folds[k].symbol}, m.FeatureNames()); err != nil {
				return err
			}
		}
		rows := folds[k].tests(grid)
		every := 1
		if p.Rows > 0 {
			every = max(1, (len(rows)+p.Rows-1)/p.Rows)
		}
		if err := explainFold(t, p, k, m, folds[k].symbol, grid, everyNth(rows, every), out, table, made); err != nil {
			return fmt.Errorf("fold %d: %w", k, err)
		}
		for range m.NumClass() {
			out.testRows, out.every = append(out.testRows, int64(len(rows))), append(out.every, int64(every))
		}
		t.Progress(k+1, len(folds))
	}
	out.note(t, made)
	if err := out.put(t, made); err != nil {
		return err
	}
	if err := table.put(t, made); err != nil {
		return err
	}
	return t.Remember(key, made)
}

// explainedOf is what explanations are made of: the models, and the rows of the
// symbols that they predict.
func explainedOf(t *pipeline.Task, folds []foldSpan) (key map[string]any, err error) {
	model, err := t.Input(Model)
	if err != nil {
		return nil, err
	}
	rows := map[string]string{}
	for _, of := range []struct {
		stage *pipeline.Stage
		table string
	}{{Features, "features"}, {Labels, "labels"}} {
		v, err := t.Input(of.stage)
		if err != nil {
			return nil, err
		}
		for _, f := range folds {
			parts, err := v.Where(of.table, f.symbol)
			if err != nil {
				return nil, err
			}
			for _, p := range parts {
				rows[of.table+"/"+p.Key] = p.Content
			}
		}
	}
	return map[string]any{"params": t.Params, "model": model.ID, "rows": rows}, nil
}

// explainFold explains rows by the model of a fold.
func explainFold(t *pipeline.Task, p *ExplainParams, k int, m *xgb.Booster, symbol string, grid *sampleSet, rows []int, out *lit, table *importanceTable, made *remembered) error {
	e, err := m.Explainer()
	if err != nil {
		return err
	}
	x := models.Pick(grid.x, rows)
	values := make([]float64, len(rows)*m.NumClass()*e.Width())
	if err := e.Contributions(x, values); err != nil {
		return err
	}
	for i, r := range rows {
		s := grid.samples[r]
		for class := range m.NumClass() {
			row := values[(i*m.NumClass()+class)*e.Width():]
			for f, name := range x.Names {
				out.time, out.known, out.symbol = append(out.time, s.Open), append(out.known, s.Known), append(out.symbol, symbol)
				out.fold, out.class, out.feature = append(out.fold, int64(k)), append(out.class, int64(class+1)), append(out.feature, name)
				out.value, out.contribution = append(out.value, float64(x.Cols[f][i])), append(out.contribution, row[f])
			}
		}
	}
	for class, bias := range e.Bias() {
		out.biasFold, out.biasClass, out.bias = append(out.biasFold, int64(k)), append(out.biasClass, int64(class+1)), append(out.bias, bias)
		out.rows = append(out.rows, int64(len(rows)))
	}
	return table.addFold(t, p, k, m, grid, rows, values, made)
}

// note says which rows are left out.
func (out *lit) note(t *pipeline.Task, made *remembered) {
	rows, tested, most := int64(0), int64(0), int64(1)
	for i, class := range out.biasClass {
		if class == 1 {
			rows, tested, most = rows+out.rows[i], tested+out.testRows[i], max(most, out.every[i])
		}
	}
	if most > 1 {
		made.note(t, "%s of %s test rows are explained, every nth of a fold: explanations.rows=0 explains all", data.Thousands(int(rows)), data.Thousands(int(tested)))
	}
}

func (out *lit) put(t *pipeline.Task, made *remembered) error {
	for i, v := range out.value {
		out.value[i] = num.Canonical(v)
	}
	b, err := data.NewBatch(explanationSchema, out.time, out.known, out.symbol, out.fold, out.class, out.feature, out.value, out.contribution)
	if err != nil {
		return err
	}
	if err := made.put(t, b); err != nil {
		return err
	}
	if b, err = data.NewBatch(explainedSchema, out.biasFold, out.biasClass, out.bias, out.testRows, out.rows, out.every); err != nil {
		return err
	}
	return made.put(t, b)
}

// everyNth is every nth row, from the first.
func everyNth(rows []int, n int) (out []int) {
	for i := 0; i < len(rows); i += n {
		out = append(out, rows[i])
	}
	return out
}

// foldSpan is what the table of folds says of one.
type foldSpan struct {
	symbol             string
	from, end, testEnd int64
}

func readFolds(t *pipeline.Task) ([]foldSpan, error) {
	b, err := t.ReadOne(Model, "folds")
	if err != nil {
		return nil, err
	}
	return foldSpans(b)
}

func foldSpans(b *data.Batch) ([]foldSpan, error) {
	c := b.Columns()
	symbol, from, end, testEnd := c.Strings("symbol"), c.Ints("train_from"), c.Ints("train_end"), c.Ints("test_end")
	if c.Err != nil {
		return nil, c.Err
	}
	folds := make([]foldSpan, len(symbol))
	for k := range folds {
		folds[k] = foldSpan{symbol[k], from[k], end[k], testEnd[k]}
	}
	return folds, nil
}

// tests are the rows that the fold's model predicts.
func (f foldSpan) tests(grid *sampleSet) (rows []int) {
	for r, s := range grid.samples {
		if s.Open >= f.end && s.Known <= f.testEnd {
			rows = append(rows, r)
		}
	}
	return rows
}

// errNoTrees says that a model has no exact explanation.
var errNoTrees = errors.New("the model is not made of trees, and only trees are explained")

// foldTrees is the model of a fold.
func foldTrees(t *pipeline.Task, k int) (*xgb.Booster, error) {
	file, err := t.ReadFile(Model, foldFile(k))
	if err != nil {
		return nil, err
	}
	return decodeTrees(file, k)
}

func decodeTrees(file []byte, k int) (*xgb.Booster, error) {
	m, err := models.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("fold %d: %w", k, err)
	}
	trees, ok := m.(models.Trees)
	if !ok {
		return nil, fmt.Errorf("fold %d: %w", k, errNoTrees)
	}
	return trees.Trees(), nil
}
