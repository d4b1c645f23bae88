package archive

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"mantis/data"
	"mantis/pipeline"
)

// cellKey names a part of the main table.
type cellKey struct {
	Series
	period string
}

func (k cellKey) compare(o cellKey) int {
	return cmp.Or(k.Series.Compare(o.Series), cmp.Compare(k.period, o.period))
}

// maxOpen is how many candles of parts at work stand in memory before they are
// written.
const maxOpen = 1 << 20

// cells are the parts of the main table while candles are merged into them:
// some at work in memory, the others written, in this draft or before.
type cells struct {
	store   *data.Store
	version *data.Version // that is added to, or nil
	draft   *data.Draft
	written map[cellKey]data.Part
	open    map[cellKey]*cell
	candles int // in open
}

// cell is a part at work.
type cell struct {
	rows    rows
	changed bool
}

func newCells(store *data.Store, v *data.Version, draft *data.Draft) cells {
	c := cells{store: store, version: v, draft: draft, written: map[cellKey]data.Part{}, open: map[cellKey]*cell{}}
	if v == nil {
		return c
	}
	for _, p := range v.Of(Dataset) {
		c.written[partKey(p)] = p
	}
	return c
}

// partKey is the way back from a part to what it holds.
func partKey(p data.Part) cellKey {
	interval, _ := data.ParseInterval(p.Value("interval")) // as Interval.String wrote it
	return cellKey{Series{p.Value("venue"), data.Symbol(p.Value("symbol")), interval}, p.Value("period")}
}

// merge lays candles of one part over those that are there, and returns what
// came of it and what was there before.
func (c *cells) merge(key cellKey, now rows) (m merged, before rows, err error) {
	at, err := c.at(key)
	if err != nil {
		return merged{}, rows{}, err
	}
	before = at.rows
	m = merge(&before, &now)
	if len(m.runs) > 0 {
		c.candles += m.rows.len() - before.len()
		at.rows, at.changed = m.rows, true
	}
	return m, before, nil
}

// at is a part at work, which is read where it lies written.
func (c *cells) at(key cellKey) (*cell, error) {
	if at, ok := c.open[key]; ok {
		return at, nil
	}
	at := &cell{}
	if p, ok := c.written[key]; ok {
		b, err := c.draft.Read(candleSchema, p)
		if err != nil {
			return nil, err
		}
		if at.rows, err = candleRows(b); err != nil {
			return nil, err
		}
	}
	c.open[key] = at
	c.candles += at.rows.len()
	return at, nil
}

// relieve writes all parts at work where they have become many.
func (c *cells) relieve(ctx context.Context) error {
	if c.candles < maxOpen {
		return nil
	}
	return c.write(ctx)
}

// write writes the parts at work that have changed.
func (c *cells) write(ctx context.Context) error {
	keys := slices.SortedFunc(maps.Keys(c.open), cellKey.compare)
	keys = slices.DeleteFunc(keys, func(k cellKey) bool { return !c.open[k].changed })
	parts := make([]data.Part, len(keys))
	err := pipeline.EachSynced(ctx, len(keys), func(i int) error {
		var err error
		parts[i], err = c.make(keys[i], &c.open[keys[i]].rows)
		return err
	})
	if err != nil {
		return err
	}
	for i, k := range keys {
		c.written[k] = parts[i]
	}
	clear(c.open)
	c.candles = 0
	return nil
}

// make writes a part.
func (c *cells) make(k cellKey, r *rows) (data.Part, error) {
	b, err := candleBatch(k.Series, r)
	if err != nil {
		return data.Part{}, err
	}
	return c.draft.Make(b, []byte("{}"), nil, k.Venue, string(k.Symbol), k.Interval.String(), k.period)
}

// seal writes what is at work and lists every part.
func (c *cells) seal(ctx context.Context) ([]data.Part, error) {
	if err := c.write(ctx); err != nil {
		return nil, err
	}
	parts := make([]data.Part, 0, len(c.written))
	for _, k := range slices.SortedFunc(maps.Keys(c.written), cellKey.compare) {
		parts = append(parts, c.written[k])
	}
	return parts, nil
}
