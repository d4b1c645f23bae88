package stages

import (
	"fmt"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
)

// traded are the candles in which something was traded: those that market.Quiet
// does not take for none. last is the close before them, NaN where there is
// none. moved counts the quiet candles that stand at another price than the close
// before them: a price that moved without a trade. That close carries on, and
// such candles go like the others.
func (c *candleColumns) traded(last float64) (traded *candleColumns, moved int) {
	n := len(c.time)
	first := 0
	for first < n && !c.quiet(first) {
		first++
	}
	if first == n {
		return c, 0
	}
	traded = c.upTo(first)
	if first > 0 {
		last = c.close[first-1]
	}
	for i := first; i < n; i++ {
		if c.quiet(i) {
			if last == last && c.close[i] != last {
				moved++
			}
			continue
		}
		traded.add(c, i)
		last = c.close[i]
	}
	return traded, moved
}

func (c *candleColumns) quiet(i int) bool {
	return market.Quiet(c.open[i], c.high[i], c.low[i], c.close[i], c.volume[i], c.quote[i], c.trades[i])
}

// upTo copies the first n candles, for more to be added.
func (c *candleColumns) upTo(n int) *candleColumns {
	return &candleColumns{time: c.time[:n:n], trades: c.trades[:n:n], open: c.open[:n:n], high: c.high[:n:n],
		low: c.low[:n:n], close: c.close[:n:n], volume: c.volume[:n:n], quote: c.quote[:n:n]}
}

// add appends candle i of others.
func (c *candleColumns) add(from *candleColumns, i int) {
	c.time, c.trades = append(c.time, from.time[i]), append(c.trades, from.trades[i])
	c.open, c.high = append(c.open, from.open[i]), append(c.high, from.high[i])
	c.low, c.close = append(c.low, from.low[i]), append(c.close, from.close[i])
	c.volume, c.quote = append(c.volume, from.volume[i]), append(c.quote, from.quote[i])
}

// tradedAt are the open instants of the candles of a part in which something
// was traded.
func (g *grid) tradedAt(t *pipeline.Task, p data.Part) ([]int64, error) {
	b, err := t.ReadOne(Candles, "candles", g.symbol, p.Value("period"))
	if err != nil {
		return nil, err
	}
	c, err := newCandleColumns(b, p.First, p.Last+1)
	if err != nil {
		return nil, err
	}
	traded, _ := c.traded(0)
	return traded.time, nil
}

// begun is the open instant of the first candle in which something was traded,
// of parts in order; data.Null where there is none.
func begun(parts []data.Part, first func(data.Part) (int64, error)) (int64, error) {
	for _, p := range parts {
		if at, err := first(p); err != nil || at != data.Null {
			return at, err
		}
	}
	return data.Null, nil
}

// firstTraded is the first of tradedAt, data.Null where there is none. Of a part
// that was looked into before it is remembered.
func (g *grid) firstTraded(t *pipeline.Task, p data.Part) (int64, error) {
	first, key := int64(data.Null), map[string]any{"first traded": p.Content}
	if t.Recall(key, &first) {
		return first, nil
	}
	open, err := g.tradedAt(t, p)
	if err != nil {
		return 0, err
	}
	if len(open) > 0 {
		first = open[0]
	}
	return first, t.Remember(key, first)
}

// movedNote says that prices moved without a trade.
func movedNote(symbol string, n int) string {
	s := ""
	if n == 1 {
		s = "s"
	}
	return fmt.Sprintf("%s: %s of no volume stand%s at another price than the close before: that close was carried on", symbol, data.Counted(n, "candle"), s)
}
