package market

import (
	"bytes"
)

// cryptoDataDownload is a file of CryptoDataDownload: a banner line, a header
// and the newest row first, in seconds, milliseconds or dates; or its rows alone.
func cryptoDataDownload() Format {
	return Format{
		Name:    "cryptodatadownload",
		Doc:     "CryptoDataDownload CSV: with its banner line, or rows of date, prices, volume, trades, quote volume, date, symbol",
		in:      inText,
		columns: []string{"time open high low close volume trades quote_volume date symbol"},
		look: func(p *page) sight {
			if len(p.names()) == 0 {
				if p.width == 10 {
					return maybe
				}
				return no
			}
			above := p.content[:len(p.content)-len(p.body)]
			return sureOf(bytes.Contains(bytes.ToLower(above), []byte("cryptodatadownload")) || has(p.names(), "time=unix date=date symbol=symbol"))
		},
	}
}
