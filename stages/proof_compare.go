package stages

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"mantis/data"
)

// timing says when a row of a table was known, and what of it later than that.
type timing struct {
	by     string            // the column that holds the instant; empty: always
	open   bool              // by is the instant at which a bar opens, of which nothing is known then
	later  map[string]string // columns that were known when another column says
	beside []string          // columns that count what there is, and say nothing about a row's past
}

// timings are those of every table whose rows stand for a moment. What is not
// here is about the whole of a span, as a score is.
func timings(table string) (timing, bool) {
	switch table {
	case "bars", "closes", "features", "labels", "backtest", "baselines":
		return timing{by: "known_at"}, true
	case "fills":
		return timing{by: "time", open: true}, true
	case "folds":
		return timing{by: "train_end", open: true, beside: []string{"test_end", "test_rows", "purged_rows"}}, true
	case "predictions":
		return timing{by: "known_at", later: map[string]string{"realised_class": "label_known_at", "realised_return": "label_known_at"}}, true
	case "classes":
		return timing{}, true
	}
	return timing{}, false
}

// compared is a version held against what the same stage made when nothing after
// the cut was there.
type compared struct {
	store, past *data.Store
	full, then  *data.Version
	cut         int64

	values int64 // that were the same
	leaks  []Leak
}

// compare looks at every table that has a timing, symbol by symbol.
func (c *compared) compare() error {
	for _, schema := range c.full.Tables {
		when, ok := timings(schema.Table)
		if !ok {
			continue
		}
		for _, symbol := range symbolsOf(c.full, schema.Table) {
			var partition []string
			if symbol != "" {
				partition = append(partition, symbol)
			}
			full, err := readStored(c.store, c.full, schema.Table, partition...)
			if err != nil {
				return err
			}
			then, err := readStored(c.past, c.then, schema.Table, partition...)
			if err != nil {
				return err
			}
			if err := c.rows(when, symbol, full, then); err != nil {
				return fmt.Errorf("%s: table %s: %w", c.full.Ref(), schema.Table, err)
			}
		}
	}
	return c.files()
}

// known lists the rows that were known at the cut.
func (w timing) known(b *data.Batch, cut int64) ([]int, []int64, error) {
	rows, at := make([]int, 0, b.Rows()), []int64(nil)
	if w.by != "" {
		var err error
		if at, err = b.Ints(w.by); err != nil {
			return nil, nil, err
		}
	}
	for r := range b.Rows() {
		if at == nil || at[r] < cut || at[r] == cut && !w.open {
			rows = append(rows, r)
		}
	}
	return rows, at, nil
}

// rows compares the rows of one symbol that were known at the cut.
func (c *compared) rows(w timing, symbol string, full, then *data.Batch) error {
	mine, at, err := w.known(full, c.cut)
	if err != nil {
		return err
	}
	theirs, _, err := w.known(then, c.cut)
	if err != nil {
		return err
	}
	table := full.Schema().Table
	if len(mine) != len(theirs) {
		c.found(Leak{Table: table, Symbol: symbol, What: fmt.Sprintf("%d rows are said to be known by then, and there are %d when nothing later is", len(mine), len(theirs))})
		return nil
	}
	for _, f := range full.Schema().Fields {
		if slices.Contains(w.beside, f.Name) {
			continue
		}
		if err := c.column(w, f, symbol, full, then, mine, theirs, at); err != nil {
			return err
		}
	}
	return nil
}

// column compares one column of the rows, up to the first that differs.
func (c *compared) column(w timing, f data.Field, symbol string, full, then *data.Batch, mine, theirs []int, at []int64) error {
	differs, err := difference(f, full, then)
	if err != nil {
		return err
	}
	var later []int64
	if by := w.later[f.Name]; by != "" {
		if later, err = full.Ints(by); err != nil {
			return err
		}
	}
	for i, r := range mine {
		if later != nil && later[r] > c.cut {
			continue
		}
		if what := differs(r, theirs[i]); what != "" {
			l := Leak{Table: full.Schema().Table, Symbol: symbol, Column: f.Name, What: what}
			if at != nil {
				l.Known = at[r]
			}
			c.found(l)
			return nil
		}
		c.values++
	}
	return nil
}

func (c *compared) found(l Leak) {
	l.Dataset, l.Cut = c.full.Dataset, c.cut
	c.leaks = append(c.leaks, l)
}

// files compares the model files of the folds that had begun.
func (c *compared) files() error {
	if c.full.Dataset != Model.Name {
		return nil
	}
	folds, err := readStored(c.store, c.full, "folds")
	if err != nil {
		return err
	}
	end, err := folds.Ints("train_end")
	if err != nil {
		return err
	}
	for k := range end {
		if end[k] >= c.cut {
			continue
		}
		full, err := c.store.ReadFile(c.full, foldFile(k))
		if err != nil {
			return err
		}
		then, err := c.past.ReadFile(c.then, foldFile(k))
		if err != nil {
			return err
		}
		if !bytes.Equal(full, then) {
			c.found(Leak{Table: "folds", Column: "model", Known: end[k], What: fmt.Sprintf("the model of fold %d is another one when nothing later is there", k)})
		}
	}
	return nil
}

// difference compares a column of two batches cell by cell, to the bit: it says what
// the one and the other are, and nothing where they are the same.
func difference(f data.Field, a, b *data.Batch) (func(i, j int) string, error) {
	x, y := a.Columns(), b.Columns()
	var say func(i, j int) string
	switch f.Type {
	case data.Float:
		say = unlike(x.Floats(f.Name), y.Floats(f.Name), func(v float64) uint64 { return math.Float64bits(v) }, func(v float64) string {
			if v != v {
				return "missing"
			}
			return strconv.FormatFloat(v, 'g', -1, 64)
		})
	case data.Int, data.Time:
		say = unlike(x.Ints(f.Name), y.Ints(f.Name), func(v int64) uint64 { return uint64(v) }, func(v int64) string {
			switch {
			case v == data.Null:
				return "missing"
			case f.Type == data.Time:
				return data.Stamp(v)
			}
			return strconv.FormatInt(v, 10)
		})
	case data.String:
		say = unlike(x.Strings(f.Name), y.Strings(f.Name), func(v string) string { return v }, strconv.Quote)
	case data.Bool:
		say = unlike(x.Bools(f.Name), y.Bools(f.Name), func(v bool) bool { return v }, strconv.FormatBool)
	default:
		return nil, fmt.Errorf("column %s: type %s", f.Name, f.Type)
	}
	return say, cmp.Or(x.Err, y.Err)
}

func unlike[T any, B comparable](x, y []T, bits func(T) B, text func(T) string) func(i, j int) string {
	return func(i, j int) string {
		if bits(x[i]) == bits(y[j]) {
			return ""
		}
		return fmt.Sprintf("it is %s, and %s when nothing later is there", text(x[i]), text(y[j]))
	}
}
