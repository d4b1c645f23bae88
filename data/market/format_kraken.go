package market

import (
	"slices"
	"strconv"
	"strings"

	"mantis/data"
)

// krakenFiles are the OHLCVT files that Kraken offers for download, one by one
// or all in a quarterly zip. There is no candle where there was no trade; the
// name has the interval in minutes.
func krakenFiles() Format {
	return Format{
		Name: "kraken", Venue: "kraken",
		Doc:     "Kraken OHLCVT files: seconds, open, high, low, close, volume, trades; XBTUSD_60.csv, or a zip of many",
		in:      inText,
		columns: []string{"time open high low close volume trades"},
		settle: func(r *reader, p *page) error {
			r.said.minutesInName()
			if r.said.symbol == "" && len(r.said.words) > 0 {
				r.said.symbol = krakenSymbol(r.said.words[0])
			}
			return nil
		},
	}
}

// krakenREST is a reply of Kraken's OHLC route. The candle that is still open
// stands last, behind the one that "last" names.
func krakenREST() Format {
	return Format{
		Name: "kraken-rest", Venue: "kraken",
		Doc:     "Kraken REST replies: /0/public/OHLC, whole",
		in:      inJSON,
		path:    "result.*",
		columns: []string{"time open high low close - volume trades"},
		settle: func(r *reader, p *page) error {
			if s := krakenSymbol(p.doc.last()); s != "" {
				r.said.symbol = s
			}
			return nil
		},
		mend: func(r *reader, p *page) error {
			last, err := strconv.ParseInt(p.doc.beside["last"], 10, 64)
			if err != nil || last <= 0 || last > 1e11 {
				return nil
			}
			r.closed(last * int64(data.Second))
			return nil
		},
	}
}

// closed leaves out the candles behind the last one that is closed.
func (r *reader) closed(last int64) {
	var kept []int
	for i, t := range r.out.Candles.Time {
		if t <= last {
			kept = append(kept, i)
		}
	}
	if open := r.out.Candles.Len() - len(kept); open > 0 {
		r.keep(kept)
		r.noteOpen(open)
	}
}

// krakenQuotes are what Kraken quotes prices in, beyond what ParseSymbol knows.
var krakenQuotes = []string{"AUD", "CAD", "CHF", "DAI"}

// krakenSymbol reads XBTUSD, XXBTZUSD or ADAAUD; "" is none of them.
func krakenSymbol(s string) data.Symbol {
	s = strings.ToUpper(s)
	if len(s) == 8 && slices.Contains([]byte("XZ"), s[0]) && slices.Contains([]byte("XZ"), s[4]) {
		if long, err := data.ParseSymbol(s[1:4] + "-" + s[5:]); err == nil && quotes(long.Quote()) {
			return long
		}
	}
	for _, q := range krakenQuotes {
		if base, ok := strings.CutSuffix(s, q); ok && base != "" {
			if sym, err := data.ParseSymbol(base + "-" + q); err == nil {
				return sym
			}
		}
	}
	sym, err := data.ParseSymbol(s)
	if err != nil {
		return ""
	}
	return sym
}
