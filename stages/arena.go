package stages

import (
	"fmt"
	"slices"
	"strings"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/trade"
)

// arena is the span that is traded: its bars in columns, the predictions, and
// what belongs to all portfolios.
type arena struct {
	time, known []int64
	class       []int64
	signal      string         // the symbol that was predicted
	series      []trade.Series // the hub, then the alts
}

// trade runs one strategy over the arena.
func (a *arena) trade(t *pipeline.Task, p *BacktestParams, s trade.Strategy) (*trade.Record, error) {
	feed, err := trade.NewHistory(a.time, a.known, a.series...)
	if err != nil {
		return nil, err
	}
	broker, err := trade.NewBacktest(trade.Costs{Fee: p.Fee, Slippage: p.Slippage})
	if err != nil {
		return nil, err
	}
	alts := len(a.series) - 1
	ledger, err := trade.NewLedger(p.Capital, alts)
	if err != nil {
		return nil, err
	}
	record := trade.NewRecord(len(a.time), alts)
	return record, trade.Run(t.Context, feed, s, broker, ledger, record)
}

// enter reads the predictions and the bars of the hub and the alts, and cuts
// them to the span where all of them are.
func enter(t *pipeline.Task, p *BacktestParams) (*arena, error) {
	predictions, err := t.ReadOne(Predictions, "predictions")
	if err != nil {
		return nil, err
	}
	c := predictions.Columns()
	time, known, class, signal := c.Ints("time"), c.Ints("known_at"), c.Ints("class"), c.Strings("symbol")
	if c.Err != nil {
		return nil, c.Err
	}
	if n := countClasses(predictions); n != trade.Classes {
		return nil, data.WithHint(fmt.Errorf("%w: the labels have %d classes, the weights are for %d", pipeline.ErrSetting, n, trade.Classes), "set labels.bins to four cut-offs")
	}
	symbols, err := markets(t, p.Hub)
	if err != nil {
		return nil, err
	}
	from, err := stampOr(p.From, time[0])
	if err != nil {
		return nil, err
	}
	to, err := stampOr(p.To, time[len(time)-1]+1)
	if err != nil {
		return nil, err
	}
	if from > time[len(time)-1] || to <= time[0] {
		return nil, fmt.Errorf("%w: backtest.from, backtest.to: the predictions are of %s to %s", pipeline.ErrSetting, data.Stamp(time[0]), data.Stamp(time[len(time)-1]))
	}
	columns := make([]*data.Columns, len(symbols))
	for i, symbol := range symbols {
		b, err := t.ReadOne(Bars, "bars", symbol)
		if err != nil {
			return nil, err
		}
		columns[i] = b.Columns()
		open := columns[i].Ints("time")
		if columns[i].Err != nil {
			return nil, columns[i].Err
		}
		from, to = max(from, open[0]), min(to, open[len(open)-1]+1)
	}
	lo, hi := cut(time, from, to)
	if hi-lo < 2 {
		return nil, &data.InputError{Reason: fmt.Sprintf("%d bars are predicted where all of %s have bars", hi-lo, strings.Join(symbols, ", ")),
			Hint: "give candles of the same span, or set backtest.from and backtest.to"}
	}
	if lo > 0 || hi < len(time) {
		t.Note("traded from %s to %s, where all of %s have bars: %d of %d predictions", data.Stamp(time[lo]), data.Stamp(known[hi-1]), strings.Join(symbols, ", "), hi-lo, len(time))
	}
	a := &arena{time: time[lo:hi], known: known[lo:hi], class: class[lo:hi], signal: signal[0]}
	for i, symbol := range symbols {
		s, err := a.market(columns[i], symbol)
		if err != nil {
			return nil, err
		}
		a.series = append(a.series, s)
	}
	a.remark(t)
	return a, nil
}

// remark notes what a reader of the result might not expect.
func (a *arena) remark(t *pipeline.Task) {
	hub := a.series[0].Symbol
	if len(a.series) == 1 {
		t.Note("no ALT-%s market was given: the ALT share is held in %[1]s", hub.Base())
	}
	if a.signal != string(hub) {
		t.Note("the signal is the predicted class of %s, and %s is traded on it", a.signal, hub)
	}
	if hub.Quote() != "USD" {
		t.Note("what is called USD here is %s", hub.Quote())
	}
}

// market is one market over the arena's span.
func (a *arena) market(c *data.Columns, symbol string) (trade.Series, error) {
	time := c.Ints("time")
	s := trade.Series{Symbol: data.Symbol(symbol), Open: c.Floats("open"), Close: c.Floats("close"), Filled: c.Bools("filled")}
	if c.Err != nil {
		return s, c.Err
	}
	lo, hi := cut(time, a.time[0], a.time[len(a.time)-1]+1)
	if !slices.Equal(time[lo:hi], a.time) {
		return s, fmt.Errorf("%s: its bars are not those of the predictions", symbol)
	}
	s.Open, s.Close, s.Filled = s.Open[lo:hi], s.Close[lo:hi], s.Filled[lo:hi]
	return s, nil
}

// cut is the range of ascending instants from from up to, not including, to.
func cut(time []int64, from, to int64) (lo, hi int) {
	lo, _ = slices.BinarySearch(time, from)
	hi, _ = slices.BinarySearch(time, to)
	return lo, max(lo, hi)
}

// countClasses is the number of probability columns.
func countClasses(predictions *data.Batch) int {
	n := 0
	for predictions.Schema().Index(fmt.Sprint("p", n+1)) >= 0 {
		n++
	}
	return n
}
