package stages

import (
	"fmt"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

func computeFeatures(t *pipeline.Task) error {
	v, err := t.Input(Bars)
	if err != nil {
		return err
	}
	features := t.Params.(*FeatureParams).chosen()
	m := &featureMaker{t: t, bars: v, features: features, schema: featureSchema(features), back: feature.LookBack(features)}
	if m.others, err = newOthers(t, v, features); err != nil {
		return err
	}
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
	back     int     // bars that the longest look-back asks for
	others   *others // markets that features look at beside their own
}

// part makes the features of one part of a symbol's bars: from its rows, as many
// before them as the longest look-back asks for, the bar that history starts with,
// and the rows of other markets over the same time.
func (m *featureMaker) part(parts []data.Part, k int) error {
	symbol := parts[k].Value("symbol")
	from := append([]pipeline.Rows{{Of: m.bars, Part: parts[0], First: 1}}, rowsBefore(m.bars, parts, k, m.back-1)...)
	from = append(from, whole(m.bars, parts[k]))
	own := len(from)
	from = append(from, m.others.rows(symbol, parts[k])...)
	_, err := m.t.Part(pipeline.Part{Schema: m.schema, Values: []string{symbol, parts[k].Value("period")}, From: from,
		Make: func(rows []*data.Batch) (*data.Batch, any, error) {
			b, known, err := joinBars(rows[:own])
			if err != nil {
				return nil, nil, err
			}
			if err := m.others.join(symbol, rows[own:], &b); err != nil {
				return nil, nil, err
			}
			first := b.Len() - parts[k].Rows
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

// joinBars is the bars of a symbol, and when each is known. The first batch is
// the bar that history starts with.
func joinBars(rows []*data.Batch) (b feature.Bars, known []int64, err error) {
	start := featureBars(rows[0].Columns())
	all, err := data.Concat(rows[1:]...)
	if err != nil {
		return b, nil, err
	}
	c := all.Columns()
	b, known = featureBars(c), c.Ints("known_at")
	b.StartTime, b.StartClose = start.Time[0], start.Close[0]
	return b, known, c.Err
}

// featureBars is what features see of a symbol's bars.
func featureBars(c *data.Columns) feature.Bars {
	return feature.Bars{Time: c.Ints("time"), Open: c.Floats("open"), High: c.Floats("high"), Low: c.Floats("low"),
		Close: c.Floats("close"), Volume: c.Floats("volume"), Stale: c.Ints("stale_bars")}
}
