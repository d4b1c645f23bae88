package market

import (
	"strings"

	"mantis/data"
)

// binance is Binance's klines: the files of data.binance.vision, with a header
// line or without, and pages of its REST interface. Instants are in ms, and in
// the spot files from 2025 on in µs.
func binance() Format {
	return Format{
		Name: "binance", Venue: "binance",
		Doc:     "Binance klines: bulk files of data.binance.vision, zipped or not, and pages of /api/v3/klines",
		in:      inText | inJSON,
		columns: []string{"time open high low close volume close_time quote_volume trades - - -"},
		names:   "time=open_time close=close close_time=close_time open=open high=high low=low",
		settle: func(r *reader, p *page) error {
			p.spanOfOne(r)
			return nil
		},
	}
}

// spanOfOne tells the interval of the only row by where its candle ends.
func (p *page) spanOfOne(r *reader) {
	at, rows := -1, 0
	for i, name := range r.layout.names {
		if fold(name) == "closetime" {
			at = i
		}
	}
	if at < 0 {
		return
	}
	p.each(func(row *cells) bool {
		if rows++; rows == 1 && row.count() > at {
			from, _, ok1 := stamp(trim(row.at(r.layout.at[roleStamp])))
			to, _, ok2 := stamp(trim(row.at(at)))
			if i := data.Interval(to - from); ok1 && ok2 && i > 0 { // one unit is missing: a ms or a µs
				r.spanned = (i + data.Second - 1) / data.Second * data.Second
			}
		}
		return rows < 2
	})
}

// isMinutes reads a word of a file's name that is a number of minutes, as
// Kraken's XBTUSD_60.csv and Bittrex's BTC_ETH-5.json have it; 0 is none.
func isMinutes(w string) data.Interval {
	switch w {
	case "1", "5", "15", "30", "60", "240", "720", "1440", "10080", "21600":
		i, err := data.ParseInterval(strings.TrimSpace(w) + "m")
		if err == nil {
			return i
		}
	}
	return 0
}

// minutesInName takes the interval from a word that is a number of minutes.
func (s *said) minutesInName() {
	for i := len(s.words) - 1; i > 0; i-- {
		if m := isMinutes(s.words[i]); m > 0 {
			s.interval = m
			return
		}
	}
}
