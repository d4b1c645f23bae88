package stages

import (
	"fmt"
	"slices"

	"mantis/data"
)

// candlesUntil writes, into another store, a version of candles as it stood at an
// instant: no candle that ended later, and no symbol that had none by then.
func candlesUntil(from *data.Store, v *data.Version, to *data.Store, cut int64) (*data.Version, error) {
	series, err := readStored(from, v, "series")
	if err != nil {
		return nil, err
	}
	c := series.Columns()
	symbol, source, interval := c.Strings("symbol"), c.Strings("source"), c.Ints("interval_us")
	count, first, until := c.Ints("candles"), c.Ints("first"), c.Ints("until")
	if c.Err != nil {
		return nil, c.Err
	}
	draft := to.Draft(v.Dataset)
	defer draft.Discard()
	draft.Provenance(v.Stage, v.Inputs)
	var there []int
	for i := range symbol {
		if first[i]+interval[i] > cut {
			continue
		}
		there, until[i], count[i] = append(there, i), min(until[i], cut), 0
		for _, table := range []string{"candles", "p_true"} {
			n, err := putUntil(from, v, draft, table, symbol[i], cut-interval[i], cut)
			if err != nil {
				return nil, err
			}
			if table == "candles" {
				count[i] = int64(n)
			}
		}
	}
	kept, err := data.NewBatch(series.Schema(), pick(symbol, there), pick(source, there), pick(interval, there), pick(count, there), pick(first, there), pick(until, there))
	if err != nil {
		return nil, err
	}
	if err := draft.Put(kept); err != nil {
		return nil, err
	}
	if _, err := v.Table("p_true"); err == nil {
		classes, err := readStored(from, v, "p_true_classes")
		if err != nil {
			return nil, err
		}
		if err := draft.Put(classes); err != nil {
			return nil, err
		}
	}
	return draft.Seal(v.Stage, v.Inputs, data.Digest("mantis/until/1", fmt.Appendf(nil, "%s %d", v.ID, cut)))
}

// putUntil puts the rows of a symbol that were known at the cut: those whose
// known_at is no later or, in a table that has none, that open no later than last.
func putUntil(from *data.Store, v *data.Version, draft *data.Draft, table, symbol string, last, cut int64) (rows int, err error) {
	schema, err := v.Table(table)
	if err != nil {
		return 0, nil // a market that nobody simulated has no p_true
	}
	parts, err := v.Where(table, symbol)
	if err != nil {
		return 0, err
	}
	by, end := "time", last
	if hasField(schema, "known_at") {
		by, end = "known_at", cut
	}
	for _, p := range parts {
		b, err := from.Read(v, p)
		if err != nil {
			return 0, err
		}
		at, err := b.Ints(by)
		if err != nil {
			return 0, err
		}
		n, _ := slices.BinarySearch(at, end+1)
		if n == 0 {
			break
		}
		var values []string
		for _, name := range schema.Partition {
			values = append(values, p.Value(name))
		}
		if err := draft.Put(b.Slice(0, n), values...); err != nil {
			return 0, err
		}
		rows += n
	}
	return rows, nil
}

func hasField(s data.Schema, name string) bool {
	return slices.ContainsFunc(s.Fields, func(f data.Field) bool { return f.Name == name })
}

// readStored reads the parts of a table that have the given first partition
// values, one below the other.
func readStored(store *data.Store, v *data.Version, table string, partition ...string) (*data.Batch, error) {
	parts, err := v.Where(table, partition...)
	if err != nil {
		return nil, err
	}
	return readParts(store, v, parts)
}

// readParts reads parts of one table, one below the other.
func readParts(store *data.Store, v *data.Version, parts []data.Part) (_ *data.Batch, err error) {
	batches := make([]*data.Batch, len(parts))
	for i, p := range parts {
		if batches[i], err = store.Read(v, p); err != nil {
			return nil, err
		}
	}
	return data.Concat(batches...)
}

func pick[T any](x []T, rows []int) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}
