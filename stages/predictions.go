package stages

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
)

// PredictionParams say how models are scored.
type PredictionParams struct {
	Predictor string `json:"predictor"` // compiled, and checked by leaves; or leaves alone
}

// Predictions are the model's probabilities for every test bar, with what
// really happened, and the scores of the model beside its baselines on the same
// rows.
var Predictions = add(&pipeline.Stage{
	Name: "predictions", Doc: "class probabilities over the test span, and their scores", Code: 2,
	Inputs: []*pipeline.Stage{Candles, Bars, Features, Labels, Model},
	Params: &PredictionParams{Predictor: models.Compiled},
	Check:  checkPredictions,
	Run:    predict,
})

func checkPredictions(params any) error {
	switch p := params.(*PredictionParams).Predictor; p {
	case models.Compiled, models.Leaves:
		return nil
	default:
		return fmt.Errorf("predictor %q: want %s or %s", p, models.Compiled, models.Leaves)
	}
}

// predicted is the test rows of all folds, in time.
type predicted struct {
	symbol   string
	grid     *sampleSet // every bar of the symbol
	rows     []int      // into grid
	fold     []int64
	trainEnd []int64
	model    []string
	p        []float64 // rows × classes
	prior    []float64 // the fold's training shares, likewise
}

func predict(t *pipeline.Task) error {
	classes, err := readClasses(t, Labels, "classes")
	if err != nil {
		return err
	}
	out, err := predictFolds(t, len(classes))
	if err != nil {
		return err
	}
	bars, err := t.ReadOne(Bars, "bars", out.symbol)
	if err != nil {
		return err
	}
	closes, err := bars.Floats("close")
	if err != nil {
		return err
	}
	if err := putPredictions(t, out, closes, len(classes)); err != nil {
		return err
	}
	return putScores(t, out, classes)
}

// predictFolds lets each fold's model predict its test rows.
func predictFolds(t *pipeline.Task, classes int) (*predicted, error) {
	folds, err := t.ReadOne(Model, "folds")
	if err != nil {
		return nil, err
	}
	c := folds.Columns()
	symbol, end, testEnd := c.Strings("symbol"), c.Ints("train_end"), c.Ints("test_end")
	counts, digest := c.Strings("class_counts"), c.Strings("model")
	if c.Err != nil {
		return nil, c.Err
	}
	out := &predicted{symbol: symbol[0]}
	for k := range end {
		file, err := t.ReadFile(Model, foldFile(k))
		if err != nil {
			return nil, err
		}
		m, err := models.Decode(file)
		if err != nil {
			return nil, fmt.Errorf("fold %d: %w", k, err)
		}
		if m, err = models.Through(m, t.Params.(*PredictionParams).Predictor); err != nil {
			return nil, fmt.Errorf("fold %d: %w", k, err)
		}
		if out.grid == nil || !slices.Equal(out.grid.x.Names, m.Features()) {
			if out.grid, err = readSamples(t, []string{out.symbol}, m.Features()); err != nil {
				return nil, err
			}
		}
		rows := foldSpan{end: end[k], testEnd: testEnd[k]}.tests(out.grid)
		probabilities, err := probabilitiesOf(t, m, digest[k], out, rows, classes)
		if err != nil {
			return nil, fmt.Errorf("fold %d: %w", k, err)
		}
		prior, err := priorOf(counts[k])
		if err != nil {
			return nil, err
		}
		for range rows {
			out.fold, out.trainEnd = append(out.fold, int64(k)), append(out.trainEnd, end[k])
			out.model, out.prior = append(out.model, digest[k][:16]), append(out.prior, prior...)
		}
		out.rows, out.p = append(out.rows, rows...), append(out.p, probabilities...)
		t.Progress(k+1, len(end))
	}
	return out, nil
}

// predictedBlock is how many rows are predicted, and remembered, at a time.
const predictedBlock = 1024

