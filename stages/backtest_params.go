package stages

import (
	"errors"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/stages/trade"
)

// BacktestParams say how predictions are traded. Rates are fractions.
type BacktestParams struct {
	Hub       data.Symbol               `json:"hub"`             // the BTC market in dollars; empty: the one there is
	Weights   [trade.Classes][3]float64 `json:"weights"`         // USD, BTC, ALT for class 1 to 5
	Rebalance int                       `json:"rebalance_every"` // bars between decisions
	Band      float64                   `json:"band"`            // no trade while no weight is further from its target
	MinHold   int                       `json:"min_hold"`        // bars after a rebalancing without another
	Delay     int                       `json:"delay"`           // bars from the decision to the fill; 1: the next bar's open
	From      string                    `json:"from"`            // open of the first bar; empty: the first prediction
	To        string                    `json:"to"`              // bars open before it; empty: the last prediction
	Span      string                    `json:"span"`            // common: while all markets have bars; hub: alts come and go
	Capital   float64                   `json:"capital"`         // USD

	Fee            float64 `json:"fee"`                 // of the notional of each fill, the taker's
	MakerFee       float64 `json:"maker_fee"`           // the maker's
	MakerShare     float64 `json:"maker_share"`         // share of the notional that pays the maker's
	MinFee         float64 `json:"min_fee"`             // USD a fill
	Spread         float64 `json:"spread"`              // between bid and ask, of the open
	Slippage       float64 `json:"slippage"`            // of the open, against us
	Volume         float64 `json:"slippage_volume"`     // of the open, for a quantity as large as the volume of the latest bar that traded
	Volatility     float64 `json:"slippage_volatility"` // standard deviations of a bar's return
	VolatilityBars int     `json:"volatility_bars"`     // latest returns that it goes by
	MinNotional    float64 `json:"min_notional"`        // USD: smaller trades are not made
	Step           float64 `json:"step"`                // of quantities; 0: any
	DelistingLoss  float64 `json:"delisting_loss"`      // share of the last close that is lost where an alt goes

	Markets []MarketParams `json:"markets"` // what is different in some
	Tax     TaxParams      `json:"tax"`
}

// MarketParams are what is different in one market; what is left out is as in
// all others.
type MarketParams struct {
	Symbol      data.Symbol `json:"symbol"`
	Weight      *float64    `json:"weight,omitempty"` // of an alt in the bucket, relative to the others' 1; 0: not traded
	Venue       string      `json:"venue,omitempty"`  // said beside the fills
	Fee         *float64    `json:"fee,omitempty"`
	MakerFee    *float64    `json:"maker_fee,omitempty"`
	MakerShare  *float64    `json:"maker_share,omitempty"`
	MinFee      *float64    `json:"min_fee,omitempty"`
	Spread      *float64    `json:"spread,omitempty"`
	Slippage    *float64    `json:"slippage,omitempty"`
	Volume      *float64    `json:"slippage_volume,omitempty"`
	Volatility  *float64    `json:"slippage_volatility,omitempty"`
	MinNotional *float64    `json:"min_notional,omitempty"`
	Step        *float64    `json:"step,omitempty"`
}

// TaxParams are how gains are taxed; rates of 0 tax nothing.
type TaxParams struct {
	Method   string  `json:"method"`    // fifo, lifo, hifo or average
	Short    float64 `json:"short"`     // rate on gains of what was held long_days or less
	Long     float64 `json:"long"`      // rate on gains of what was held longer
	LongDays int     `json:"long_days"` // of 24 hours
	Carry    bool    `json:"carry"`     // losses go into the years after
}

// Spans of a backtest.
const (
	spanCommon = "common"
	spanHub    = "hub"
)

func defaultBacktest() *BacktestParams {
	p := &BacktestParams{Rebalance: 1, Delay: 1, Span: spanCommon, Capital: trade.DefaultCapital, Fee: 0.0025, MakerFee: 0.0025, Slippage: 0.0005,
		VolatilityBars: 20, Markets: []MarketParams{}, Tax: TaxParams{Method: string(trade.FIFO), LongDays: 365, Carry: true}}
	for c, x := range trade.DefaultPolicy() {
		p.Weights[c] = [3]float64{x.USD, x.BTC, x.Alt}
	}
	return p
}

