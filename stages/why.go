package stages

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/models"
	"mantis/models/xgb"
)

// Why is what the model made of one test bar, and why. Shares and probabilities
// are fractions, times are instants in words, in UTC.
type Why struct {
	Symbol     string      `json:"symbol"`
	Time       string      `json:"time"`
	Known      string      `json:"known_at"`
	Fold       int         `json:"fold"`
	Model      string      `json:"model"`
	TrainRows  int         `json:"train_rows"` // bars of the symbol that percentiles are of
	Class      int         `json:"class"`      // that is explained
	Likeliest  int         `json:"likeliest"`
	Realised   int         `json:"realised_class,omitempty"` // 0: not known yet
	Classes    []WhyClass  `json:"classes"`
	Reasons    []WhyReason `json:"contributions"` // the one that moves the class most comes first
	Simulated  bool        `json:"simulated"`
	Additivity float64     `json:"additivity"` // margin less bias and contributions: rounding
}

// WhyClass is one class of the bar.
type WhyClass struct {
	Class       int     `json:"class"`
	Name        string  `json:"name"`
	Bounds      string  `json:"bounds"`
	Probability float64 `json:"probability"`
	Margin      float64 `json:"margin"`
	Bias        float64 `json:"bias"`          // the margin of a bar of which nothing is known
	Unknown     float64 `json:"nothing_known"` // the probability of such a bar
}

// WhyReason is the part that one feature has.
type WhyReason struct {
	Feature      string   `json:"feature"`
	Value        *float64 `json:"value"`                 // nil: missing
	Standing     *float64 `json:"share_below,omitempty"` // share of the training bars with a lower value, half of the equal ones included
	Contribution float64  `json:"contribution"`          // to the margin of the class
	LogOdds      float64  `json:"log_odds"`              // by which the class is likelier than without what the feature adds to every margin
	Without      float64  `json:"probability_without"`   // the probability of the class then
}

