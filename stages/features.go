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
	Name: "features", Doc: "what a model may look at, one row a bar", Code: 2,
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
		Partition: []string{"symbol", "period"}, Sort: []string{"time"},
	}
	for _, f := range feature.All() {
		s.Fields = append(s.Fields, data.Field{Name: f.Name, Type: data.Float, Nullable: true, Doc: f.Doc})
	}
	return s
}

func computeFeatures(t *pipeline.Task) error {
	v, err := t.Input(Bars)
	if err != nil {
		return err
	}
	symbols := symbolsOf(v, "bars")
	return pipeline.Each(t.Context, len(symbols), func(i int) error {
		parts, err := v.Where("bars", symbols[i])
		if err != nil {
			return err
		}
		for k, p := range parts {
			if err := featurePart(t, v, parts, k); err != nil {
				return fmt.Errorf("%s: %w", p.Key, err)
			}
		}
		return nil
	})
}

// featurePart makes the features of one part of the bars: from its rows, as
// many before them as the longest look-back asks for, and the bar that history
// starts with.
func featurePart(t *pipeline.Task, v *data.Version, parts []data.Part, k int) error {
	symbol := parts[k].Value("symbol")
	from := append([]pipeline.Rows{{Of: v, Part: parts[0], First: 1}}, rowsBefore(v, parts, k, feature.LookBack()-1)...)
	from = append(from, whole(v, parts[k]))
	_, err := t.Part(pipeline.Part{Schema: featureSchema(), Values: []string{symbol, parts[k].Value("period")}, From: from,
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
			cols := []any{data.Repeated{Text: symbol, Rows: parts[k].Rows}, b.Time[first:], known[first:]}
			for _, f := range feature.All() {
				out := make([]float64, b.Len())
				f.Compute(b, out)
				if err := refuseLookAhead(f, b, out, first); err != nil {
					return nil, nil, err
				}
				cols = append(cols, out[first:])
			}
			batch, err := data.NewBatch(featureSchema(), cols...)
			return batch, nil, err
		}})
	return err
}

// featureBars is what features see of a symbol's bars.
func featureBars(c *data.Columns) feature.Bars {
	return feature.Bars{Time: c.Ints("time"), Open: c.Floats("open"), High: c.Floats("high"), Low: c.Floats("low"),
		Close: c.Floats("close"), Volume: c.Floats("volume"), Stale: c.Ints("stale_bars")}
}
