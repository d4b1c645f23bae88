package stages

import (
	"cmp"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// FeatureParams say which features are computed: a new one, or a raised code, is
// another action.
type FeatureParams struct {
	Features []FeatureID `json:"features"` // those of every run, and those of Add, which Check takes in
	Add      Names       `json:"add"`      // features that are not in every run: by name, by group, or all
}

// FeatureID is a feature and the code it was computed with.
type FeatureID struct {
	Name string `json:"name"`
	Code int    `json:"code"`
}

// Key is what the features are computed of: how they were asked for says nothing.
func (p *FeatureParams) Key() any { return map[string]any{"features": p.Features} }

// Features is the wide table of the features, one row a bar of each symbol,
// null where a feature is not defined (yet). No row is ever dropped.
var Features = add(&pipeline.Stage{
	Name: "features", Doc: "what a model may look at, one row a bar", Code: 2,
	Inputs: []*pipeline.Stage{Bars},
	Params: &FeatureParams{Features: featureIDs(feature.Default()), Add: Names{}},
	Check:  checkFeatures,
	Run:    computeFeatures,
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
	return nil
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

func computeFeatures(t *pipeline.Task) error {
	v, err := t.Input(Bars)
	if err != nil {
		return err
	}
	features := t.Params.(*FeatureParams).chosen()
	m := &featureMaker{t: t, bars: v, features: features, schema: featureSchema(features), back: feature.LookBack(features)}
	symbols := symbolsOf(v, "bars")
	return pipeline.Each(t.Context, len(symbols), func(i int) error {
		parts, err := v.Where("bars", symbols[i])
		if err != nil {
			return err
		}
		for k, p := range parts {
			if err := m.part(parts, k); err != nil {
				return fmt.Errorf("%s: %w", p.Key, err)
			}
		}
		return nil
	})
}

// featureMaker makes the features of the parts of the bars.
type featureMaker struct {
	t        *pipeline.Task
	bars     *data.Version
	features []*feature.Feature
	schema   data.Schema
	back     int // bars that the longest look-back asks for
}

// part makes the features of one part of a symbol's bars: from its rows, as many
// before them as the longest look-back asks for, and the bar that history starts
// with.
func (m *featureMaker) part(parts []data.Part, k int) error {
	symbol := parts[k].Value("symbol")
	from := append([]pipeline.Rows{{Of: m.bars, Part: parts[0], First: 1}}, rowsBefore(m.bars, parts, k, m.back-1)...)
	from = append(from, whole(m.bars, parts[k]))
	_, err := m.t.Part(pipeline.Part{Schema: m.schema, Values: []string{symbol, parts[k].Value("period")}, From: from,
		Make: func(rows []*data.Batch) (*data.Batch, any, error) {
			start := featureBars(rows[0].Columns())
			all, err := data.Concat(rows[1:]...)
			if err != nil {
				return nil, nil, err
			}
			c := all.Columns()
			b, known := featureBars(c), c.Ints("known_at")
			if c.Err != nil {
				return nil, nil, c.Err
			}
			b.StartTime, b.StartClose = start.Time[0], start.Close[0]
			first := all.Rows() - parts[k].Rows
			cols := []any{repeat(symbol, parts[k].Rows), b.Time[first:], known[first:]}
			for _, f := range m.features {
				out := make([]float64, b.Len())
				f.Compute(b, out)
				if err := refuseLookAhead(f, b, out, first); err != nil {
					return nil, nil, err
				}
				cols = append(cols, out[first:])
			}
			batch, err := data.NewBatch(m.schema, cols...)
			return batch, nil, err
		}})
	return err
}

// featureBars is what features see of a symbol's bars.
func featureBars(c *data.Columns) feature.Bars {
	return feature.Bars{Time: c.Ints("time"), Open: c.Floats("open"), High: c.Floats("high"), Low: c.Floats("low"),
		Close: c.Floats("close"), Volume: c.Floats("volume"), Stale: c.Ints("stale_bars")}
}
