package market

import (
	"mantis/data"
)

// bybit is a reply of Bybit's kline route, newest first. It names the market and
// its category, of which only spot is the spot market.
func bybit() Format {
	return Format{
		Name: "bybit", Venue: "bybit",
		Doc:     "Bybit REST replies: /v5/market/kline, whole",
		in:      inJSON,
		path:    "result.list",
		columns: []string{"time open high low close volume quote_volume"},
		settle: func(r *reader, p *page) error {
			if err := r.besides(p, "symbol"); err != nil {
				return err
			}
			switch category := p.doc.beside["category"]; category {
			case "", "spot":
			case "linear":
				r.said.venue = "bybit-futures"
			default:
				return &data.InputError{Reason: "futures of the category " + category + ", whose volume is in contracts", Hint: "fetch the category spot or linear"}
			}
			return nil
		},
	}
}
