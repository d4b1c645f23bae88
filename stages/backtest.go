package stages

import (
	"fmt"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/trade"
)

// Backtest trades the predictions and the baselines through the one trading
// loop: decided at the close of a bar, filled at the open of the next, marked
// at closes.
var Backtest = add(&pipeline.Stage{
	Name: "backtest", Doc: "the predictions traded bar by bar with fees, beside baselines", Code: 2,
	Inputs: []*pipeline.Stage{Bars, Predictions},
	Params: defaultBacktest(),
	Check:  checkBacktest,
	Run:    backtest,
})

// Names of the portfolios; the strategy is the first.
const (
	strategyName = "strategy"
	holdBTC      = "hold BTC"
	holdUSD      = "hold USD"
)

// untaxedName names the strategy once more, with no tax on its gains.
const untaxedName = "strategy before tax"

// account is one portfolio of a backtest.
type account struct {
	name     string
	strategy trade.Strategy
	taxes    trade.Taxes

	record *trade.Record
	ledger *trade.Ledger
	small  int // trades that were too small to be made
}

func backtest(t *pipeline.Task) error {
	p := t.Params.(*BacktestParams)
	a, err := enter(t, p)
	if err != nil {
		return err
	}
	all, mine, err := a.accounts(p)
	if err != nil {
		return err
	}
	if err := pipeline.Each(t.Context, len(all), func(i int) error { return a.trade(t, p, all[i]) }); err != nil {
		return err
	}
	mine.remark(t)
	for _, f := range all[0].record.Fills {
		if f.Reason == trade.Delisting {
			t.Note("%s has no bars from %s on: what was held of it was sold at its last close", f.Symbol, data.Stamp(f.Time))
		}
	}
	if n := all[0].small; n > 0 {
		t.Note("%d trades were too small to be made", n)
	}
	if err := noteForesight(t, all[0].record); err != nil {
		return err
	}
	if err := putAssumptions(t, p, a); err != nil {
		return err
	}
	if err := putBacktest(t, a, all[0].record); err != nil {
		return err
	}
	if err := putFills(t, all[0].record); err != nil {
		return err
	}
	if err := putGains(t, a, all[0]); err != nil {
		return err
	}
	if err := putLots(t, a, all[0]); err != nil {
		return err
	}
	if err := putTaxes(t, all); err != nil {
		return err
	}
	return putBaselines(t, all[1:])
}

// accounts are the portfolios, the strategy first; where gains are taxed it
// stands there once more, at the end, without.
func (a *arena) accounts(p *BacktestParams) ([]*account, *patient, error) {
	mine, err := a.strategy(p)
	if err != nil {
		return nil, nil, err
	}
	neutral := p.policy()[trade.Classes/2]
	fixed, err := trade.NewFixed(neutral, p.Rebalance, "constant")
	if err != nil {
		return nil, nil, err
	}
	constant, err := trade.NewPatient(fixed, p.Band, p.MinHold)
	if err != nil {
		return nil, nil, err
	}
	taxes := p.Tax.rules()
	all := []*account{
		{name: strategyName, strategy: mine.Patient, taxes: taxes},
		{name: holdBTC, strategy: trade.HoldBTC(), taxes: taxes},
		{name: fmt.Sprintf("constant %.4g/%.4g/%.4g", 100*neutral.USD, 100*neutral.BTC, 100*neutral.Alt), strategy: constant, taxes: taxes},
		{name: holdUSD, strategy: trade.HoldUSD(), taxes: taxes},
	}
	if taxes.Any() {
		again, err := a.strategy(p)
		if err != nil {
			return nil, nil, err
		}
		taxes.Short, taxes.Long = 0, 0
		all = append(all, &account{name: untaxedName, strategy: again.Patient, taxes: taxes})
	}
	return all, mine, nil
}

// patient is the strategy that is tested.
type patient struct {
	*trade.Patient
	inner *trade.ByClass
}

func (a *arena) strategy(p *BacktestParams) (*patient, error) {
	inner, err := trade.NewByClass(p.policy(), p.Rebalance, trade.Predictions{Time: a.time, Known: a.known, Class: a.class})
	if err != nil {
		return nil, err
	}
	outer, err := trade.NewPatient(inner, p.Band, p.MinHold)
	return &patient{outer, inner}, err
}

// remark notes how often the weights were kept though a decision was due.
func (s *patient) remark(t *pipeline.Task) {
	if n := s.inner.Missing(); n > 0 {
		t.Note("%d decisions had no predicted class: the weights were kept", n)
	}
	inBand, heldShort := s.Kept()
	if inBand > 0 {
		t.Note("%d decisions were within the no-trade band: the weights were kept", inBand)
	}
	if heldShort > 0 {
		t.Note("%d decisions came before the minimum hold was over: the weights were kept", heldShort)
	}
}
