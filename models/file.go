package models

import (
	"fmt"

	"mantis/data"
	"mantis/models/lightgbm"
	"mantis/models/xgb"
)

// File is what a model file says of itself: one of XGBoost, of LightGBM, or of our
// own.
type File struct {
	Library   string `json:"library"`
	Format    string `json:"format"`  // json, ubj, binary or text
	Version   string `json:"version"` // of the library that wrote it, or of the format; empty where the file has none
	Booster   string `json:"booster"`
	Objective string `json:"objective"`
	// Classes is the number of margins of a row, 1 for a single output.
	Classes  int `json:"classes"`
	Features int `json:"features"`
	Rounds   int `json:"rounds"`
	Trees    int `json:"trees"`
	Parallel int `json:"num_parallel_tree"`
	// Best is the best round, from 0, where early stopping noted one: scores use
	// no later one.
	Best         *int              `json:"best_iteration"`
	BaseScore    []float32         `json:"base_score"`    // one where all classes share it
	FeatureNames []string          `json:"feature_names"` // empty where the file has none
	FeatureTypes []string          `json:"feature_types"`
	Attributes   map[string]string `json:"attributes"`
}

// Inspect reads a model file, checks all of it and says what it is.
func Inspect(file []byte) (File, error) {
	if format := ownFormat(file); format != "" {
		return inspectOwn(format, file)
	}
	if lightgbm.Is(file) {
		m, err := lightgbm.Read(file)
		if err != nil {
			return File{}, err
		}
		return File{
			Library: "lightgbm", Format: "text", Version: m.Version(), Booster: m.Kind(), Objective: m.Objective(),
			Classes: m.NumClass(), Features: len(m.FeatureNames()), Rounds: m.Rounds(), Trees: m.NumTree(), Parallel: 1,
			BaseScore: []float32{}, FeatureNames: m.FeatureNames(), FeatureTypes: []string{}, Attributes: map[string]string{},
		}, nil
	}
	b, origin, err := xgb.Read(file)
	if err != nil {
		return File{}, err
	}
	f := File{
		Library: "xgboost", Format: origin.Format, Version: origin.Version, Booster: b.Kind(), Objective: b.Objective(),
		Classes: b.NumClass(), Features: b.NumFeature(), Rounds: b.Rounds(), Trees: b.NumTree(), Parallel: b.NumParallel(),
		BaseScore: b.BaseScore(), FeatureNames: []string{}, FeatureTypes: append([]string{}, b.FeatureTypes()...),
		Attributes: b.Attributes(),
	}
	if b.Shared() {
		f.BaseScore = f.BaseScore[:1]
	}
	if b.Named() {
		f.FeatureNames = b.FeatureNames()
	}
	if f.Attributes == nil {
		f.Attributes = map[string]string{}
	}
	if best, ok := b.BestIteration(); ok {
		f.Best = &best
	}
	return f, nil
}

// Conversion says how a model file is to be written.
type Conversion struct {
	To     string // json or ubj
	Best   bool   // without the rounds after the best one
	Vector bool   // even where only XGBoost 3.1 and later read it right
}

// Convert reads a model file of XGBoost in any format and returns it as JSON or
// UBJSON that XGBoost 1.7 and later read. A model whose classes have different
// base scores is an error unless Vector is set: before 3.1 XGBoost reads such a
// file without a word and scores otherwise.
func Convert(file []byte, c Conversion) ([]byte, error) {
	if format := ownFormat(file); format != "" {
		return nil, fmt.Errorf("this is a model of %.40s: only XGBoost's are converted", format)
	}
	if lightgbm.Is(file) {
		return nil, fmt.Errorf("this is a model of LightGBM: only XGBoost's are converted")
	}
	b, _, err := xgb.Read(file)
	if err != nil {
		return nil, err
	}
	if c.Best {
		b = b.Best()
	}
	if !b.Shared() && !c.Vector {
		return nil, data.WithHint(fmt.Errorf("its classes have different values of base_score %v, which XGBoost before 3.1 would read as 0.5", b.BaseScore()),
			"--vector writes the file for XGBoost 3.1 and later")
	}
	switch c.To {
	case xgb.FormatJSON:
		return b.JSON()
	case xgb.FormatUBJ:
		return b.UBJ()
	}
	return nil, fmt.Errorf("format %.40q: want %s or %s", c.To, xgb.FormatJSON, xgb.FormatUBJ)
}
