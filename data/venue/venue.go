// Package venue asks the venues for candles, assets and pairs.
//
// A venue is a value: where it is, what it offers and how its answers are read.
// The Client is what they share: the injected HTTP client and clock, the rate
// that a venue allows, retries, and the rule for what is final. A new venue is
// one file and one line in All; the suite of the package then asks for a fake of
// it in venuetest and runs every fault against it.
//
// No answer is believed further than it goes: a stretch of time counts as
// answered where a candle closes it, or where the venue said twice that it has
// none. Numbers are read from the text of the answer, as they stand there.
package venue

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"mantis/data"
)

// Venue is where candles come from. It is read-only and may be shared.
type Venue struct {
	Name, Doc string
	Base      string          // address of its API, without a slash at the end
	Archive   string          // address of its archive of files; "" for none
	Intervals []data.Interval // that it offers, ascending
	Rows      int             // candles that one answer holds at most
	Reach     int             // latest candles beyond which it never goes; 0: it has all
	Limit     Limit           // what it allows without a key
	Keyed     Limit           // and with one
	Keys      []string        // environment variables that its keys are looked up in

	clock   string                                                      // path of a small answer, for the Date of it
	spell   func(s data.Symbol) string                                  // the market's name at the venue
	ask     func(s span) string                                         // path and query for the candles of a span
	read    func(body []byte) ([]raw, error)                            // the candles of an answer, in any order
	page    func(ctx context.Context, f *fetch, at int64) (Page, error) // the page that begins at at; nil: by windows
	pairs   func(ctx context.Context, c *Client, v *Venue) ([]Pair, error)
	assets  func(ctx context.Context, c *Client, v *Venue) ([]Asset, error)
	ascends bool                                                // it cuts long answers at their end, not at their beginning
	sign    func(c *Client, r *http.Request, path string) error // nil: it knows no keys
	heed    func(h http.Header, now time.Time) time.Duration    // how long its headers ask to wait
	through func(exchange string) *Venue                        // where it hands on what others say
}

// Limit is how many requests a venue allows in how long.
type Limit struct {
	Requests int
	Per      time.Duration
}

// String is "10 in 1s".
func (l Limit) String() string { return fmt.Sprintf("%d in %s", l.Requests, l.Per) }

// Asset is what a venue trades.
type Asset struct {
	Asset string `json:"asset"` // as mantis names it: BTC
	Venue string `json:"venue"` // as the venue does: XXBT
	Name  string `json:"name"`  // for people; "" where the venue has none
}

// Pair is a market of a venue.
type Pair struct {
	Symbol  data.Symbol `json:"symbol"`
	Venue   string      `json:"venue"`   // as the venue names it
	Trading bool        `json:"trading"` // it is open for trade now
}

// All are the venues, by name.
func All() []*Venue {
	return []*Venue{binance(), bitstamp(), coinbase(), kraken(), shrimpy(shrimpyDefault)}
}

// Find is the venue of a name, in any case. shrimpy-binance is Binance through
// Shrimpy. The error names the venues that there are.
func Find(name string) (*Venue, error) {
	var names []string
	first, exchange, split := strings.Cut(strings.ToLower(strings.TrimSpace(name)), "-")
	for _, v := range All() {
		if v.Name == first && !split {
			return v, nil
		}
		if v.Name == first && v.through != nil && plain(exchange) {
			return v.through(exchange), nil
		}
		names = append(names, v.Name)
	}
	return nil, fmt.Errorf("venue %q: there are %s", name, strings.Join(names, ", "))
}

// plain tells whether a text is a word that may stand in a path.
func plain(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// Offers says whether a venue has candles of an interval, or which it has.
func (v *Venue) Offers(want data.Interval) error {
	var names []string
	divides := data.Interval(0)
	for _, i := range v.Intervals {
		if i == want {
			return nil
		}
		if want%i == 0 {
			divides = i
		}
		names = append(names, i.String())
	}
	err := fmt.Errorf("%s: no candles of %s; it offers %s", v.Name, want, strings.Join(names, " "))
	if divides == 0 {
		return err
	}
	return data.WithHint(err, fmt.Sprintf("fetch %s and let mantis make the bars: `--interval %s`, then `mantis run --set bars.interval=%s`", divides, divides, want))
}

// widest is the longest interval that a venue offers.
func (v *Venue) widest() data.Interval { return v.Intervals[len(v.Intervals)-1] }
