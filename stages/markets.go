package stages

import (
	"fmt"
	"slices"
	"strings"

	"mantis/data"
	"mantis/pipeline"
)

// traded lists the hub, then the alts whose weight is not 0.
func traded(t *pipeline.Task, p *BacktestParams) ([]string, error) {
	all, err := markets(t, p.Hub)
	if err != nil {
		return nil, err
	}
	for _, m := range p.Markets {
		if !slices.Contains(all, string(m.Symbol)) {
			return nil, data.WithHint(fmt.Errorf("%w: backtest.markets: %s is none of the markets that can be traded", pipeline.ErrSetting, m.Symbol), "these are: "+strings.Join(all, ", "))
		}
	}
	return slices.DeleteFunc(all, func(s string) bool { return s != all[0] && p.market(data.Symbol(s)).weight() == 0 }), nil
}

// markets lists the hub, then the ALT-BTC symbols that there are bars of.
func markets(t *pipeline.Task, hub data.Symbol) ([]string, error) {
	v, err := t.Input(Bars)
	if err != nil {
		return nil, err
	}
	return marketsOf(v, hub, "backtest.hub")
}

// marketsOf is markets among bars; the setting is the parameter that names the hub.
func marketsOf(v *data.Version, hub data.Symbol, setting string) (symbols []string, err error) {
	if hub == "" {
		if hub, err = theHub(v, "bars"); err != nil {
			return nil, data.WithHint(err, strings.ReplaceAll(data.Hint(err), "backtest.hub", setting))
		}
	}
	if !hasSymbol(v, "bars", hub) {
		return nil, data.WithHint(fmt.Errorf("%w: hub %s: no candles of it", pipeline.ErrSetting, hub), "set "+setting+" to a BTC market in dollars that has some")
	}
	symbols = []string{string(hub)}
	for _, s := range symbolsOf(v, "bars") {
		if data.Symbol(s).Quote() == hub.Base() {
			symbols = append(symbols, s)
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
	for _, name := range symbolsOf(v, table) {
		s := data.Symbol(name)
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

func hasSymbol(v *data.Version, table string, symbol data.Symbol) bool {
	return slices.Contains(symbolsOf(v, table), string(symbol))
}