// Explain tells why the predictions of a version are what they are at the bar
// that opens at an instant. class 0 is the likeliest one; symbol may be empty.
func Explain(store *data.Store, predictions *data.Version, at int64, symbol data.Symbol, class int) (*Why, error) {
	if predictions.Dataset != Predictions.Name {
		return nil, data.WithHint(fmt.Errorf("%w: %s: only predictions are explained", data.ErrName, predictions.Ref()), "want predictions, predictions:TAG or predictions@ID")
	}
	w := &Why{}
	s := &scene{store: store, predictions: predictions}
	for _, step := range []func() error{
		func() error { return s.find(w, at, symbol) },
		func() error { return s.classes(w, class) },
		func() error { return s.train(w) },
		func() error { return s.solve(w) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// scene is what a bar is explained from.
type scene struct {
	store       *data.Store
	predictions *data.Version
	at          int64
	model       *xgb.Booster
	span        foldSpan
	row         []float64   // the bar's features
	trained     [][]float64 // sorted values of each feature in training
}

// input is the version that the predictions were made from.
func (s *scene) input(dataset string) (*data.Version, error) {
	for _, in := range s.predictions.Inputs {
		if in.Name == dataset {
			return s.store.Load(in.Name, in.ID)
		}
	}
	return nil, fmt.Errorf("%s was not made from %s", s.predictions.Ref(), dataset)
}

// table reads a table of an input, of one symbol where it has symbols.
func (s *scene) table(v *data.Version, table string, partition ...string) (*data.Columns, error) {
	b, err := readStored(s.store, v, table, partition...)
	if err != nil {
		return nil, err
	}
	return b.Columns(), nil
}

// find finds the bar among the predictions.
func (s *scene) find(w *Why, at int64, symbol data.Symbol) error {
	c, err := s.table(s.predictions, "predictions")
	if err != nil {
		return err
	}
	time, known, symbols := c.Ints("time"), c.Ints("known_at"), c.Strings("symbol")
	fold, model, class, real := c.Ints("fold"), c.Strings("model"), c.Ints("class"), c.Ints("realised_class")
	if c.Err != nil {
		return c.Err
	}
	if len(time) == 0 {
		return fmt.Errorf("%s: no bar is predicted: %w", s.predictions.Ref(), data.ErrNotFound)
	}
	if symbol != "" && string(symbol) != symbols[0] {
		return data.WithHint(fmt.Errorf("no prediction of %s: %w", symbol, data.ErrNotFound), fmt.Sprintf("%s are of %s", s.predictions.Ref(), symbols[0]))
	}
	i, ok := slices.BinarySearch(time, at)
	if !ok {
		hint := fmt.Sprintf("bars that were predicted open from %s to %s, every %s", data.Stamp(time[0]), data.Stamp(time[len(time)-1]), data.Interval(known[0]-time[0]))
		if i > 0 && i < len(time) {
			hint += fmt.Sprintf("; the nearest at %s and %s", data.Stamp(time[i-1]), data.Stamp(time[i]))
		}
		return data.WithHint(fmt.Errorf("no bar of %s that opens at %s is predicted: %w", symbols[0], data.Stamp(at), data.ErrNotFound), hint)
	}
	s.at = at
	w.Symbol, w.Time, w.Known = symbols[i], data.Stamp(at), data.Stamp(known[i])
	w.Fold, w.Model, w.Likeliest, w.Realised = int(fold[i]), model[i], int(class[i]), max(0, int(real[i]))
	return nil
}

// classes reads what the classes are, and settles which one is explained.
func (s *scene) classes(w *Why, class int) error {
	labels, err := s.input(Labels.Name)
	if err != nil {
		return err
	}
	c, err := s.table(labels, "classes")
	if err != nil {
		return err
	}
	names, above, upTo := c.Strings("name"), c.Floats("above"), c.Floats("up_to")
	if c.Err != nil {
		return c.Err
	}
	for i, name := range names {
		w.Classes = append(w.Classes, WhyClass{Class: i + 1, Name: name, Bounds: classBounds(above[i], upTo[i])})
	}
	if class < 0 || class > len(names) {
		return fmt.Errorf("class %d: there are classes 1 to %d", class, len(names))
	}
	w.Class = cmp.Or(class, w.Likeliest)
	candles, err := s.input(Candles.Name)
	if err == nil {
		_, simulated := candles.Table("p_true")
		w.Simulated = simulated == nil
	}
	return err
}

func classBounds(above, upTo float64) string { return class{above: above, upTo: upTo}.bounds() }

// train reads the bar's features, the model, and the values that it trained on.
func (s *scene) train(w *Why) error {
	fitted, err := s.input(Model.Name)
	if err != nil {
		return err
	}
	folds, err := s.store.Read(fitted, fitted.Of("folds")[0])
	if err != nil {
		return err
	}
	spans, err := foldSpans(folds)
	if err != nil {
		return err
	}
	s.span = spans[w.Fold]
	file, err := s.store.ReadFile(fitted, foldFile(w.Fold))
	if err != nil {
		return err
	}
	if s.model, err = decodeTrees(file, w.Fold); err != nil {
		return err
	}
	made, err := s.input(Features.Name)
	if err != nil {
		return err
	}
	labels, err := s.input(Labels.Name)
	if err != nil {
		return err
	}
	f, err := s.table(made, "features", w.Symbol)
	if err != nil {
		return err
	}
	l, err := s.table(labels, "labels", w.Symbol)
	if err != nil {
		return err
	}
	return s.values(w, f, l)
}

// values takes the bar's features, and those of the training bars, sorted.
func (s *scene) values(w *Why, f, l *data.Columns) error {
	time, known, class := f.Ints("time"), l.Ints("known_at"), l.Ints("class")
	if err := cmp.Or(f.Err, l.Err); err != nil {
		return err
	}
	at, ok := slices.BinarySearch(time, s.at)
	if !ok || len(known) != len(time) {
		return fmt.Errorf("features of %s at %s: %w", w.Symbol, w.Time, data.ErrNotFound)
	}
	var rows []int
	for r, open := range time {
		if open >= s.span.from && open < s.span.end && class[r] != data.Null && known[r] <= s.span.end {
			rows = append(rows, r)
		}
	}
	w.TrainRows = len(rows)
	for _, name := range s.model.FeatureNames() {
		col := f.Floats(name)
		if f.Err != nil {
			return f.Err
		}
		s.row = append(s.row, float64(float32(col[at])))
		var sorted []float64
		for _, r := range rows {
			if v := float64(float32(col[r])); v == v {
				sorted = append(sorted, v)
			}
		}
		slices.Sort(sorted)
		s.trained = append(s.trained, sorted)
	}
	return nil
}

// solve divides the margins of the bar among its features.
func (s *scene) solve(w *Why) error {
	names, classes := s.model.FeatureNames(), len(w.Classes)
	cols := make([][]float64, len(names))
	for f := range cols {
		cols[f] = s.row[f : f+1]
	}
	x := models.NewMatrix(names, cols)
	e, err := s.model.Explainer()
	if err != nil {
		return err
	}
	adds := make([]float64, classes*e.Width())
	if err := e.Contributions(x, adds); err != nil {
		return err
	}
	exact := make([]float32, classes)
	if err := s.model.Walk(x, exact); err != nil {
		return err
	}
	margins, bias := make([]float64, classes), e.Bias()
	for k := range margins {
		margins[k] = num.Sum(adds[k*e.Width():][:e.Width()])
		w.Additivity = max(w.Additivity, math.Abs(margins[k]-float64(exact[k])))
	}
	for k := range w.Classes {
		c := &w.Classes[k]
		c.Margin, c.Bias, c.Probability, c.Unknown = float64(exact[k]), bias[k], share(margins, k), share(bias, k)
	}
	k := w.Class - 1
	for f, name := range names {
		without := slices.Clone(margins)
		for j := range without {
			without[j] -= adds[j*e.Width()+f]
		}
		r := WhyReason{Feature: name, Contribution: adds[k*e.Width()+f], Without: share(without, k), LogOdds: logOdds(margins, k) - logOdds(without, k)}
		if v := s.row[f]; v == v {
			r.Value = &v
			if p := standing(s.trained[f], v); p == p {
				r.Standing = &p
			}
		}
		w.Reasons = append(w.Reasons, r)
	}
	slices.SortStableFunc(w.Reasons, func(a, b WhyReason) int {
		return cmp.Compare(math.Abs(b.LogOdds), math.Abs(a.LogOdds))
	})
	return nil
}

// logOdds is the logarithm of a class's odds against all others.
func logOdds(margins []float64, k int) float64 {
	top, others := math.Inf(-1), 0.0
	for j, m := range margins {
		if j != k {
			top = max(top, m)
		}
	}
	for j, m := range margins {
		if j != k {
			others += num.Exp(m - top)
		}
	}
	return margins[k] - top - num.Log(others)
}

// share is the softmax of margins at a class.
func share(margins []float64, k int) float64 { return 1 / (1 + num.Exp(-logOdds(margins, k))) }
