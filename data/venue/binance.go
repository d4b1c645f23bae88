package venue

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"mantis/data"
)

// binance is Binance spot: its archive first, month by month and then day by day,
// and its API for what is not in there. No key is needed.
func binance() *Venue {
	return &Venue{
		Name: "binance", Doc: "Binance spot: the archive data.binance.vision first, the API for the rest; no row in an outage",
		Base: "https://data-api.binance.vision", Archive: "https://data.binance.vision",
		Intervals: []data.Interval{data.Second, data.Minute, 3 * data.Minute, 5 * data.Minute, 15 * data.Minute, 30 * data.Minute,
			data.Hour, 2 * data.Hour, 4 * data.Hour, 6 * data.Hour, 8 * data.Hour, 12 * data.Hour, data.Day},
		Rows: 1000, Limit: Limit{20, time.Second}, ascends: true,
		clock: "/api/v3/time", heed: heedWeight,
		spell: joined, ask: askBinance, read: readBinance, page: pageBinance,
		pairs: pairsBinance, assets: assetsOfPairs,
	}
}

// joined is BTCUSDT.
func joined(s data.Symbol) string { return s.Base() + s.Quote() }

// askBinance names no end: so the answer reaches over an outage, and shows how
// long it was.
func askBinance(s span) string {
	q := url.Values{"symbol": {joined(s.symbol)}, "interval": {s.interval.String()}, "startTime": {strconv.FormatInt(s.from/1000, 10)},
		"limit": {strconv.FormatInt((s.until-s.from)/int64(s.interval), 10)}}
	return "/api/v3/klines?" + q.Encode()
}

func readBinance(body []byte) ([]raw, error) {
	var rows [][]cell
	if err := decode(body, &rows); err != nil {
		return nil, err
	}
	return arrays(rows, klineCells[:]...)
}

// klineCells are the cells of a candle in the API and in the archive: open time,
// open, high, low, close, volume, close time, quote volume, trades; what takers
// bought follows.
var klineCells = [...]int{atTime, atOpen, atHigh, atLow, atClose, atVolume, atNone, atQuote, atTrades}

// The weight that Binance allows in a minute, of which a part is left to others
// at the same address.
const (
	weight      = 6000
	weightToUse = 5000
)

// heedWeight waits for the next minute when most of this minute's weight is used.
func heedWeight(h http.Header, now time.Time) time.Duration {
	used, err := strconv.Atoi(h.Get("X-Mbx-Used-Weight-1m"))
	if err != nil || used < weightToUse {
		return 0
	}
	return now.Truncate(time.Minute).Add(time.Minute + time.Second).Sub(now)
}

// pageBinance is the file of the month or the day that at lies in, or else what
// the API says.
func pageBinance(ctx context.Context, f *fetch, at int64) (Page, error) {
	i := f.req.Interval
	if f.req.Live || i >= data.Day || (f.end-at)/int64(i) <= int64(f.v.Rows) {
		return f.window(ctx, at, f.end)
	}
	p, found, bound, err := f.archive(ctx, at)
	if err != nil || found {
		return p, err
	}
	return f.window(ctx, at, bound)
}

func pairsBinance(ctx context.Context, c *Client, v *Venue) ([]Pair, error) {
	var info struct {
		Symbols []struct {
			Symbol, Status, BaseAsset, QuoteAsset string
		}
	}
	if err := c.list(ctx, v, "/api/v3/exchangeInfo?permissions=SPOT&showPermissionSets=false", &info); err != nil {
		return nil, err
	}
	var pairs []Pair
	for _, s := range info.Symbols {
		pairs = addPair(pairs, s.BaseAsset, s.QuoteAsset, s.Symbol, s.Status == "TRADING")
	}
	return pairs, nil
}
