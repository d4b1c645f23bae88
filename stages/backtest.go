package stages

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/trade"
)

// BacktestParams say how predictions are traded.
type BacktestParams struct {
	Hub       data.Symbol               `json:"hub"`             // the BTC market in dollars; empty: the one there is
	Weights   [trade.Classes][3]float64 `json:"weights"`         // USD, BTC, ALT for class 1 to 5
	Rebalance int                       `json:"rebalance_every"` // bars between decisions
	From      string                    `json:"from"`            // open of the first bar; empty: the first prediction
	To        string                    `json:"to"`              // bars open before it; empty: the last prediction
	Capital   float64                   `json:"capital"`         // USD
	Fee       float64                   `json:"fee"`             // fraction of the notional of each fill
	Slippage  float64                   `json:"slippage"`        // fraction of the open, against us
}

// Backtest trades the predictions and the baselines through the one trading
// loop: decided at the close of a bar, filled at the open of the next, marked
// at closes.
var Backtest = add(&pipeline.Stage{
	Name: "backtest", Doc: "the predictions traded bar by bar with fees, beside baselines", Code: 1,
	Inputs: []*pipeline.Stage{Bars, Predictions},
	Params: &BacktestParams{Weights: defaultWeights(), Rebalance: 1, Capital: trade.DefaultCapital, Fee: 0.0025, Slippage: 0.0005},
	Check:  checkBacktest,
	Run:    backtest,
})

func defaultWeights() (w [trade.Classes][3]float64) {
	for c, x := range trade.DefaultPolicy() {
		w[c] = [3]float64{x.USD, x.BTC, x.Alt}
	}
	return w
}

func (p *BacktestParams) policy() (policy trade.Policy) {
	for c, w := range p.Weights {
		policy[c] = trade.Weights{USD: w[0], BTC: w[1], Alt: w[2]}
	}
	return policy
}

func checkBacktest(params any) error {
	p := params.(*BacktestParams)
	if p.Rebalance < 1 {
		return fmt.Errorf("rebalance_every %d: want 1 or more bars", p.Rebalance)
	}
	if _, err := trade.NewLedger(p.Capital, 0); err != nil {
		return err
	}
	for _, s := range []string{p.From, p.To} {
		if _, err := stampOr(s, 0); err != nil {
			return err
		}
	}
	return errors.Join(p.policy().Validate(), trade.Costs{Fee: p.Fee, Slippage: p.Slippage}.Validate())
}

// stampOr reads an instant, or is other where there is none.
func stampOr(s string, other int64) (int64, error) {
	if s == "" {
		return other, nil
	}
	return data.ParseStamp(s)
}

// arena is the span that is traded: its bars in columns, the predictions, and
// what belongs to all portfolios.
type arena struct {
	time, known []int64
	class       []int64
	signal      string         // the symbol that was predicted
	series      []trade.Series // the hub, then the alts
}

// Names of the portfolios; the strategy is the first.
const (
	strategyName = "strategy"
	holdBTC      = "hold BTC"
	holdUSD      = "hold USD"
)

func backtest(t *pipeline.Task) error {
	p := t.Params.(*BacktestParams)
	a, err := enter(t, p)
	if err != nil {
		return err
	}
	strategy, err := trade.NewByClass(p.policy(), p.Rebalance, trade.Predictions{Time: a.time, Known: a.known, Class: a.class})
	if err != nil {
		return err
	}
	neutral := p.policy()[trade.Classes/2]
	constant, err := trade.NewFixed(neutral, p.Rebalance, "constant")
	if err != nil {
		return err
	}
	runs := []struct {
		name     string
		strategy trade.Strategy
	}{
		{strategyName, strategy},
		{holdBTC, trade.HoldBTC()},
		{fmt.Sprintf("constant %.4g/%.4g/%.4g", 100*neutral.USD, 100*neutral.BTC, 100*neutral.Alt), constant},
		{holdUSD, trade.HoldUSD()},
	}
	names, records := make([]string, len(runs)), make([]*trade.Record, len(runs))
	err = pipeline.Each(t.Context, len(runs), func(i int) (err error) {
		names[i] = runs[i].name
		records[i], err = a.trade(t, p, runs[i].strategy)
		return err
	})
	if err != nil {
		return err
	}
	if n := strategy.Missing(); n > 0 {
		t.Note("%d decisions had no predicted class: the weights were kept", n)
	}
	if err := putAssumptions(t, p, a); err != nil {
		return err
	}
	if err := putBacktest(t, a, records[0]); err != nil {
		return err
	}
	if err := putFills(t, records[0]); err != nil {
		return err
	}
	return putBaselines(t, names[1:], records[1:])
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

// markets lists the hub, then the ALT-BTC symbols that there are bars of.
func markets(t *pipeline.Task, hub data.Symbol) ([]string, error) {
	v, err := t.Input(Bars)
	if err != nil {
		return nil, err
	}
	if hub == "" {
		if hub, err = theHub(v, "bars"); err != nil {
			return nil, err
		}
	}
	if !hasSymbol(v, "bars", hub) {
		return nil, data.WithHint(fmt.Errorf("%w: hub %s: no candles of it", pipeline.ErrSetting, hub), "set backtest.hub to a BTC market in dollars that has some")
	}
	symbols := []string{string(hub)}
	for _, part := range v.Of("bars") {
		if s := data.Symbol(part.Value("symbol")); s.Quote() == hub.Base() {
			symbols = append(symbols, string(s))
		}
	}
	return symbols, nil
}

// dollars are the quote currencies that pass for dollars without being asked.
var dollars = []string{"USD", "USDT", "USDC", "BUSD", "TUSD", "DAI"}

// theHub is the symbol that is meant where none is named: BTC-USD, or the one
// other market of BTC in dollars.
func theHub(v *data.Version, table string) (data.Symbol, error) {
	var found, all []string
	for _, part := range v.Of(table) {
		s := data.Symbol(part.Value("symbol"))
		if s == "BTC-USD" {
			return s, nil
		}
		if s.Base() == "BTC" && slices.Contains(dollars, s.Quote()) {
			found = append(found, string(s))
		}
		all = append(all, string(s))
	}
	if len(found) == 1 {
		return data.Symbol(found[0]), nil
	}
	if len(found) > 1 {
		return "", &data.InputError{Reason: "which market is BTC in dollars? " + strings.Join(found, " or "),
			Hint: "name it with --set model.target=" + found[0] + " --set backtest.hub=" + found[0]}
	}
	return "", &data.InputError{Reason: "no market of BTC in dollars among " + strings.Join(all, ", "), Hint: "give candles of BTC-USD too"}
}
