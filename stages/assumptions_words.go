package stages

import (
	"fmt"
	"strconv"
	"strings"

	"mantis/data"
)

func delayed(bars int) string {
	if bars == 1 {
		return "one bar"
	}
	return fmt.Sprintf("%d bars", bars)
}

func plain(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func (p *BacktestParams) feeInWords() string {
	s := percent(p.Fee) + " % of the notional of each fill"
	if p.MakerShare > 0 {
		s = fmt.Sprintf("%s %% of the notional for %s %% of it, %s %% for the rest", percent(p.MakerFee), percent(p.MakerShare), percent(p.Fee))
	}
	if p.MinFee > 0 {
		s += ", at least " + plain(p.MinFee) + " USD a fill"
	}
	for i := range p.Markets {
		if m := &p.Markets[i]; m.Fee != nil || m.MakerFee != nil || m.MakerShare != nil || m.MinFee != nil {
			c := p.costs(m)
			s += fmt.Sprintf("; %s: %s %% as taker, %s %% as maker of %s %%, at least %s USD", m.name(), percent(c.Fee), percent(c.Maker), percent(c.MakerShare), plain(c.MinFee))
		}
	}
	return s
}

// name is the market's symbol, and the venue where one is named.
func (m *MarketParams) name() string {
	if m.Venue == "" {
		return string(m.Symbol)
	}
	return string(m.Symbol) + " at " + m.Venue
}

func (p *BacktestParams) slippageInWords() string {
	s := slipInWords(p.Slippage, p.Spread, p.Volume, p.Volatility, p.VolatilityBars)
	for i := range p.Markets {
		if m := &p.Markets[i]; m.Slippage != nil || m.Spread != nil || m.Volume != nil || m.Volatility != nil {
			c := p.costs(m)
			s += "; " + m.name() + ": " + slipInWords(c.Slippage, c.Spread, c.Volume, c.Volatility, p.VolatilityBars)
		}
	}
	return s
}

func slipInWords(fixed, spread, volume, volatility float64, bars int) string {
	s := percent(fixed) + " % of the open, against us"
	if spread > 0 {
		s += ", and half the spread of " + percent(spread) + " %"
	}
	if volume > 0 {
		s += fmt.Sprintf(", and %s %% x quantity / volume of the latest bar that traded", percent(volume))
	}
	if volatility > 0 {
		s += fmt.Sprintf(", and %s x the standard deviation of the last %d returns", plain(volatility), bars)
	}
	return s
}

func (p *BacktestParams) limitsInWords() string {
	var said []string
	if p.Band > 0 {
		said = append(said, "no trade while all weights are within "+percent(p.Band)+" points of their targets")
	}
	if p.MinHold > 1 {
		said = append(said, fmt.Sprintf("no rebalancing for %d bars after one", p.MinHold))
	}
	if p.MinNotional > 0 {
		said = append(said, "no trade below "+plain(p.MinNotional)+" USD")
	}
	if p.Step > 0 {
		said = append(said, "quantities in steps of "+plain(p.Step))
	}
	for i := range p.Markets {
		if m := &p.Markets[i]; m.MinNotional != nil || m.Step != nil {
			c := p.costs(m)
			said = append(said, fmt.Sprintf("%s: trades of %s USD and more, steps of %s", m.name(), plain(c.MinNotional), plain(c.Step)))
		}
	}
	if said == nil {
		return "none"
	}
	return strings.Join(said, "; ")
}

// bucketInWords says what the ALT share is divided into.
func (a *arena) bucketInWords(p *BacktestParams) string {
	var said []string
	for _, s := range a.series[1:] {
		said = append(said, fmt.Sprintf("%s %s", s.Symbol.Base(), plain(p.market(s.Symbol).weight())))
	}
	if said == nil {
		return "none: held in " + a.series[0].Symbol.Base()
	}
	s := strings.Join(said, ", ") + ", among those that are listed"
	if p.Span == spanHub {
		s += "; one that goes is sold at its last close less " + percent(p.DelistingLoss) + " %"
	}
	return s
}

func (p *TaxParams) inWords() string {
	if !p.rules().Any() {
		return "none; gains by " + p.Method + " lots"
	}
	carried := "losses are carried into the years after"
	if !p.Carry {
		carried = "losses are not carried"
	}
	return fmt.Sprintf("%s %% of gains of lots held up to %s, %s %% of longer ones, by %s lots; netted by calendar year (UTC), paid at its end; %s",
		percent(p.Short), data.Counted(p.LongDays, "day"), percent(p.Long), p.Method, carried)
}
