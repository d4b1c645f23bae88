// Package archive keeps every candle that was ever taken in: what its source
// says of it now, what was said before, and where each saying came from.
//
// Venues rewrite history, and files disagree. What comes in is merged candle by
// candle: a candle that is new is added; one that is said otherwise takes the
// place of the one before, which is kept beside it; one that is said again
// changes nothing. A candle that a later source leaves out stays. A value that
// a source does not say contradicts nothing.
//
// Each saying belongs to a taking: what was taken in at once of one series from
// one source. Takings are counted, and the instants at which they were observed
// stand in the manifest, outside the dataset's id. So the archive as it was
// known at any date can be told from its latest version.
package archive

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"mantis/data"
)

// Series names the candles of one market at one venue: binance/BTC-USDT/1h.
type Series struct {
	Venue    string
	Symbol   data.Symbol
	Interval data.Interval
}

// Unknown is the venue of candles of which nobody says where they are from.
const Unknown = "unknown"

// String writes the series as VENUE/SYMBOL/INTERVAL.
func (s Series) String() string {
	return s.Venue + "/" + string(s.Symbol) + "/" + s.Interval.String()
}

// ParseSeries reads VENUE/SYMBOL/INTERVAL.
func ParseSeries(text string) (Series, error) {
	venue, rest, _ := strings.Cut(text, "/")
	symbol, interval, ok := strings.Cut(rest, "/")
	wrong := func(err error) (Series, error) {
		return Series{}, data.WithHint(fmt.Errorf("series %q: %w", text, err), "want VENUE/SYMBOL/INTERVAL, as in binance/BTC-USDT/1h")
	}
	if !ok || !IsVenue(venue) {
		return wrong(fmt.Errorf("no venue, symbol and interval"))
	}
	s, err := data.ParseSymbol(symbol)
	if err != nil {
		return wrong(err)
	}
	i, err := data.ParseInterval(interval)
	if err != nil {
		return wrong(err)
	}
	return Series{venue, s, i}, nil
}

// IsVenue tells whether a venue's name can stand in a path: lower-case letters,
// digits and dashes.
func IsVenue(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// Match tells whether a pattern names the series: VENUE/SYMBOL/INTERVAL with *
// for any text in one of the three, as in binance/*-BTC/1h.
func (s Series) Match(pattern string) (bool, error) {
	ok, err := path.Match(pattern, s.String())
	if err != nil || strings.Count(pattern, "/") != 2 {
		return false, data.WithHint(fmt.Errorf("series %q: no pattern", pattern), "want VENUE/SYMBOL/INTERVAL, as in binance/*-BTC/1h")
	}
	return ok, nil
}

// Compare orders series by venue, symbol and interval.
func (s Series) Compare(o Series) int {
	return cmp.Or(cmp.Compare(s.Venue, o.Venue), cmp.Compare(s.Symbol, o.Symbol), cmp.Compare(s.Interval, o.Interval))
}

// MarshalText writes the series as String does.
func (s Series) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what ParseSeries reads.
func (s *Series) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSeries(string(b))
	return err
}
