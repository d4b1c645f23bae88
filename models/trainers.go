package models

import (
	"context"
	"fmt"
	"strings"

	"mantis/models/bayes"
	"mantis/models/linear"
	"mantis/models/xgb"
)

// Settings are the parameters of all trainers: those of XGBoost by themselves,
// the others' under the trainer's name. Every trainer reads NumClass.
type Settings struct {
	xgb.Params
	Forest   Forest          `json:"forest"`
	Logistic linear.Logistic `json:"logistic"`
	SVM      linear.SVM      `json:"svm"`
	Bayes    bayes.Naive     `json:"bayes"`
}

// Defaults are the settings that a user starts from.
func Defaults() Settings {
	return Settings{
		Params: xgb.Defaults(), Forest: defaultForest(),
		Logistic: linear.Logistic{Lambda: 1, MaxIter: 200}, SVM: linear.SVM{Lambda: 1, MaxIter: 200},
		Bayes: bayes.Naive{Smoothing: 1e-9},
	}
}

// Kind is a way to fit a model.
type Kind struct {
	Name string
	Doc  string // one line
	Code int    // raised when the same samples would now give another model

	// Under is the name of its settings, empty for those of XGBoost. Its parameters
	// follow; nil where it has none.
	Under  string
	Params func(*Settings) any

	New func(*Settings) Trainer
	// Search is where to look for better parameters, by name: see the stage trials.
	Search map[string]string
}

// Trainers are all kinds. A new one is a file of its own, one entry here, a field
// of Settings for its parameters, and its format in ownFormats.
func Trainers() []Kind {
	return []Kind{
		{Name: "xgboost", Doc: "gradient-boosted trees, XGBoost's own", Code: 1,
			Params: func(s *Settings) any { return &s.Params },
			New:    func(s *Settings) Trainer { return XGBoost{Params: s.Params} },
			Search: map[string]string{"eta": "0.02..0.3 log", "max_depth": "2..7", "num_boost_round": "20..200 log", "min_child_weight": "1..100 log", "subsample": "0.5..1", "colsample_bytree": "0.3..1", "lambda": "0.1..100 log"}},
		{Name: "forest", Doc: "a random forest of the same trees", Code: 1, Under: "forest",
			Params: func(s *Settings) any { return &s.Forest },
			New:    func(s *Settings) Trainer { return forestTrainer{s.Forest, s.NumClass} },
			Search: map[string]string{"max_depth": "3..12", "min_child_weight": "1..100 log", "subsample": "0.3..1", "colsample_bynode": "0.1..1", "lambda": "0.1..100 log"}},
		{Name: "logistic", Doc: "multinomial logistic regression", Code: 1, Under: "logistic",
			Params: func(s *Settings) any { return &s.Logistic },
			New:    func(s *Settings) Trainer { return logisticTrainer{s.Logistic, s.NumClass} },
			Search: map[string]string{"lambda": "0.1..100000 log"}},
		{Name: "svm", Doc: "a linear support vector machine a class, with Platt's probabilities", Code: 1, Under: "svm",
			Params: func(s *Settings) any { return &s.SVM },
			New:    func(s *Settings) Trainer { return svmTrainer{s.SVM, s.NumClass} },
			Search: map[string]string{"lambda": "0.1..100000 log"}},
		{Name: "bayes", Doc: "Gaussian naive Bayes, a check that takes no time", Code: 1, Under: "bayes",
			Params: func(s *Settings) any { return &s.Bayes },
			New:    func(s *Settings) Trainer { return bayesTrainer{s.Bayes, s.NumClass} },
			Search: map[string]string{"smoothing": "0.000001..10 log"}},
		{Name: "prior", Doc: "the class shares of the training rows, whatever the features say", Code: 1,
			New: func(s *Settings) Trainer { return priorTrainer{s.NumClass} }},
		{Name: "uniform", Doc: "every class alike", Code: 1,
			New: func(s *Settings) Trainer { return uniformTrainer{s.NumClass} }},
	}
}

// KindOf finds a kind by name.
func KindOf(name string) (Kind, error) {
	var names []string
	for _, k := range Trainers() {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return Kind{}, fmt.Errorf("trainer %q: want %s", name, strings.Join(names, ", "))
}

// With is all that a fit depends on beside its samples: the parameters and the
// number of classes; JSON.
func (k Kind) With(s *Settings) map[string]any {
	with := map[string]any{"num_class": s.NumClass}
	if k.Params != nil {
		with["params"] = k.Params(s)
	}
	return with
}

// Check says what is wrong with the settings of a kind.
func (k Kind) Check(s *Settings) error {
	if k.Params == nil {
		return nil
	}
	switch p := k.Params(s).(type) {
	case *xgb.Params:
		trial := *p
		if trial.NumClass == 0 {
			trial.NumClass = 2
		}
		if !strings.HasPrefix(p.Objective, "multi:") {
			return fmt.Errorf("objective %q: predictions have a probability for every class: want multi:softprob or multi:softmax", p.Objective)
		}
		return trial.Check()
	case *Forest:
		if err := p.params(2).Check(); err != nil {
			return fmt.Errorf("forest: %w", err)
		}
		return nil
	case interface{ Check() error }:
		return p.Check()
	}
	return nil
}

type logisticTrainer struct {
	linear.Logistic
	classes int
}

type svmTrainer struct {
	linear.SVM
	classes int
}

type bayesTrainer struct {
	bayes.Naive
	classes int
}

func (t logisticTrainer) Fit(ctx context.Context, x Matrix, class []int32, progress func(done, total int)) (Model, error) {
	return found(t.Logistic.Fit(ctx, x, class, t.classes, progress))
}

func (t svmTrainer) Fit(ctx context.Context, x Matrix, class []int32, progress func(done, total int)) (Model, error) {
	return found(t.SVM.Fit(ctx, x, class, t.classes, progress))
}

func (t bayesTrainer) Fit(ctx context.Context, x Matrix, class []int32, progress func(done, total int)) (Model, error) {
	prior, err := sharesOf(class, t.classes)
	if err != nil {
		return nil, err
	}
	return found(t.Naive.Fit(ctx, x, class, prior, progress))
}

// found is a model, or no model at all: a nil pointer is none.
func found[M Model](m M, err error) (Model, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}