func (p *BacktestParams) policy() (policy trade.Policy) {
	for c, w := range p.Weights {
		policy[c] = trade.Weights{USD: w[0], BTC: w[1], Alt: w[2]}
	}
	return policy
}

func (p *TaxParams) rules() trade.Taxes {
	return trade.Taxes{Method: trade.Method(p.Method), Short: p.Short, Long: p.Long, LongDays: p.LongDays, Carry: p.Carry}
}

// market finds what is different in a market, or nothing.
func (p *BacktestParams) market(s data.Symbol) *MarketParams {
	for i := range p.Markets {
		if p.Markets[i].Symbol == s {
			return &p.Markets[i]
		}
	}
	return &MarketParams{Symbol: s}
}

// weight is an alt's in the bucket; 0 where it is not traded.
func (m *MarketParams) weight() float64 { return or(m.Weight, 1) }

func or(x *float64, other float64) float64 {
	if x == nil {
		return other
	}
	return *x
}

// costs are those of one market.
func (p *BacktestParams) costs(m *MarketParams) trade.Costs {
	return trade.Costs{Venue: m.Venue,
		Fee: or(m.Fee, p.Fee), Maker: or(m.MakerFee, p.MakerFee), MakerShare: or(m.MakerShare, p.MakerShare), MinFee: or(m.MinFee, p.MinFee),
		Spread: or(m.Spread, p.Spread), Slippage: or(m.Slippage, p.Slippage), Volume: or(m.Volume, p.Volume), Volatility: or(m.Volatility, p.Volatility),
		MinNotional: or(m.MinNotional, p.MinNotional), Step: or(m.Step, p.Step)}
}

// rules are those of the broker for the hub and alts given.
func (p *BacktestParams) rules(symbols ...data.Symbol) trade.Rules {
	r := trade.Rules{Costs: p.costs(&MarketParams{}), Delay: p.Delay, VolatilityBars: p.VolatilityBars, DelistingLoss: p.DelistingLoss}
	for i, s := range symbols {
		m := p.market(s)
		r.Markets = append(r.Markets, p.costs(m))
		if i > 0 {
			r.Weights = append(r.Weights, m.weight())
		}
	}
	return r
}

func checkBacktest(params any) error {
	p := params.(*BacktestParams)
	if p.Rebalance < 1 {
		return fmt.Errorf("rebalance_every %d: want 1 or more bars", p.Rebalance)
	}
	if p.Delay < 1 {
		return data.WithHint(fmt.Errorf("delay %d: want 1 or more bars", p.Delay), "1 fills at the open after the decision's close")
	}
	if !slices.Contains([]string{spanCommon, spanHub}, p.Span) {
		return fmt.Errorf("span %q: want common, while all markets have bars, or hub, where alts come and go", p.Span)
	}
	if _, err := trade.NewLedger(p.Capital, 0); err != nil {
		return err
	}
	for _, s := range []string{p.From, p.To} {
		if _, err := stampOr(s, 0); err != nil {
			return err
		}
	}
	if _, err := trade.NewPatient(nil, p.Band, p.MinHold); err != nil {
		return err
	}
	return errors.Join(p.policy().Validate(), p.rules().Validate(), p.Tax.rules().Validate(), p.checkMarkets())
}

func (p *BacktestParams) checkMarkets() error {
	for i := range p.Markets {
		m := &p.Markets[i]
		if m.Symbol.Base() == "" || m.Symbol.Quote() == "" || p.market(m.Symbol) != m {
			return data.WithHint(fmt.Errorf("markets: symbol %q is none, or named twice", m.Symbol), `as in [{"symbol":"ETH-BTC","weight":2,"fee":0.001}]`)
		}
		if w := m.weight(); !(w >= 0 && w <= 1e9) {
			return fmt.Errorf("markets: %s: weight %v: want 0, or a number above it", m.Symbol, w)
		}
		if err := p.costs(m).Validate(); err != nil {
			return fmt.Errorf("markets: %s: %w", m.Symbol, err)
		}
	}
	return nil
}

// stampOr reads an instant, or is other where there is none.
func stampOr(s string, other int64) (int64, error) {
	if s == "" {
		return other, nil
	}
	return data.ParseStamp(s)
}
