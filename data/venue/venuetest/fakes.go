package venuetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"mantis/data"
)

// fake is a venue of the server.
type fake struct {
	name          string
	flat          bool // quiet candles have a row
	quote, trades bool // it tells quote volumes, numbers of trades
	serve         func(v *visit) (status int, body []byte)
	clock         string // the path of its clock, as venue.Venue has it
	candles       string // what the path of candles has in it
}

// fakes are all of them: a new venue has one here too.
func fakes() []fake {
	return []fake{
		{name: "binance", quote: true, trades: true, serve: serveBinance, clock: "/api/v3/time", candles: "/klines"},
		{name: "kraken", flat: true, trades: true, serve: serveKraken, clock: "/0/public/Time", candles: "/OHLC"},
		{name: "coinbase", serve: serveCoinbase, clock: "/time", candles: "/candles"},
		{name: "bitstamp", serve: serveBitstamp, clock: "/api/v2/ticker/btcusd/", candles: "/ohlc/"},
		{name: "shrimpy", quote: true, serve: serveShrimpy, clock: "/v1/list_exchanges", candles: "/candles"},
	}
}

func find(name string) (fake, bool) {
	for _, f := range fakes() {
		if f.name == name {
			return f, true
		}
	}
	return fake{}, false
}

// kind is what a path asks for.
func (f fake) kind(path string) string {
	switch {
	case path == f.clock:
		return "clock"
	case strings.HasSuffix(path, ".CHECKSUM"):
		return "checksum"
	case strings.HasPrefix(path, "/data/"):
		return "archive"
	case strings.Contains(path, f.candles):
		return "candles"
	}
	return "list"
}

func answer(status int, v any) (int, []byte) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return status, body
}

func said(status int, format string, args ...any) (int, []byte) {
	return status, fmt.Appendf(nil, format, args...)
}

// theirs are Kraken's names of assets.
func theirs(asset string) string {
	switch asset {
	case "BTC":
		return "XBT"
	case "DOGE":
		return "XDG"
	}
	return asset
}

func serveKraken(v *visit) (int, []byte) {
	type object = map[string]any
	switch v.path {
	case "/0/public/Time":
		return answer(200, object{"error": []string{}, "result": object{"unixtime": v.Now().Unix(), "rfc1123": v.Now().Format("Mon, 02 Jan 06 15:04:05 +0000")}})
	case "/0/public/AssetPairs", "/0/public/Assets":
		pairs, assets := object{}, object{}
		for _, s := range v.Market.Symbols {
			base, quote := theirs(s.Base()), theirs(s.Quote())
			pairs[long(base)+long(quote)] = object{"altname": base + quote, "wsname": base + "/" + quote, "base": long(base), "quote": long(quote), "status": "online"}
			for _, a := range []string{base, quote} {
				assets[long(a)] = object{"aclass": "currency", "altname": a, "decimals": 10, "display_decimals": 5, "status": "enabled"}
			}
		}
		if v.path == "/0/public/Assets" {
			return answer(200, object{"error": []string{}, "result": assets})
		}
		return answer(200, object{"error": []string{}, "result": pairs})
	}
	s, ok := v.symbol(v.FormValue("pair"), func(s data.Symbol) string { return theirs(s.Base()) + theirs(s.Quote()) })
	if !ok {
		return said(200, `{"error":["EQuery:Unknown asset pair"]}`)
	}
	i := data.Interval(v.number("interval", 1)) * data.Minute
	since := v.number("since", 0) * 1e6
	now := v.Now().UnixMicro()
	earliest := i.Floor(now) - int64(v.Reach)*int64(i)
	rows := [][]any{}
	for _, c := range v.candles(s, i, max(since+1, earliest), now+1, every, every) {
		vwap := c.Close
		if c.Flat {
			vwap = "0.0"
		}
		rows = append(rows, []any{c.Time / 1e6, c.Open, c.High, c.Low, c.Close, vwap, c.Volume, c.Trades})
	}
	last := int64(0)
	if len(rows) > 1 {
		last = rows[len(rows)-2][0].(int64)
	}
	return answer(200, object{"error": []string{}, "result": object{long(theirs(s.Base())) + long(theirs(s.Quote())): rows, "last": last}})
}

