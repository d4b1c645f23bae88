package stages

import (
	"errors"
	"fmt"

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
	if err := noteForesight(t, records[0]); err != nil {
		return err
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
