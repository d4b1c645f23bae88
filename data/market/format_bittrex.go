package market

import (
	"strings"

	"mantis/data"
)

// bittrex is what Bittrex's GetTicks gave until 2020. An instant that stands
// there twice has the candle as it was while open, and then the finished one.
// Names have the quote currency first, and minutes: BTC_ETH-5 is ETH-BTC.
func bittrex() Format {
	return Format{
		Name: "bittrex", Venue: "bittrex",
		Doc:   "Bittrex ticks: objects of O, H, L, C, V, T, BV; of an unfinished and a finished candle the finished one",
		in:    inJSON,
		names: "time=T open=O high=H low=L close=C volume=V quote_volume=BV",
		look: func(p *page) sight {
			if (p.doc.under("") || p.doc.under("result")) && has(p.names(), "time=T open=O high=H low=L close=C volume=V quote_volume=BV") {
				return sure
			}
			return no
		},
		settle: func(r *reader, _ *page) error {
			r.finished = true
			r.said.minutesInName()
			for i := 1; i < len(r.said.words); i++ {
				quote, base := strings.ToUpper(r.said.words[i-1]), strings.ToUpper(r.said.words[i])
				if !quotes(quote) {
					continue
				}
				if s, err := data.ParseSymbol(base + "-" + quote); err == nil {
					r.said.symbol = s
					return nil
				}
			}
			return nil
		},
	}
}
