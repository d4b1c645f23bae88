package venue

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mantis/data"
)

// kraken is Kraken spot. It answers with its latest 720 candles and the open one,
// whatever it is asked for; older ones are in files that it hands out. No key is
// needed.
func kraken() *Venue {
	return &Venue{
		Name: "kraken", Doc: "Kraken spot: the latest 720 candles of an interval, never older ones; quiet ones come flat with volume 0",
		Base:      "https://api.kraken.com",
		Intervals: []data.Interval{data.Minute, 5 * data.Minute, 15 * data.Minute, 30 * data.Minute, data.Hour, 4 * data.Hour, data.Day},
		Rows:      720, Reach: 720, Limit: Limit{1, time.Second}, ascends: true,
		clock: "/0/public/Time", spell: spellKraken, ask: askKraken, read: readKraken,
		pairs: pairsKraken, assets: assetsKraken,
	}
}

// krakenNames are assets that Kraken calls otherwise than everybody else does.
var krakenNames = map[string]string{"BTC": "XBT", "DOGE": "XDG"}

// fromKraken is the usual name of an asset: BTC for XBT.
func fromKraken(asset string) string {
	for usual, theirs := range krakenNames {
		if theirs == asset {
			return usual
		}
	}
	return asset
}

func toKraken(asset string) string {
	if theirs, ok := krakenNames[asset]; ok {
		return theirs
	}
	return asset
}

// spellKraken is XBTUSD.
func spellKraken(s data.Symbol) string { return toKraken(s.Base()) + toKraken(s.Quote()) }

// askKraken asks from just before the span: whether since is in or out has been
// told both ways.
func askKraken(s span) string {
	q := url.Values{"pair": {spellKraken(s.symbol)}, "interval": {strconv.FormatInt(int64(s.interval/data.Minute), 10)},
		"since": {strconv.FormatInt(max(s.from/1e6-1, 0), 10)}}
	return "/0/public/OHLC?" + q.Encode()
}

// result reads what Kraken wraps its answers in. Errors come with status 200.
func result(body []byte, to any) error {
	var wrap struct {
		Error  []string
		Result json.RawMessage
	}
	if err := decode(body, &wrap); err != nil {
		return err
	}
	if len(wrap.Error) == 0 && len(wrap.Result) == 0 {
		return broken("neither a result nor an error in it")
	}
	for _, e := range wrap.Error {
		if strings.HasPrefix(e, "W") { // a warning
			continue
		}
		f := &fault{reason: strings.Join(wrap.Error, ", "), wait: -1}
		for _, passing := range []string{"EService:", "EAPI:Rate limit", "EGeneral:Internal", "EGeneral:Temporary", "EGeneral:Too many"} {
			f.again = f.again || strings.HasPrefix(e, passing)
		}
		if strings.HasPrefix(e, "EQuery:Unknown asset pair") {
			f.status = 404
		}
		return f
	}
	return decode(wrap.Result, to)
}

// readKraken reads the one market in an answer, whatever it is called there:
// XBTUSD is answered as XXBTZUSD.
func readKraken(body []byte) ([]raw, error) {
	var markets map[string]json.RawMessage
	if err := result(body, &markets); err != nil {
		return nil, err
	}
	delete(markets, "last")
	if len(markets) != 1 {
		return nil, broken("%d markets in it, want one", len(markets))
	}
	for name, text := range markets {
		var rows [][]cell
		if err := decode(text, &rows); err != nil {
			return nil, err
		}
		raws, err := arrays(rows, atTime, atOpen, atHigh, atLow, atClose, atNone, atVolume, atTrades)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return raws, nil
	}
	return nil, nil
}

func pairsKraken(ctx context.Context, c *Client, v *Venue) ([]Pair, error) {
	var listed map[string]struct{ Altname, Wsname, Status string }
	err := c.get(ctx, v, "/0/public/AssetPairs", jsonMost, func(r *reply) error { return result(r.body, &listed) })
	if err != nil {
		return nil, err
	}
	var pairs []Pair
	for _, p := range listed {
		base, quote, ok := strings.Cut(p.Wsname, "/")
		if ok {
			pairs = addPair(pairs, fromKraken(base), fromKraken(quote), p.Altname, p.Status == "online" || p.Status == "")
		}
	}
	return pairs, nil
}

func assetsKraken(ctx context.Context, c *Client, v *Venue) ([]Asset, error) {
	var listed map[string]struct{ Altname string }
	err := c.get(ctx, v, "/0/public/Assets", jsonMost, func(r *reply) error { return result(r.body, &listed) })
	if err != nil {
		return nil, err
	}
	var assets []Asset
	for name, a := range listed {
		assets = append(assets, Asset{Asset: fromKraken(a.Altname), Venue: name})
	}
	return assets, nil
}
