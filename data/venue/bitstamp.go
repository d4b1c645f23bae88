package venue

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mantis/data"
)

// bitstamp is Bitstamp. Asked for both ends of a span it answers with the latest
// candles before the end, as many as asked for, even from before the beginning.
// No key is needed.
func bitstamp() *Venue {
	return &Venue{
		Name: "bitstamp", Doc: "Bitstamp: volume in the base currency alone",
		Base: "https://www.bitstamp.net",
		Intervals: []data.Interval{data.Minute, 3 * data.Minute, 5 * data.Minute, 15 * data.Minute, 30 * data.Minute,
			data.Hour, 2 * data.Hour, 4 * data.Hour, 6 * data.Hour, 12 * data.Hour, data.Day},
		Rows: 1000, Limit: Limit{10, time.Second},
		clock: "/api/v2/ticker/btcusd/", spell: lower, ask: askBitstamp, read: readBitstamp,
		pairs: pairsBitstamp, assets: assetsBitstamp,
	}
}

// lower is btcusd.
func lower(s data.Symbol) string { return strings.ToLower(joined(s)) }

func askBitstamp(s span) string {
	q := url.Values{"step": {strconv.FormatInt(int64(s.interval/data.Second), 10)},
		"limit": {strconv.FormatInt((s.until-s.from)/int64(s.interval), 10)},
		"start": {strconv.FormatInt(s.from/1e6, 10)}, "end": {strconv.FormatInt((s.until-int64(s.interval))/1e6, 10)}}
	return "/api/v2/ohlc/" + lower(s.symbol) + "/?" + q.Encode()
}

func readBitstamp(body []byte) ([]raw, error) {
	var wrap struct {
		Data *struct {
			OHLC []struct{ Timestamp, Open, High, Low, Close, Volume cell }
		}
	}
	if err := decode(body, &wrap); err != nil {
		return nil, err
	}
	if wrap.Data == nil {
		return nil, broken("no data in it")
	}
	out := make([]raw, len(wrap.Data.OHLC))
	for i, r := range wrap.Data.OHLC {
		out[i] = raw{atTime: string(r.Timestamp), atOpen: string(r.Open), atHigh: string(r.High), atLow: string(r.Low), atClose: string(r.Close), atVolume: string(r.Volume)}
	}
	return out, nil
}

// marketBitstamp is a line of its list of pairs.
type marketBitstamp struct {
	Name, Description, Trading string
	URL                        string `json:"url_symbol"`
}

func pairsBitstamp(ctx context.Context, c *Client, v *Venue) ([]Pair, error) {
	var listed []marketBitstamp
	if err := c.list(ctx, v, "/api/v2/trading-pairs-info/", &listed); err != nil {
		return nil, err
	}
	var pairs []Pair
	for _, p := range listed {
		if base, quote, ok := strings.Cut(p.Name, "/"); ok {
			pairs = addPair(pairs, base, quote, p.URL, p.Trading == "Enabled")
		}
	}
	return pairs, nil
}

// assetsBitstamp takes the names out of descriptions: "Bitcoin / U.S. dollar".
func assetsBitstamp(ctx context.Context, c *Client, v *Venue) ([]Asset, error) {
	var listed []marketBitstamp
	if err := c.list(ctx, v, "/api/v2/trading-pairs-info/", &listed); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var assets []Asset
	for _, p := range listed {
		symbols, called := strings.Split(p.Name, "/"), strings.Split(p.Description, " / ")
		for i, s := range symbols {
			if seen[s] || s == "" {
				continue
			}
			seen[s] = true
			a := Asset{Asset: s, Venue: s}
			if len(called) == len(symbols) {
				a.Name = called[i]
			}
			assets = append(assets, a)
		}
	}
	return assets, nil
}
