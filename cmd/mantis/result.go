package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages"
)

// result is what a run has to tell: the datasets, the model beside its
// baselines, the strategy beside buy-and-hold, and where everything lies.
type result struct {
	Simulated   bool                    `json:"simulated"`
	Ran         int                     `json:"ran"` // stages that had to run
	Datasets    []summary               `json:"datasets"`
	Notes       []string                `json:"notes"`
	Folds       []fold                  `json:"folds"`
	Scores      []scored                `json:"scores"`
	Confusion   [][]int64               `json:"confusion"` // test bars by realised, then predicted class
	Performance []stages.PerformanceRow `json:"performance"`
	Assumptions map[string]string       `json:"assumptions"`
	Report      string                  `json:"report"`
	Store       string                  `json:"store"`
	Query       string                  `json:"query"`

	assumptions [][2]string
	classes     []string
	took        time.Duration
}

// summary is a dataset in one line.
type summary struct {
	Name  string `json:"name"`
	ID    string `json:"id"`
	Table string `json:"table"`
	Rows  int    `json:"rows"`
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`
	Made  bool   `json:"made,omitempty"` // by this run

	PartsMade int `json:"parts_made,omitempty"` // of those that are made one by one
	PartsKept int `json:"parts_kept,omitempty"` // as what they are made of is the same
}

// fold is one fit: what trained it and what it was tested on.
type fold struct {
	Symbol    string `json:"symbol"`
	TrainFrom string `json:"train_from"`
	TrainEnd  string `json:"train_end"`
	TestEnd   string `json:"test_end"`
	Train     int64  `json:"train_rows"`
	Purged    int64  `json:"purged_rows"`
	Test      int64  `json:"test_rows"`
}

// String tells a fold to people.
func (f fold) String() string {
	return fmt.Sprintf("%s: trained on %s bars from %s, tested on %s from %s to %s; %d whose label was not known by then did not train",
		f.Symbol, data.Thousands(int(f.Train)), f.TrainFrom, data.Thousands(int(f.Test)), f.TrainEnd, f.TestEnd, f.Purged)
}

type scored struct {
	stages.ScoreRow
	Value *float64 `json:"value"`
}

// shellQuoted writes a text so that a shell takes it as one word.
func shellQuoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(s) + `"`
}

// defined is a pointer for JSON: null where a value is not defined.
func defined(x float64) *float64 {
	if x != x {
		return nil
	}
	return &x
}

func newResult(store *data.Store, steps []pipeline.Step, took time.Duration) (*result, error) {
	r := &result{Store: store.Root(), took: took, Notes: []string{}, Assumptions: map[string]string{}}
	r.Report = filepath.Join(store.Root(), filepath.FromSlash(data.View(stages.Report.Name)), stages.ReportPage)
	r.Query = "duckdb -c " + shellQuoted(stages.Query(store.Root(), "predictions"))
	versions := map[*pipeline.Stage]*data.Version{}
	for _, step := range steps {
		versions[step.Stage] = step.Version
		s := summarise(step.Version)
		s.Made, s.PartsMade, s.PartsKept = !step.Known, step.Made, step.Kept
		if s.Made {
			r.Ran++
		}
		r.Datasets = append(r.Datasets, s)
		r.Notes = append(r.Notes, step.Version.Notes...)
	}
	_, err := versions[stages.Candles].Table("p_true")
	r.Simulated = err == nil
	if err := r.readFolds(store, versions[stages.Model]); err != nil {
		return nil, err
	}
	if err := r.readScores(store, versions[stages.Predictions]); err != nil {
		return nil, err
	}
	if err := r.readPerformance(store, versions[stages.Report]); err != nil {
		return nil, err
	}
	backtest := versions[stages.Backtest]
	rules, err := store.Read(backtest, backtest.Of("assumptions")[0])
	if err != nil {
		return nil, err
	}
	if r.assumptions, err = stages.Assumptions(rules); err != nil {
		return nil, err
	}
	if r.classes, err = classNames(store, versions[stages.Labels]); err != nil {
		return nil, err
	}
	for _, a := range r.assumptions {
		r.Assumptions[a[0]] = a[1]
	}
	return r, nil
}

// summarise counts the rows of the table that bears the dataset's name, or
// else of its first.
func summarise(v *data.Version) summary {
	s := summary{Name: v.Dataset, ID: v.ID, Table: stages.MainTable(v)}
	rows, first, last := v.Span(s.Table)
	s.Rows = rows
	if first != data.Null {
		s.First, s.Last = data.Stamp(first), data.Stamp(last)
	}
	return s
}

func (r *result) readFolds(store *data.Store, v *data.Version) error {
	b, err := store.Read(v, v.Of("folds")[0])
	if err != nil {
		return err
	}
	c := b.Columns()
	symbol, from, end, testEnd := c.Strings("symbol"), c.Ints("train_from"), c.Ints("train_end"), c.Ints("test_end")
	train, purged, test := c.Ints("train_rows"), c.Ints("purged_rows"), c.Ints("test_rows")
	if c.Err != nil {
		return c.Err
	}
	for i := range symbol {
		r.Folds = append(r.Folds, fold{symbol[i], data.Stamp(from[i]), data.Stamp(end[i]), data.Stamp(testEnd[i]), train[i], purged[i], test[i]})
	}
	return nil
}

func (r *result) readScores(store *data.Store, v *data.Version) error {
	b, err := store.Read(v, v.Of("scores")[0])
	if err != nil {
		return err
	}
	rows, err := stages.ScoreRows(b)
	if err != nil {
		return err
	}
	for _, x := range rows {
		r.Scores = append(r.Scores, scored{x, defined(x.Value)})
	}
	if b, err = store.Read(v, v.Of("confusion")[0]); err != nil {
		return err
	}
	c := b.Columns()
	real, count := c.Ints("realised"), c.Ints("rows")
	for i, k := range real {
		if len(r.Confusion) < int(k) {
			r.Confusion = append(r.Confusion, nil)
		}
		r.Confusion[k-1] = append(r.Confusion[k-1], count[i])
	}
	return c.Err
}

func (r *result) readPerformance(store *data.Store, v *data.Version) error {
	file, err := store.ReadFile(v, stages.ReportPerformance)
	if err != nil {
		return err
	}
	return json.Unmarshal(file, &r.Performance)
}

// classNames are the labels' words for classes 1, 2, ….
func classNames(store *data.Store, v *data.Version) ([]string, error) {
	b, err := store.Read(v, v.Of("classes")[0])
	if err != nil {
		return nil, err
	}
	return b.Strings("name")
}
