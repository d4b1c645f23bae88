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
	Name: "labels", Doc: "class of the return that follows, and when it is known", Code: 2,
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
	Partition: []string{"symbol", "period"}, Sort: []string{"time"},
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
	v, err := t.Input(Bars)
	if err != nil {
		return err
	}
	if err := putClasses(t, "classes", p.Bins); err != nil {
		return err
	}
	symbols := symbolsOf(v, "bars")
	return pipeline.Each(t.Context, len(symbols), func(i int) error {
		parts, err := v.Where("bars", symbols[i])
		if err != nil {
			return err
		}
		for k := range parts {
			if err := labelPart(t, chosen, p, v, parts, k); err != nil {
				return fmt.Errorf("%s: %w", parts[k].Key, err)
			}
		}
		return nil
	})
}

// labelPart makes the labels of one part of the bars: from its rows and as many
// after them as the horizon reaches; and the row before, which only a horizon
// of 0 looks at.
func labelPart(t *pipeline.Task, chosen *label.Label, p *LabelParams, v *data.Version, parts []data.Part, k int) error {
	symbol, n := parts[k].Value("symbol"), parts[k].Rows
	var from []pipeline.Rows
	before := 0
	if p.Horizon == 0 {
		from = rowsBefore(v, parts, k, 1)
		before = len(from)
	}
	from = append(append(from, whole(v, parts[k])), rowsAfter(v, parts, k, p.Horizon)...)
	_, err := t.Part(pipeline.Part{Schema: labelSchema, Values: []string{symbol, parts[k].Value("period")}, From: from,
		Make: func(rows []*data.Batch) (*data.Batch, any, error) {
			all, err := data.Concat(rows...)
			if err != nil {
				return nil, nil, err
			}
			c := all.Columns()
			time, closed, closes := c.Ints("time"), c.Ints("known_at"), c.Floats("close")
			if c.Err != nil {
				return nil, nil, c.Err
			}
			known, outcome, class := make([]int64, len(time)), make([]float64, len(time)), make([]int64, len(time))
			for r := range known {
				known[r] = closed[r] + int64(p.Horizon)*(closed[r]-time[r])
			}
			chosen.Compute(closes, p.Params, outcome, class)
			end := before + n
			b, err := data.NewBatch(labelSchema, data.Repeated{Text: symbol, Rows: n}, time[before:end], known[before:end], outcome[before:end], class[before:end])
			return b, nil, err
		}})
	return err
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
