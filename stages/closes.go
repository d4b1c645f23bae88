package stages

import (
	"strings"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
)

// Closes is the wide table of the notebook: one row a bar, one column of closes
// a symbol (BTC_USD), null where a symbol has no bar.
var Closes = add(&pipeline.Stage{
	Name: "closes", Doc: "wide table of closes by symbol", Code: 1,
	Inputs: []*pipeline.Stage{Bars},
	Params: &struct{}{},
	Run:    widen,
})

func widen(t *pipeline.Task) error {
	bars, err := t.Read(Bars, "bars")
	if err != nil {
		return err
	}
	schema := data.Schema{Table: "closes", Doc: "closes by symbol", Sort: []string{"time"},
		Fields: []data.Field{{Name: "time", Type: data.Time, Doc: "open instant"}}}
	first, last := int64(data.Null), int64(data.Null)
	var step int64
	for _, b := range bars {
		c := b.Columns()
		time, known, symbol := c.Ints("time"), c.Ints("known_at"), c.Strings("symbol")
		if c.Err != nil {
			return c.Err
		}
		if first == data.Null || time[0] < first {
			first = time[0]
		}
		last, step = max(last, time[len(time)-1]), known[0]-time[0]
		schema.Fields = append(schema.Fields, data.Field{Name: strings.ReplaceAll(symbol[0], "-", "_"), Type: data.Float, Nullable: true, Doc: "close of " + symbol[0]})
	}
	n := int((last-first)/step) + 1
	grid := make([]int64, n)
	for i := range grid {
		grid[i] = first + int64(i)*step
	}
	cols := []any{grid}
	for _, b := range bars {
		c := b.Columns()
		time, last := c.Ints("time"), c.Floats("close")
		if c.Err != nil {
			return c.Err
		}
		wide := make([]float64, n)
		for i := range wide {
			wide[i] = num.NaN()
		}
		copy(wide[(time[0]-first)/step:], last)
		cols = append(cols, wide)
	}
	b, err := data.NewBatch(schema, cols...)
	if err != nil {
		return err
	}
	return t.Put(b)
}
