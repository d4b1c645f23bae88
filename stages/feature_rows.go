package stages

import (
	"fmt"
	"slices"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

func computeFeatures(t *pipeline.Task) error {
	v, err := t.Input(Bars)
	if err != nil {
		return err
	}
	symbols := symbolsOf(v, "bars")
	m := &featureMaker{t: t, bars: v, features: t.Params.(*FeatureParams).chosen()}
	m.back = feature.LookBack(m.features)
	step, err := barStep(t, v)
	if err != nil {
		return err
	}
	if m.others, err = newOthers(v, t.Params.(*FeatureParams).Hub, step, m.features); err != nil {
		return err
	}
	if m.heard, err = takeOutside(t, step, symbols); err != nil {
		return err
	}
	m.schema = featureSchema(append(slices.Clone(m.features), m.heard.features(symbols[0])...))
	deaf := make([][]int, len(symbols))
	err = pipeline.Each(t.Context, len(symbols), func(i int) error {
		parts, err := v.Where("bars", symbols[i])
		if err != nil {
			return err
		}
		for k, p := range parts {
			nulls, err := m.part(parts, k)
			if err != nil {
				return fmt.Errorf("%s: %w", p.Key, err)
			}
			deaf[i] = plus(deaf[i], nulls)
		}
		return nil
	})
	if err != nil {
		return err
	}
	rows, _, _ := v.Span("bars")
	m.heard.note(t, deaf, rows)
	return nil
}

// plus adds counts up, one by one.
func plus(x, y []int) []int {
	if x == nil {
		return y
	}
	for i := range y {
		x[i] += y[i]
	}
	return x
}

// featureMaker makes the features of the parts of the bars.
type featureMaker struct {
	t        *pipeline.Task
	bars     *data.Version
	features []*feature.Feature // of every symbol
	schema   data.Schema
	back     int     // bars that the longest look-back asks for
	others   *others // markets that features look at beside their own
	heard    *heard  // columns from outside
}

// part makes the features of one part of a symbol's bars: from its rows, as many
// before them as the longest look-back asks for, the bar that history starts with,
// and the rows of other markets over the same time. It counts the nulls of each
// column from outside.
func (m *featureMaker) part(parts []data.Part, k int) (nulls []int, err error) {
	symbol := parts[k].Value("symbol")
	from := append([]pipeline.Rows{{Of: m.bars, Part: parts[0], First: 1}}, rowsBefore(m.bars, parts, k, m.back-1)...)
	from = append(from, whole(m.bars, parts[k]))
	own := len(from)
	from = append(from, m.others.rows(symbol, parts[k])...)
	kept, err := m.t.Part(pipeline.Part{Schema: m.schema, Values: []string{symbol, parts[k].Value("period")}, From: from, With: m.heard.by(symbol, parts[k]),
		Make: func(rows []*data.Batch) (*data.Batch, any, error) {
			b, err := joinBars(rows[:own])
			if err != nil {
				return nil, nil, err
			}
			if err := m.others.join(symbol, rows[own:], &b); err != nil {
				return nil, nil, err
			}
			first := b.Len() - parts[k].Rows
			cols := []any{data.Repeated{Text: symbol, Rows: parts[k].Rows}, b.Time[first:], b.Known[first:]}
			var said any
			for i, f := range slices.Concat(m.features, m.heard.features(symbol)) {
				out := make([]float64, b.Len())
				f.Compute(b, out)
				if err := refuseLookAhead(f, b, out, first); err != nil {
					return nil, nil, err
				}
				cols = append(cols, out[first:])
				if i >= len(m.features) {
					counts, _ := said.([]int)
					said = append(counts, missing(out[first:]))
				}
			}
			batch, err := data.NewBatch(m.schema, cols...)
			return batch, said, err
		}})
	if err != nil {
		return nil, err
	}
	return nulls, kept.Said(&nulls)
}

func missing(x []float64) (n int) {
	for _, v := range x {
		if v != v {
			n++
		}
	}
	return n
}

// joinBars is the bars of a symbol. The first batch is the bar that history starts
// with.
func joinBars(rows []*data.Batch) (b feature.Bars, err error) {
	start := featureBars(rows[0].Columns())
	all, err := data.Concat(rows[1:]...)
	if err != nil {
		return b, err
	}
	c := all.Columns()
	b = featureBars(c)
	b.StartTime, b.StartClose = start.Time[0], start.Close[0]
	return b, c.Err
}

// featureBars is what features see of a symbol's bars.
func featureBars(c *data.Columns) feature.Bars {
	return feature.Bars{Time: c.Ints("time"), Known: c.Ints("known_at"), Open: c.Floats("open"), High: c.Floats("high"), Low: c.Floats("low"),
		Close: c.Floats("close"), Volume: c.Floats("volume"), Stale: c.Ints("stale_bars")}
}
