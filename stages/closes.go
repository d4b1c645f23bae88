package stages

import (
	"slices"
	"strings"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
)

// Closes is the wide table of the notebook: one row a bar, one column of closes
// a symbol (BTC_USD), null where a symbol has no bar.
var Closes = add(&pipeline.Stage{
	Name: "closes", Doc: "wide table of closes by symbol", Code: 2,
	Inputs: []*pipeline.Stage{Bars},
	Params: &struct{}{},
	Run:    widen,
})

func widen(t *pipeline.Task) error {
	v, err := t.Input(Bars)
	if err != nil {
		return err
	}
	schema := data.Schema{Table: "closes", Doc: "closes by symbol", Partition: []string{"period"}, Sort: []string{"time"},
		Fields: []data.Field{{Name: "time", Type: data.Time, Doc: "open instant"}}}
	symbols := symbolsOf(v, "bars")
	for _, s := range symbols {
		schema.Fields = append(schema.Fields, data.Field{Name: strings.ReplaceAll(s, "-", "_"), Type: data.Float, Nullable: true, Doc: "close of " + s})
	}
	_, first, last := v.Span("bars")
	step, err := barStep(t, v)
	if err != nil {
		return err
	}
	end := last + int64(step)
	var cuts [][2]int64
	for from := first; from < end; {
		_, to, err := data.PeriodBounds(data.PeriodOf(step).Of(from))
		if err != nil {
			return err
		}
		to = min(end, step.Floor(to-1)+int64(step))
		cuts = append(cuts, [2]int64{from, to})
		from = to
	}
	return pipeline.Each(t.Context, len(cuts), func(i int) error {
		from, to := cuts[i][0], cuts[i][1]
		period := data.PeriodOf(step).Of(from)
		p := pipeline.Part{Schema: schema, Values: []string{period}, With: []int64{from, to, int64(step)}}
		for _, part := range v.Of("bars") {
			if part.Value("period") == period {
				p.From = append(p.From, whole(v, part))
			}
		}
		p.Make = func(rows []*data.Batch) (*data.Batch, any, error) {
			b, err := widenPart(schema, symbols, rows, from, to, int64(step))
			return b, nil, err
		}
		_, err := t.Part(p)
		return err
	})
}

// barStep is the interval of the bars.
func barStep(t *pipeline.Task, v *data.Version) (data.Interval, error) {
	first := v.Of("bars")[0]
	b, err := t.ReadOne(Bars, "bars", first.Value("symbol"), first.Value("period"))
	if err != nil {
		return 0, err
	}
	c := b.Columns()
	time, known := c.Ints("time"), c.Ints("known_at")
	if c.Err != nil {
		return 0, c.Err
	}
	return data.Interval(known[0] - time[0]), nil
}

// widenPart lays the bars of the symbols side by side.
func widenPart(schema data.Schema, symbols []string, rows []*data.Batch, from, to, step int64) (*data.Batch, error) {
	n := int((to - from) / step)
	cols := []any{make([]int64, n)}
	for i := range n {
		cols[0].([]int64)[i] = from + int64(i)*step
	}
	for range symbols {
		wide := make([]float64, n)
		for i := range wide {
			wide[i] = num.NaN()
		}
		cols = append(cols, wide)
	}
	for _, b := range rows {
		c := b.Columns()
		time, last, symbol := c.Ints("time"), c.Floats("close"), c.Strings("symbol")
		if c.Err != nil {
			return nil, c.Err
		}
		copy(cols[1+slices.Index(symbols, symbol[0])].([]float64)[(time[0]-from)/step:], last)
	}
	return data.NewBatch(schema, cols...)
}
