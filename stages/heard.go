package stages

import (
	"cmp"
	"slices"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// heard are the columns from outside, as features of each symbol.
type heard struct {
	step    int64
	names   []string                      // of the features
	columns map[string][]feature.Column   // by symbol, in the order of the names
	made    map[string][]*feature.Feature // likewise
}

// takeOutside reads the files that the parameters name, and writes down what they
// say.
func takeOutside(t *pipeline.Task, step data.Interval, symbols []string) (*heard, error) {
	files := t.Params.(*FeatureParams).Outside
	if len(files) == 0 {
		return &heard{}, nil
	}
	said, err := readOutside(t, files, symbols)
	if err != nil {
		return nil, err
	}
	h, err := newHeard(said, step, symbols)
	if err != nil {
		return nil, err
	}
	return h, t.Put(said)
}

// newHeard makes features of the table outside.
func newHeard(said *data.Batch, step data.Interval, symbols []string) (*heard, error) {
	h := &heard{step: int64(step), columns: map[string][]feature.Column{}, made: map[string][]*feature.Feature{}}
	c := said.Columns()
	column, of, time, known, value, age := c.Strings("column"), c.Strings("symbol"), c.Ints("time"), c.Ints("known_at"), c.Floats("value"), c.Ints("max_age_us")
	if c.Err != nil {
		return nil, c.Err
	}
	for _, symbol := range symbols {
		at := map[string]int{}
		var columns []feature.Column
		for i, name := range column {
			k, there := at[name]
			if !there {
				k, at[name] = len(columns), len(columns)
				columns = append(columns, feature.Column{Name: name, MaxAge: age[i]})
			}
			if x := &columns[k]; of[i] == "" || of[i] == symbol {
				x.Time, x.Known, x.Value = append(x.Time, time[i]), append(x.Known, known[i]), append(x.Value, value[i])
			}
		}
		slices.SortFunc(columns, func(a, b feature.Column) int { return cmp.Compare(a.Name, b.Name) })
		h.columns[symbol] = columns
		for _, c := range columns {
			h.made[symbol] = append(h.made[symbol], feature.Outside(c))
		}
	}
	for _, f := range h.made[symbols[0]] {
		h.names = append(h.names, f.Name)
	}
	return h, nil
}

// features are those of a symbol.
func (h *heard) features(symbol string) []*feature.Feature { return h.made[symbol] }

// by is what a part of a symbol's bars may hear: nil where there are no columns,
// else a digest of all that is known by its last close.
func (h *heard) by(symbol string, p data.Part) any {
	if len(h.names) == 0 {
		return nil
	}
	type known struct {
		Name   string `json:"name"`
		MaxAge int64  `json:"max_age"`
		Said   string `json:"said"`
	}
	var out []known
	for _, c := range h.columns[symbol] {
		n, _ := slices.BinarySearch(c.Known, p.Last+h.step+1)
		out = append(out, known{c.Name, c.MaxAge, c.Digest(n)})
	}
	return out
}

// note says of how many bars nothing is known. Deaf counts them, by symbol and
// feature.
func (h *heard) note(t *pipeline.Task, deaf [][]int, rows int) {
	for k, name := range h.names {
		n := 0
		for _, counts := range deaf {
			if counts != nil {
				n += counts[k]
			}
		}
		if n > 0 {
			t.Note("%s: null in %s of %s rows: nothing was known at the close of the bar, or nothing that became known within max_age before it", name, data.Thousands(n), data.Thousands(rows))
		}
	}
}
