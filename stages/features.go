package stages

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// FeatureParams say which features are computed: a new one, or a raised code, is
// another action.
type FeatureParams struct {
	Features []FeatureID   `json:"features"` // those of every run, and those of Add, which Check takes in
	Add      Names         `json:"add"`      // features that are not in every run: by name, by group, or all
	Hub      data.Symbol   `json:"hub"`      // BTC in dollars, for features that look at other markets; empty: BTC-USD, or the one such market there is
	Outside  []OutsideFile `json:"outside"`  // files of columns that are no candles; each column is a feature
}

// FeatureID is a feature and the code it was computed with.
type FeatureID struct {
	Name string `json:"name"`
	Code int    `json:"code"`
}

// Key is what the features are computed of: how they were asked for, and where on
// the disk a file lies, says nothing.
func (p *FeatureParams) Key() any {
	key := map[string]any{"features": p.Features}
	if p.Hub != "" {
		key["hub"] = p.Hub
	}
	if len(p.Outside) > 0 {
		files := slices.Clone(p.Outside)
		for i := range files {
			files[i].Path = filepath.Base(files[i].Path)
		}
		key["outside"] = files
	}
	return key
}

// Features is the wide table of the features, one row a bar of each symbol,
// null where a feature is not defined (yet). No row is ever dropped.
var Features = add(&pipeline.Stage{
	Name: "features", Doc: "what a model may look at, one row a bar", Code: 2,
	Inputs:  []*pipeline.Stage{Bars},
	Params:  &FeatureParams{Features: featureIDs(feature.Default()), Add: Names{}, Outside: []OutsideFile{}},
	Check:   checkFeatures,
	Outside: digestOutside,
	Bring:   bringOutside,
	Run:     computeFeatures,
})

// checkFeatures takes the features that are asked for into the list. It refuses
// a list that lacks one of every run's, or has one that is not what it was.
func checkFeatures(params any) error {
	p := params.(*FeatureParams)
	added, err := feature.Choose(p.Add)
	if err != nil {
		return data.WithHint(err, "`mantis features` lists them")
	}
	listed := append(slices.Clone(p.Features), featureIDs(added)...)
	slices.SortStableFunc(listed, func(a, b FeatureID) int { return cmp.Compare(a.Name, b.Name) })
	p.Features = slices.Compact(listed)
	for _, id := range p.Features {
		if f := feature.Find(id.Name); f == nil || f.Code != id.Code {
			return fmt.Errorf("feature %s with code %d: there is none such in this program", id.Name, id.Code)
		}
	}
	for _, id := range featureIDs(feature.Default()) {
		if !slices.Contains(p.Features, id) {
			return data.WithHint(fmt.Errorf("feature %s is left out, which every run computes", id.Name), "add some with features.add; choose among them with model.features")
		}
	}
	return checkOutside(p.Outside)
}

// chosen are the features that the parameters list.
func (p *FeatureParams) chosen() []*feature.Feature {
	fs := make([]*feature.Feature, len(p.Features))
	for i, id := range p.Features {
		fs[i] = feature.Find(id.Name)
	}
	return fs
}

func featureIDs(features []*feature.Feature) []FeatureID {
	ids := make([]FeatureID, len(features))
	for i, f := range features {
		ids[i] = FeatureID{f.Name, f.Code}
	}
	return ids
}

func featureSchema(features []*feature.Feature) data.Schema {
	s := data.Schema{
		Table: "features", Doc: "what a model may look at, one row a bar",
		Fields: []data.Field{
			{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
			{Name: "time", Type: data.Time, Doc: "open instant of the bar"},
			{Name: "known_at", Type: data.Time, Doc: "close instant of the bar: the row is known from then on"},
		},
		Partition: []string{"symbol", "period"}, Sort: []string{"time"},
	}
	for _, f := range features {
		s.Fields = append(s.Fields, data.Field{Name: f.Name, Type: data.Float, Nullable: true, Doc: f.Doc})
	}
	return s
}
