package stages

import (
	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/metrics"
)

var boxSchema = data.Schema{
	Table: "return_boxes", Doc: "box plots of the returns of bars by weekday and by month, of every portfolio, in USD and in BTC",
	Fields: []data.Field{
		{Name: "portfolio", Type: data.String}, {Name: "currency", Type: data.String, Doc: "USD or BTC"},
		{Name: "by", Type: data.String, Doc: "weekday or month"},
		{Name: "name", Type: data.String, Doc: "of a bar's open instant in UTC: Mon, 2021-03"},
		{Name: "returns", Type: data.Int, Doc: "number of returns"},
		floatField("low", "end of the whisker: the lowest return within 1.5 times the distance of the quartiles from q1"),
		floatField("q1", "fraction"), floatField("median", "fraction"), floatField("q3", "fraction"),
		floatField("high", "end of the whisker"), floatField("mean", "fraction"),
		{Name: "below", Type: data.Int, Doc: "outliers below low"}, {Name: "above", Type: data.Int, Doc: "outliers above high"},
	},
}

var outlierSchema = data.Schema{
	Table: "return_outliers", Doc: "the returns beyond the whiskers of return_boxes",
	Fields: []data.Field{
		{Name: "portfolio", Type: data.String}, {Name: "currency", Type: data.String, Doc: "USD or BTC"},
		{Name: "by", Type: data.String, Doc: "weekday or month"}, {Name: "name", Type: data.String},
		{Name: "time", Type: data.Time, Doc: "open instant of the bar"}, floatField("return", "fraction"),
	},
}

// boxColumns gather the two tables.
type boxColumns struct {
	who, currency, by, name         []string
	count, below, above             []int64
	low, q1, q2, q3, high, mean     []float64
	outWho, outCurrency, outBy, out []string
	outTime                         []int64
	outReturn                       []float64
}

// putBoxes writes the box plots of every curve and what lies outside of them.
func putBoxes(t *pipeline.Task, b *book, curves []curve) error {
	var x boxColumns
	for _, c := range curves {
		r := metrics.Returns(c.Equity)
		for _, g := range []struct {
			by    string
			group func(int64) string
		}{{"weekday", metrics.Weekday}, {"month", metrics.Month}} {
			for _, box := range metrics.Boxes(b.time, r, g.group) {
				x.add(c, g.by, box)
				for _, i := range box.Outliers {
					x.outWho, x.outCurrency, x.outBy, x.out = append(x.outWho, c.portfolio), append(x.outCurrency, c.currency), append(x.outBy, g.by), append(x.out, box.Name)
					x.outTime, x.outReturn = append(x.outTime, b.time[i]), append(x.outReturn, r[i])
				}
			}
		}
	}
	boxes, err := data.NewBatch(boxSchema, x.who, x.currency, x.by, x.name, x.count, x.low, x.q1, x.q2, x.q3, x.high, x.mean, x.below, x.above)
	if err != nil {
		return err
	}
	if err := t.Put(boxes); err != nil {
		return err
	}
	outliers, err := data.NewBatch(outlierSchema, x.outWho, x.outCurrency, x.outBy, x.out, x.outTime, x.outReturn)
	if err != nil {
		return err
	}
	return t.Put(outliers)
}

func (x *boxColumns) add(c curve, by string, b metrics.Box) {
	x.who, x.currency, x.by, x.name = append(x.who, c.portfolio), append(x.currency, c.currency), append(x.by, by), append(x.name, b.Name)
	x.count, x.below, x.above = append(x.count, int64(b.Count)), append(x.below, int64(b.Below)), append(x.above, int64(b.Above))
	x.low, x.high, x.mean = append(x.low, b.Low), append(x.high, b.High), append(x.mean, b.Mean)
	x.q1, x.q2, x.q3 = append(x.q1, b.Q1), append(x.q2, b.Q2), append(x.q3, b.Q3)
}
