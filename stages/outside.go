package stages

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/outside"
)

// OutsideFile is a file of columns that are no candles, and what the user says
// about it.
type OutsideFile struct {
	Path    string        `json:"path"`
	Delay   data.Interval `json:"delay,omitempty"`   // values are known so much later than the column time; 0: the column known_at tells
	MaxAge  data.Interval `json:"max_age,omitempty"` // what became known longer ago counts no more; 0: 7 days, which Check fills in
	Columns Names         `json:"columns,omitempty"` // those that count; none: every column of numbers
}

// longest is the longest delay or age that is believed.
const longest = 36_525 * data.Day

func checkOutside(files []OutsideFile) error {
	slices.SortFunc(files, func(a, b OutsideFile) int {
		return cmp.Or(cmp.Compare(filepath.Base(a.Path), filepath.Base(b.Path)), cmp.Compare(a.Path, b.Path))
	}) // the order given means nothing
	for i := range files {
		f := &files[i]
		f.MaxAge = cmp.Or(f.MaxAge, 7*data.Day)
		if f.Delay < 0 || f.Delay > longest || f.MaxAge < 0 || f.MaxAge > longest {
			return fmt.Errorf("outside %s: delay %s, max_age %s: want at most 100 years", f.Path, f.Delay, f.MaxAge)
		}
		for _, g := range files[:i] {
			if sameFile(f.Path, g.Path) {
				return &data.InputError{File: f.Path, Reason: "this file is named twice", Hint: "name every file once"}
			}
		}
	}
	return nil
}

// digestOutside names each file by its digest: the bytes, not the path, are the
// input.
func digestOutside(params any, seen *data.Seen) ([]data.Input, error) {
	var inputs []data.Input
	for _, f := range params.(*FeatureParams).Outside {
		if err := checkFile(f.Path, "--outside"); err != nil {
			return nil, err
		}
		id, err := seen.SHA256(f.Path, nil)
		if err != nil {
			return nil, &data.InputError{File: f.Path, Reason: err.Error()}
		}
		inputs = append(inputs, data.Input{Name: "file:" + filepath.Base(f.Path), ID: id})
	}
	return inputs, nil
}

// bringOutside is the way back from Key, which leaves out where the files lie.
func bringOutside(params any, paths []string) error {
	p := params.(*FeatureParams)
	if len(p.Outside) != len(paths) {
		return fmt.Errorf("%d files, the parameters name %d", len(paths), len(p.Outside))
	}
	for i := range paths {
		p.Outside[i].Path = paths[i]
	}
	return nil
}

// readOutside reads the files into the table outside. They must be as they were when
// they were digested, and say nothing of symbols that there are no bars of.
func readOutside(t *pipeline.Task, files []OutsideFile, symbols []string) (*data.Batch, error) {
	tables := make([]*outside.Table, len(files))
	from := map[string]string{} // the file of each column
	for i, f := range files {
		content, err := os.ReadFile(f.Path)
		if err != nil {
			return nil, &data.InputError{File: f.Path, Reason: err.Error()}
		}
		if data.SHA256(content) != t.Outside[i].ID {
			return nil, &data.InputError{File: f.Path, Reason: "the file changed while it was read", Hint: "run again when nobody writes to it"}
		}
		x, err := outside.Read(f.Path, content, outside.Options{Delay: f.Delay, Columns: f.Columns})
		if err != nil {
			return nil, err
		}
		for row, symbol := range x.Symbols {
			if !slices.Contains(symbols, string(symbol)) {
				return nil, &data.InputError{File: f.Path, Line: x.Lines[row], Column: "symbol", Value: string(symbol), Reason: "there are no candles of it", Hint: "give candles of it too, or leave its rows out"}
			}
		}
		for _, name := range x.Columns {
			if from[name] != "" {
				return nil, &data.InputError{File: f.Path, Column: name, Reason: "a column of this name is in " + from[name] + " too", Hint: "name the columns that count: columns=a+b"}
			}
			from[name] = f.Path
		}
		tables[i] = x
	}
	return saidOf(tables, files)
}

var outsideSchema = data.Schema{
	Table: "outside", Doc: "what the columns from outside said, and when it was known",
	Fields: []data.Field{
		{Name: "column", Type: data.String}, {Name: "symbol", Type: data.String, Doc: "BASE-QUOTE; empty: of every symbol"},
		{Name: "time", Type: data.Time, Doc: "instant that the value is of"},
		{Name: "known_at", Type: data.Time, Doc: "instant from which on it is known"},
		{Name: "value", Type: data.Float},
		{Name: "max_age_us", Type: data.Int, Doc: "microseconds after known_at for which the value counts"},
	},
}

// saidOf lists what tables say, column by column.
func saidOf(tables []*outside.Table, files []OutsideFile) (*data.Batch, error) {
	var column, symbol []string
	var time, known, age []int64
	var value []float64
	for k, x := range tables {
		for i, name := range x.Columns {
			for row, v := range x.Values[i] {
				if v != v {
					continue
				}
				of := ""
				if x.Symbols != nil {
					of = string(x.Symbols[row])
				}
				column, symbol = append(column, name), append(symbol, of)
				time, known, value = append(time, x.Time[row]), append(known, x.Known[row]), append(value, v)
				age = append(age, int64(files[k].MaxAge))
			}
		}
	}
	return data.NewBatch(outsideSchema, column, symbol, time, known, value, age)
}
