package market

// bitstampREST is a reply of Bitstamp's ohlc route, which names its pair.
func bitstampREST() Format {
	return Format{
		Name: "bitstamp-rest", Venue: "bitstamp",
		Doc:   "Bitstamp REST replies: /api/v2/ohlc, whole",
		in:    inJSON,
		path:  "data.ohlc",
		names: "time=timestamp open=open high=high low=low close=close",
		settle: func(r *reader, p *page) error {
			return r.besides(p, "pair")
		},
	}
}

// besides takes the symbol that a document names beside its rows, which may
// follow them.
func (r *reader) besides(p *page, key string) error {
	rows := p.doc.rows(p.names())
	for {
		_, ok, err := rows.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
	}
	if err := p.doc.rest(&rows.s); err != nil {
		return err
	}
	if s := p.doc.symbolBeside(key); s != "" {
		r.said.symbol = s
	}
	return nil
}
