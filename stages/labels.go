package stages

import (
	"fmt"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/label"
)

// LabelParams choose a label and shape it.
type LabelParams struct {
	Label string `json:"label"`
	Code  int    `json:"code"` // of the label, so that a raised one is another action
	label.Params
}

// Labels is what there is to foresee: the class of the return over the next
// bars, and the instant at which it becomes known. The last rows are kept,
// their label null.
var Labels = add(&pipeline.Stage{
	Name: "labels", Doc: "class of the return that follows, and when it is known", Code: 1,
	Inputs: []*pipeline.Stage{Bars},
	Params: &LabelParams{Label: label.ReturnClass.Name, Code: label.ReturnClass.Code,
		Params: label.Params{Horizon: 1, Bins: []float64{-0.02, -0.0025, 0.0025, 0.02}}},
	Check: checkLabels,
	Run:   computeLabels,
})

var labelSchema = data.Schema{
	Table: "labels", Doc: "class of the return that follows a bar, and when it is known",
	Fields: []data.Field{
		{Name: "symbol", Type: data.String, Doc: "BASE-QUOTE"},
		{Name: "time", Type: data.Time, Doc: "open instant of the bar"},
		{Name: "known_at", Type: data.Time, Doc: "close instant of the last bar that the label looks at"},
		{Name: "return", Type: data.Float, Nullable: true, Doc: "close after the horizon / close of the bar - 1"},
		{Name: "class", Type: data.Int, Nullable: true, Doc: "bin of the return, from 1"},
	},
	Partition: []string{"symbol"}, Sort: []string{"time"},
}

func checkLabels(params any) error {
	p := params.(*LabelParams)
	l, err := pickLabel(p)
	if err != nil {
		return err
	}
	p.Code = l.Code
	return p.Check()
}

func computeLabels(t *pipeline.Task) error {
	p := t.Params.(*LabelParams)
	chosen, err := pickLabel(p)
	if err != nil {
		return err
	}
	bars, err := t.Read(Bars, "bars")
	if err != nil {
		return err
	}
	if err := putClasses(t, "classes", p.Bins); err != nil {
		return err
	}
	return pipeline.Each(t.Context, len(bars), func(i int) error {
		c := bars[i].Columns()
		symbol, time, closed, closes := c.Strings("symbol"), c.Ints("time"), c.Ints("known_at"), c.Floats("close")
		if c.Err != nil {
			return c.Err
		}
		n := len(time)
		known, outcome, class := make([]int64, n), make([]float64, n), make([]int64, n)
		for r := range known {
			known[r] = closed[r] + int64(p.Horizon)*(closed[r]-time[r])
		}
		chosen.Compute(closes, p.Params, outcome, class)
		b, err := data.NewBatch(labelSchema, symbol, time, known, outcome, class)
		if err != nil {
			return fmt.Errorf("%s: %w", symbol[0], err)
		}
		return t.Put(b, symbol[0])
	})
}

func pickLabel(p *LabelParams) (*label.Label, error) {
	var names []string
	for _, l := range label.All() {
		if l.Name == p.Label {
			return l, nil
		}
		names = append(names, l.Name)
	}
	return nil, fmt.Errorf("label %q: want one of %v", p.Label, names)
}