// long is XXBT for XBT and ZUSD for USD; younger assets have no long name.
func long(asset string) string {
	switch asset {
	case "XBT", "ETH", "XDG", "LTC", "XRP":
		return "X" + asset
	case "USD", "EUR":
		return "Z" + asset
	}
	return asset
}

func serveCoinbase(v *visit) (int, []byte) {
	type object = map[string]any
	switch v.path {
	case "/time":
		return answer(200, object{"iso": v.Now().UTC().Format("2006-01-02T15:04:05.000Z"), "epoch": float64(v.Now().UnixMilli()) / 1000})
	case "/products":
		list := []object{}
		for _, s := range v.Market.Symbols {
			list = append(list, object{"id": string(s), "base_currency": s.Base(), "quote_currency": s.Quote(), "status": "online", "trading_disabled": false})
		}
		return answer(200, list)
	case "/currencies":
		list := []object{}
		for _, a := range assets(v.Market) {
			list = append(list, object{"id": a, "name": "The " + a, "min_size": "0.00000001", "status": "online"})
		}
		return answer(200, list)
	}
	s, ok := v.symbol(strings.TrimSuffix(strings.TrimPrefix(v.path, "/products/"), "/candles"), func(s data.Symbol) string { return string(s) })
	if !ok {
		return said(404, `{"message":"NotFound"}`)
	}
	i := data.Interval(v.number("granularity", 60)) * data.Second
	from, err1 := data.ParseStamp(v.FormValue("start"))
	to, err2 := data.ParseStamp(v.FormValue("end"))
	if err1 != nil || err2 != nil || (to-from)/int64(i)+1 > 300 {
		return said(400, `{"message":"granularity too small for the requested time range. Count of aggregations requested exceeds 300"}`)
	}
	rows := [][]any{}
	for _, c := range v.candles(s, i, from-int64(i), to+1, every, every) { // one from before the start
		number := func(text string) json.Number { return json.Number(text) }
		rows = append(rows, []any{c.Time / 1e6, number(c.Low), number(c.High), number(c.Open), number(c.Close), number(c.Volume)})
	}
	slices.Reverse(rows)
	return answer(200, rows)
}

// assets are those of a market, each once.
func assets(m *Market) []string {
	var list []string
	for _, s := range m.Symbols {
		for _, a := range []string{s.Base(), s.Quote()} {
			if !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
	}
	return list
}

func serveBitstamp(v *visit) (int, []byte) {
	type object = map[string]any
	switch v.path {
	case "/api/v2/ticker/btcusd/":
		return answer(200, object{"timestamp": fmt.Sprint(v.Now().Unix()), "last": "1.00"})
	case "/api/v2/trading-pairs-info/":
		list := []object{}
		for _, s := range v.Market.Symbols {
			list = append(list, object{"name": s.Base() + "/" + s.Quote(), "description": "The " + s.Base() + " / The " + s.Quote(), "url_symbol": strings.ToLower(s.Base() + s.Quote()),
				"trading": "Enabled", "minimum_order": "20.0 " + s.Quote(), "base_decimals": 8, "counter_decimals": 2})
		}
		return answer(200, list)
	}
	s, ok := v.symbol(strings.Trim(strings.TrimPrefix(v.path, "/api/v2/ohlc/"), "/"), func(s data.Symbol) string { return strings.ToLower(s.Base() + s.Quote()) })
	if !ok {
		return said(404, `{"code": "not_found", "reason": "Not found."}`)
	}
	i := data.Interval(v.number("step", 60)) * data.Second
	limit := v.number("limit", 1)
	if limit < 1 || limit > 1000 {
		return said(400, `{"code": 400002, "errors": [{"field": "limit", "message": "limit must be between 1 and 1000"}]}`)
	}
	end := v.number("end", v.Now().Unix()) * 1e6
	// It takes the latest before the end, and if need be from before the start.
	from := end - (limit+300)*int64(i)
	list := v.candles(s, i, from, end+1, every, int(limit))
	rows := []object{}
	for _, c := range list {
		rows = append(rows, object{"timestamp": fmt.Sprint(c.Time / 1e6), "open": c.Open, "high": c.High, "low": c.Low, "close": c.Close, "volume": c.Volume})
	}
	return answer(200, object{"data": object{"pair": s.Base() + "/" + s.Quote(), "ohlc": rows}})
}
