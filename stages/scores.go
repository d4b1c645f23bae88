package stages

import (
	"fmt"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/models"
	"mantis/pipeline"
)

var scoreSchema = data.Schema{
	Table: "scores", Doc: "the model beside its baselines, on the same test rows",
	Fields: []data.Field{
		{Name: "name", Type: data.String, Doc: "model, or a baseline"},
		{Name: "score", Type: data.String, Doc: "log_loss, accuracy, …"},
		{Name: "class", Type: data.Int, Nullable: true, Doc: "null: a score of all classes together"},
		{Name: "value", Type: data.Float, Nullable: true, Doc: "null: not defined, for the reason given"},
		{Name: "reason", Type: data.String},
		{Name: "rows", Type: data.Int, Doc: "test rows that have a label"},
	},
}

var confusionSchema = data.Schema{
	Table: "confusion", Doc: "test rows by realised and predicted class",
	Fields: []data.Field{
		{Name: "realised", Type: data.Int, Doc: "class, from 1"},
		{Name: "predicted", Type: data.Int, Doc: "class, from 1"},
		{Name: "rows", Type: data.Int},
	},
}

// Names of what is scored.
const (
	ScoredModel    = "model"
	ScoredPrior    = "class prior"
	ScoredMajority = "majority class"
	ScoredLast     = "last class"
	ScoredTruth    = "p_true"
)

// tooGood is the accuracy that no honest model of market returns reaches.
const tooGood = 0.9

// putScores scores the model and its baselines on the test rows whose label is
// known.
func putScores(t *pipeline.Task, out *predicted, classes []class) error {
	k := len(classes)
	var rows []int
	var real []int32
	for i, r := range out.rows {
		if out.grid.samples[r].Labelled {
			rows, real = append(rows, i), append(real, out.grid.class[r])
		}
	}
	prior := pickRows(out.prior, rows, k)
	p := pickRows(out.p, rows, k)
	guess := models.Guess{Class: models.Argmax(p, k), P: p}
	table := scoreTable{}
	table.add(ScoredModel, real, guess, k)
	table.add(ScoredPrior, real, models.Guess{Class: models.Argmax(prior, k), P: prior}, k)
	table.add(ScoredMajority, real, models.Guess{Class: models.Argmax(prior, k)}, k)
	if last := lastClass(out); last != nil {
		class := make([]int32, len(rows))
		for j, i := range rows {
			class[j] = last[i]
		}
		table.add(ScoredLast, real, models.Guess{Class: class}, k)
	}
	drawn, err := truth(t, out, classes)
	if err != nil {
		return err
	}
	if drawn != nil {
		p := pickRows(drawn, rows, k)
		table.add(ScoredTruth, real, models.Guess{Class: models.Argmax(p, k), P: p}, k)
		noteBetterThanTruth(t, real, guess.P, p, k)
	}
	if accuracy := table.of(ScoredModel, "accuracy"); accuracy > tooGood && table.of(ScoredMajority, "accuracy") < 0.8 {
		t.Note(leakNote+"too good to be true: the model is right in %.1f %% of the test rows", float64(100*accuracy))
	}
	if err := table.put(t); err != nil {
		return err
	}
	return putConfusion(t, models.Confusion(real, guess.Class, k))
}

func pickRows(p []float64, rows []int, classes int) []float64 {
	out := make([]float64, 0, len(rows)*classes)
	for _, r := range rows {
		out = append(out, p[r*classes:(r+1)*classes]...)
	}
	return out
}

type scoreTable struct {
	name, score, reason []string
	class, rows         []int64
	value               []float64
}

func (s *scoreTable) add(name string, real []int32, g models.Guess, classes int) {
	for _, x := range models.Scores(real, g, classes) {
		class := int64(x.Class)
		if class == 0 {
			class = data.Null
		}
		s.name, s.score, s.reason = append(s.name, name), append(s.score, x.Name), append(s.reason, x.Reason)
		s.class, s.value, s.rows = append(s.class, class), append(s.value, x.Value), append(s.rows, int64(len(real)))
	}
}

// of finds a score of all classes together, NaN where there is none.
func (s *scoreTable) of(name, score string) float64 {
	for i := range s.name {
		if s.name[i] == name && s.score[i] == score && s.class[i] == data.Null {
			return s.value[i]
		}
	}
	return num.NaN()
}

func (s *scoreTable) put(t *pipeline.Task) error {
	b, err := data.NewBatch(scoreSchema, s.name, s.score, s.class, s.value, s.reason, s.rows)
	if err != nil {
		return err
	}
	return t.Put(b)
}

func putConfusion(t *pipeline.Task, m [][]int) error {
	var real, guess, rows []int64
	for i := range m {
		for j, n := range m[i] {
			real, guess, rows = append(real, int64(i+1)), append(guess, int64(j+1)), append(rows, int64(n))
		}
	}
	b, err := data.NewBatch(confusionSchema, real, guess, rows)
	if err != nil {
		return err
	}
	return t.Put(b)
}

// lastClass guesses, for each test row, the class of the newest label that is
// known when the prediction is made: what just happened will happen again. It
// is nil where some row has no such label.
func lastClass(out *predicted) []int32 {
	guess := make([]int32, len(out.rows))
	samples, newest := out.grid.samples, 0 // samples before newest have labels known by the row's close
	for i, r := range out.rows {
		for newest < len(samples) && samples[newest].Labelled && samples[newest].LabelKnown <= samples[r].Known {
			newest++
		}
		if newest == 0 {
			return nil
		}
		guess[i] = out.grid.class[newest-1]
	}
	return guess
}

// truth is the probabilities that a simulated market drew the test rows'
// outcomes from, or nil where there are none, or none of these labels.
func truth(t *pipeline.Task, out *predicted, classes []class) ([]float64, error) {
	v, err := t.Input(Candles)
	if err != nil {
		return nil, err
	}
	if _, err := v.Table("p_true"); err != nil {
		return nil, nil // a real market
	}
	drawnFrom, err := readClasses(t, Candles, "p_true_classes")
	if err != nil || !slices.EqualFunc(drawnFrom, classes, class.same) {
		return nil, err
	}
	b, err := t.ReadOne(Candles, "p_true", out.symbol)
	if err != nil {
		return nil, err
	}
	c := b.Columns()
	time, known, settles := c.Ints("time"), c.Ints("known_at"), c.Ints("settles_at")
	cols := make([][]float64, len(classes))
	for k := range cols {
		cols[k] = c.Floats(fmt.Sprint("p", k+1))
	}
	if c.Err != nil {
		return nil, c.Err
	}
	drawn := make([]float64, 0, len(out.p))
	for _, r := range out.rows {
		s := out.grid.samples[r]
		i, ok := slices.BinarySearch(time, s.Open)
		fits := ok && known[i] == s.Known && settles[i] == s.LabelKnown
		if !fits && s.Labelled {
			return nil, nil // other labels than the market drew
		}
		for k := range cols {
			if !fits { // a row without a label, which is not scored
				drawn = append(drawn, num.NaN())
				continue
			}
			drawn = append(drawn, cols[k][i])
		}
	}
	return drawn, nil
}

// same tells whether two classes have the same bounds.
func (c class) same(d class) bool {
	equal := func(a, b float64) bool { return a == b || a != a && b != b }
	return equal(c.above, d.above) && equal(c.upTo, d.upTo)
}