// probabilitiesOf are a model's class probabilities for rows of the grid, one row
// after the other. Those of a block of rows that the same model was asked for
// before are remembered.
func probabilitiesOf(t *pipeline.Task, m models.Model, model string, of *predicted, rows []int, classes int) ([]float64, error) {
	out := make([]float64, len(rows)*classes)
	predictor := t.Params.(*PredictionParams).Predictor
	for from := 0; from < len(rows); from += predictedBlock {
		to := min(from+predictedBlock, len(rows))
		block := models.Pick(of.grid.x, rows[from:to])
		key := map[string]any{"model": model, "rows": to - from, "x": models.Digest(block, nil), "predictor": predictor}
		p, stored := out[from*classes:to*classes], []byte(nil)
		if t.Recall(key, &stored) && len(stored) == 8*len(p) {
			for i := range p {
				p[i] = math.Float64frombits(binary.LittleEndian.Uint64(stored[8*i:]))
			}
			continue
		}
		if err := m.Probabilities(block, p); err != nil {
			return nil, err
		}
		if predictor != models.Leaves {
			err := models.CrossCheck(m, block, spread(to-from, crossChecked))
			if d := (*models.Disagreement)(nil); errors.As(err, &d) {
				err = placed(d, of, rows[from:to])
			}
			if err != nil {
				return nil, err
			}
		}
		stored = make([]byte, 0, 8*len(p))
		for _, x := range p {
			stored = binary.LittleEndian.AppendUint64(stored, math.Float64bits(x))
		}
		if err := t.Remember(key, stored); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// crossChecked is how many rows of a block are scored again with leaves, the
// first and the last among them and as far apart as can be: a second opinion on
// what was compiled, for a few milliseconds.
const crossChecked = 16

// placed says at which bar the predictors differ. The row of d is one of rows,
// which are rows of the grid.
func placed(d *models.Disagreement, of *predicted, rows []int) error {
	return data.WithHint(fmt.Errorf("%s, %s: %w", of.symbol, data.Stamp(of.grid.samples[rows[d.Row]].Open), d),
		"--predictor leaves scores with leaves alone; either predictor, or the model file, is wrong")
}

// spread is up to most numbers below n, evenly spread from the first to the last.
func spread(n, most int) []int {
	if n <= most {
		most = n
	}
	out := make([]int, most)
	for i := range out {
		out[i] = i * (n - 1) / max(most-1, 1)
	}
	return out
}

func priorOf(counts string) ([]float64, error) {
	n, err := splitCounts(counts)
	if err != nil {
		return nil, err
	}
	return models.Prior(n), nil
}

func predictionSchema(classes int) data.Schema {
	s := data.Schema{
		Table: "predictions", Doc: "class probabilities over the test span, with what really happened",
		Fields: []data.Field{
			{Name: "time", Type: data.Time, Doc: "open instant of the bar"},
			{Name: "known_at", Type: data.Time, Doc: "close instant of the bar: the prediction is made then"},
			{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
			{Name: "close", Type: data.Float, Doc: "quote currency"},
		},
		Sort: []string{"time"},
	}
	for k := range classes {
		s.Fields = append(s.Fields, data.Field{Name: fmt.Sprint("p", k+1), Type: data.Float, Doc: fmt.Sprintf("probability of class %d", k+1)})
	}
	s.Fields = append(s.Fields,
		data.Field{Name: "class", Type: data.Int, Doc: "the likeliest class"},
		data.Field{Name: "realised_class", Type: data.Int, Nullable: true, Doc: "what really followed; null: not known yet"},
		data.Field{Name: "realised_return", Type: data.Float, Nullable: true, Doc: "fraction"},
		data.Field{Name: "label_known_at", Type: data.Time, Doc: "instant at which what followed is known"},
		data.Field{Name: "fold", Type: data.Int},
		data.Field{Name: "train_end", Type: data.Time, Doc: "no label known later trained the model"},
		data.Field{Name: "model", Type: data.String, Doc: "first digits of the model file's sha256"})
	return s
}

func putPredictions(t *pipeline.Task, out *predicted, closes []float64, classes int) error {
	n := len(out.rows)
	time, known, labelKnown := make([]int64, n), make([]int64, n), make([]int64, n)
	real, guess := make([]int64, n), make([]int64, n)
	closed, outcome := make([]float64, n), make([]float64, n)
	best, grid := models.Argmax(out.p, classes), out.grid
	for i, r := range out.rows {
		s := grid.samples[r]
		time[i], known[i], labelKnown[i], closed[i], outcome[i] = s.Open, s.Known, s.LabelKnown, closes[r], grid.outcome[r]
		guess[i], real[i] = int64(best[i])+1, data.Null
		if s.Labelled {
			real[i] = int64(grid.class[r]) + 1
		}
	}
	cols := []any{time, known, data.Repeated{Text: out.symbol, Rows: n}, closed}
	for k := range classes {
		pk := make([]float64, n)
		for i := range pk {
			pk[i] = out.p[i*classes+k]
		}
		cols = append(cols, pk)
	}
	cols = append(cols, guess, real, outcome, labelKnown, out.fold, out.trainEnd, out.model)
	b, err := data.NewBatch(predictionSchema(classes), cols...)
	if err != nil {
		return err
	}
	return t.Put(b)
}
