package stages

import (
	"errors"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// FeatureParams name the features: a new one, or a raised code, is another
// action.
type FeatureParams struct {
	Features []FeatureID `json:"features"`
}

// FeatureID is a feature and the code it was computed with.
type FeatureID struct {
	Name string `json:"name"`
	Code int    `json:"code"`
}

// Features is the wide table of all features, one row a bar of each symbol,
// null where a feature is not defined (yet). No row is ever dropped.
var Features = add(&pipeline.Stage{
	Name: "features", Doc: "what a model may look at, one row a bar", Code: 1,
	Inputs: []*pipeline.Stage{Bars},
	Params: &FeatureParams{Features: featureIDs()},
	Check:  checkFeatures,
	Run:    computeFeatures,
})

// checkFeatures refuses another list than that of all features: it is there to
// be part of the key.
func checkFeatures(params any) error {
	if !slices.Equal(params.(*FeatureParams).Features, featureIDs()) {
		return errors.New("features: all of them are computed; choose with model.features")
	}
	return nil
}

func featureIDs() []FeatureID {
	var ids []FeatureID
	for _, f := range feature.All() {
		ids = append(ids, FeatureID{f.Name, f.Code})
	}
	return ids
}

func featureSchema() data.Schema {
	s := data.Schema{
		Table: "features", Doc: "what a model may look at, one row a bar",
		Fields: []data.Field{
			{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
			{Name: "time", Type: data.Time, Doc: "open instant of the bar"},
			{Name: "known_at", Type: data.Time, Doc: "close instant of the bar: the row is known from then on"},
		},
		Partition: []string{"symbol"}, Sort: []string{"time"},
	}
	for _, f := range feature.All() {
		s.Fields = append(s.Fields, data.Field{Name: f.Name, Type: data.Float, Nullable: true, Doc: f.Doc})
	}
	return s
}

func computeFeatures(t *pipeline.Task) error {
	bars, err := t.Read(Bars, "bars")
	if err != nil {
		return err
	}
	schema, features := featureSchema(), feature.All()
	return pipeline.Each(t.Context, len(bars), func(i int) error {
		c := bars[i].Columns()
		symbol, known := c.Strings("symbol"), c.Ints("known_at")
		b := featureBars(c)
		if c.Err != nil {
			return c.Err
		}
		cols := []any{symbol, b.Time, known}
		for _, f := range features {
			out := make([]float64, b.Len())
			f.Compute(b, out)
			cols = append(cols, out)
		}
		table, err := data.NewBatch(schema, cols...)
		if err != nil {
			return fmt.Errorf("%s: %w", symbol[0], err)
		}
		return t.Put(table, symbol[0])
	})
}

// featureBars is what features see of a symbol's bars.
func featureBars(c *data.Columns) feature.Bars {
	return feature.Bars{Time: c.Ints("time"), Open: c.Floats("open"), High: c.Floats("high"), Low: c.Floats("low"),
		Close: c.Floats("close"), Volume: c.Floats("volume"), Stale: c.Ints("stale_bars")}
}
