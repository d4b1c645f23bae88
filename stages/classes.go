package stages

import (
	"fmt"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
)

var classSchema = data.Schema{
	Table: "classes", Doc: "the classes of a label: above < outcome <= up_to",
	Fields: []data.Field{
		{Name: "class", Type: data.Int, Doc: "from 1"},
		{Name: "name", Type: data.String},
		{Name: "above", Type: data.Float, Nullable: true, Doc: "fraction; null: no bound"},
		{Name: "up_to", Type: data.Float, Nullable: true, Doc: "fraction, included; null: no bound"},
	},
	Sort: []string{"class"},
}

// class is one bin of the label.
type class struct {
	name        string
	above, upTo float64 // NaN: no bound
}

// fiveNames are the notebook's words for its five classes.
var fiveNames = []string{"very bear", "bear", "neutral", "bull", "very bull"}

// putClasses writes the classes between the bins as the given table.
func putClasses(t *pipeline.Task, table string, bins []float64) error {
	n := len(bins) + 1
	number, name := make([]int64, n), make([]string, n)
	above, upTo := make([]float64, n), make([]float64, n)
	for i := range n {
		number[i], name[i] = int64(i+1), fmt.Sprint("class ", i+1)
		if n == len(fiveNames) {
			name[i] = fiveNames[i]
		}
		above[i], upTo[i] = num.NaN(), num.NaN()
		if i > 0 {
			above[i] = bins[i-1]
		}
		if i < len(bins) {
			upTo[i] = bins[i]
		}
	}
	schema := classSchema
	schema.Table = table
	b, err := data.NewBatch(schema, number, name, above, upTo)
	if err != nil {
		return err
	}
	return t.Put(b)
}

// readClasses reads the classes of an input, the labels' or the simulated
// market's.
func readClasses(t *pipeline.Task, from *pipeline.Stage, table string) ([]class, error) {
	b, err := t.ReadOne(from, table)
	if err != nil {
		return nil, err
	}
	c := b.Columns()
	name, above, upTo := c.Strings("name"), c.Floats("above"), c.Floats("up_to")
	if c.Err != nil {
		return nil, c.Err
	}
	classes := make([]class, len(name))
	for i := range classes {
		classes[i] = class{name[i], above[i], upTo[i]}
	}
	return classes, nil
}
