package archive

import (
	"mantis/data"
	"mantis/data/market"
)

// proposal is what becomes of a part if some candles are taken in: nothing is
// changed until it is adopted. So the chunks of a large file are merged side by
// side, before it is known whether the file is in order as a whole.
type proposal struct {
	key    cellKey
	merged merged
	before rows      // of which something was restated
	part   data.Part // where it was written anew; its rows are no longer in memory
}

// propose merges candles of one period into their part. It may be called from
// several goroutines while nothing else changes the cells, and none is open.
func (c *cells) propose(s Series, period string, candles *market.Candles) (*proposal, error) {
	p := &proposal{key: cellKey{s, period}}
	if written, ok := c.written[p.key]; ok {
		b, err := c.draft.Read(candleSchema, written)
		if err != nil {
			return nil, err
		}
		if p.before, err = candleRows(b); err != nil {
			return nil, err
		}
	}
	now := rowsOf(candles)
	p.merged = merge(&p.before, &now)
	if len(p.merged.restated) == 0 {
		p.before = rows{}
	}
	var err error
	if len(p.merged.runs) > 0 {
		p.part, err = c.make(p.key, &p.merged.rows)
	}
	p.merged.rows = rows{}
	return p, err
}

// adopt takes a proposal into the cells and into the account of a taking.
func (w *Writer) adopt(number int, p *proposal) {
	if len(p.merged.runs) > 0 {
		w.cells.written[p.key] = p.part
	}
	w.account(&w.takings[number-1], &p.merged, &p.before)
}
