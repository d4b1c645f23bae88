package venue

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"mantis/data"
)

// coinbase is Coinbase Exchange. No key is needed.
func coinbase() *Venue {
	return &Venue{
		Name: "coinbase", Doc: "Coinbase Exchange: no row for a quiet candle; volume in the base currency alone",
		Base:      "https://api.exchange.coinbase.com",
		Intervals: []data.Interval{data.Minute, 5 * data.Minute, 15 * data.Minute, data.Hour, 6 * data.Hour, data.Day},
		Rows:      300, Limit: Limit{8, time.Second},
		clock: "/time", spell: dashed, ask: askCoinbase, read: readCoinbase,
		pairs: pairsCoinbase, assets: assetsCoinbase,
	}
}

// dashed is BTC-USD.
func dashed(s data.Symbol) string { return s.Base() + "-" + s.Quote() }

// askCoinbase asks for both ends of a span, which Coinbase counts in: the candle
// that opens at the end is not asked for.
func askCoinbase(s span) string {
	q := url.Values{"granularity": {strconv.FormatInt(int64(s.interval/data.Second), 10)},
		"start": {iso(s.from)}, "end": {iso(s.until - int64(s.interval))}}
	return "/products/" + dashed(s.symbol) + "/candles?" + q.Encode()
}

// iso is 2020-10-02T06:00:00Z.
func iso(t int64) string { return time.UnixMicro(t).UTC().Format(time.RFC3339) }

// readCoinbase reads time, low, high, open, close, volume: the low comes first.
func readCoinbase(body []byte) ([]raw, error) {
	var rows [][]cell
	if err := decode(body, &rows); err != nil {
		return nil, err
	}
	return arrays(rows, atTime, atLow, atHigh, atOpen, atClose, atVolume)
}

func pairsCoinbase(ctx context.Context, c *Client, v *Venue) ([]Pair, error) {
	var listed []struct {
		ID       string
		Base     string `json:"base_currency"`
		Quote    string `json:"quote_currency"`
		Status   string
		Disabled bool `json:"trading_disabled"`
	}
	if err := c.list(ctx, v, "/products", &listed); err != nil {
		return nil, err
	}
	var pairs []Pair
	for _, p := range listed {
		pairs = addPair(pairs, p.Base, p.Quote, p.ID, p.Status == "online" && !p.Disabled)
	}
	return pairs, nil
}

func assetsCoinbase(ctx context.Context, c *Client, v *Venue) ([]Asset, error) {
	var listed []struct{ ID, Name string }
	if err := c.list(ctx, v, "/currencies", &listed); err != nil {
		return nil, err
	}
	assets := make([]Asset, len(listed))
	for i, a := range listed {
		assets[i] = Asset{Asset: a.ID, Venue: a.ID, Name: a.Name}
	}
	return assets, nil
}
