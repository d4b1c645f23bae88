package venue

import (
	"context"
	"net/url"
	"strings"
	"time"

	"mantis/data"
)

// shrimpyDefault is the exchange that Shrimpy is asked about where none is named.
const shrimpyDefault = "kraken"

// shrimpy is Shrimpy's API for developers, which hands on the candles of an
// exchange. Its official clients are deprecated, and it may be gone. Requests are
// signed where there is a key; without one it allows fewer. Its historical
// candles, which cost credits, are not asked for.
func shrimpy(exchange string) *Venue {
	v := &Venue{
		Name: "shrimpy", Doc: "Shrimpy, which hands on an exchange's candles: shrimpy:binance, without a name Kraken's; it may be gone",
		Base:      "https://dev-api.shrimpy.io",
		Intervals: []data.Interval{data.Minute, 5 * data.Minute, 15 * data.Minute, data.Hour, 6 * data.Hour, data.Day},
		Rows:      1000, Limit: Limit{10, time.Minute}, Keyed: Limit{60, time.Minute}, ascends: true,
		Keys:    []string{"SHRIMPY_KEY", "SHRIMPY_SECRET"},
		clock:   "/v1/list_exchanges",
		through: shrimpy, sign: signShrimpy, read: readShrimpy,
	}
	if exchange != shrimpyDefault {
		v.Name = "shrimpy:" + exchange
	}
	theirs, usual := strings.ToUpper, strings.ToUpper
	if exchange == "kraken" {
		theirs, usual = toKraken, fromKraken
	}
	v.spell = func(s data.Symbol) string { return theirs(s.Base()) + "-" + theirs(s.Quote()) }
	v.ask = func(s span) string {
		q := url.Values{"baseTradingSymbol": {theirs(s.symbol.Base())}, "quoteTradingSymbol": {theirs(s.symbol.Quote())},
			"interval": {s.interval.String()}, "startTime": {time.UnixMicro(s.from).UTC().Format("2006-01-02T15:04:05.000Z")}}
		return "/v1/exchanges/" + exchange + "/candles?" + q.Encode()
	}
	v.pairs = func(ctx context.Context, c *Client, v *Venue) ([]Pair, error) {
		var listed []struct{ BaseTradingSymbol, QuoteTradingSymbol string }
		if err := c.list(ctx, v, "/v1/exchanges/"+exchange+"/trading_pairs", &listed); err != nil {
			return nil, err
		}
		var pairs []Pair
		for _, p := range listed {
			pairs = addPair(pairs, usual(p.BaseTradingSymbol), usual(p.QuoteTradingSymbol), p.BaseTradingSymbol+"-"+p.QuoteTradingSymbol, true)
		}
		return pairs, nil
	}
	v.assets = func(ctx context.Context, c *Client, v *Venue) ([]Asset, error) {
		var listed []struct{ Name, Symbol, TradingSymbol string }
		if err := c.list(ctx, v, "/v1/exchanges/"+exchange+"/assets", &listed); err != nil {
			return nil, err
		}
		var assets []Asset
		for _, a := range listed {
			assets = append(assets, Asset{Asset: usual(a.TradingSymbol), Venue: a.TradingSymbol, Name: a.Name})
		}
		return assets, nil
	}
	return v
}

func readShrimpy(body []byte) ([]raw, error) {
	var rows []struct{ Time, Open, High, Low, Close, Volume, QuoteVolume cell }
	if err := decode(body, &rows); err != nil {
		return nil, err
	}
	out := make([]raw, len(rows))
	for i, r := range rows {
		out[i] = raw{atTime: string(r.Time), atOpen: string(r.Open), atHigh: string(r.High), atLow: string(r.Low), atClose: string(r.Close), atVolume: string(r.Volume), atQuote: string(r.QuoteVolume)}
	}
	return out, nil
}
