package stages

import (
	"fmt"
	"slices"
	"strings"

	"mantis/data"
	"mantis/data/num"
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

// trade runs one portfolio over the arena.
func (a *arena) trade(t *pipeline.Task, p *BacktestParams, c *account) error {
	feed, err := trade.NewHistory(a.time, a.known, a.series...)
	if err != nil {
		return err
	}
	broker, err := trade.NewBroker(p.rules(a.symbols()...))
	if err != nil {
		return err
	}
	alts := len(a.series) - 1
	if c.ledger, err = trade.NewLedger(p.Capital, alts); err != nil {
		return err
	}
	if err := c.ledger.KeepLots(c.taxes); err != nil {
		return err
	}
	c.record = trade.NewRecord(len(a.time), alts)
	if err := trade.Run(t.Context, feed, c.strategy, broker, c.ledger, c.record); err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	c.small = broker.Small()
	return nil
}

// symbols are the hub and the alts.
func (a *arena) symbols() (out []data.Symbol) {
	for _, s := range a.series {
		out = append(out, s.Symbol)
	}
	return out
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
	symbols, err := traded(t, p)
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
		if i == 0 || p.Span == spanCommon {
			from, to = max(from, open[0]), min(to, open[len(open)-1]+1)
		}
	}
	lo, hi := cut(time, from, to)
	if hi-lo < 2 {
		return nil, &data.InputError{Reason: fmt.Sprintf("%d bars are predicted where all of %s have bars", hi-lo, strings.Join(symbols, ", ")),
			Hint: "give candles of the same span, or set backtest.from and backtest.to"}
	}
	if lo > 0 || hi < len(time) {
		those := strings.Join(symbols, ", ") + " have bars"
		if p.Span == spanHub {
			those = symbols[0] + " has bars"
		}
		t.Note("traded from %s to %s, where all of %s: %d of %d predictions", data.Stamp(time[lo]), data.Stamp(known[hi-1]), those, hi-lo, len(time))
	}
	a := &arena{time: time[lo:hi], known: known[lo:hi], class: class[lo:hi], signal: signal[0]}
	for i, symbol := range symbols {
		s, err := a.market(columns[i], symbol)
		if err != nil {
			return nil, err
		}
		if s.Open == nil {
			t.Note("%s has no bars of the span: it is not traded", symbol)
			continue
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

// market is one market over the arena's span: an alt that is listed later has no
// prices before, and one whose bars end sooner is gone from there on. There are
// no columns where none of its bars is in the span.
func (a *arena) market(c *data.Columns, symbol string) (trade.Series, error) {
	time := c.Ints("time")
	open, close, filled, volume := c.Floats("open"), c.Floats("close"), c.Bools("filled"), c.Floats("volume")
	s := trade.Series{Symbol: data.Symbol(symbol)}
	if c.Err != nil {
		return s, c.Err
	}
	lo, hi := cut(time, a.time[0], a.time[len(a.time)-1]+1)
	if lo == hi {
		return s, nil
	}
	first, past := cut(a.time, time[lo], time[hi-1]+1)
	if !slices.Equal(time[lo:hi], a.time[first:past]) {
		return s, fmt.Errorf("%s: its bars are not those of the predictions", symbol)
	}
	n := len(a.time)
	if first == 0 && past == n {
		s.Open, s.Close, s.Filled, s.Volume = open[lo:hi], close[lo:hi], filled[lo:hi], volume[lo:hi]
		return s, nil
	}
	nan, last := num.NaN(), close[hi-1]
	pad := func(column []float64, after float64) []float64 {
		return slices.Concat(slices.Repeat([]float64{nan}, first), column[lo:hi], slices.Repeat([]float64{after}, n-past))
	}
	s.Open, s.Close, s.Volume = pad(open, last), pad(close, last), pad(volume, nan)
	s.Filled = slices.Concat(slices.Repeat([]bool{true}, first), filled[lo:hi], slices.Repeat([]bool{true}, n-past))
	s.Gone = slices.Concat(make([]bool, past), slices.Repeat([]bool{true}, n-past))
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
