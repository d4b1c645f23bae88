package venuetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"mantis/data"
)

// serveShrimpy hands on one exchange, whatever it is called; Kraken's names stand
// in for it under that name alone.
func serveShrimpy(v *visit) (int, []byte) {
	type object = map[string]any
	if v.Secret != "" && !v.signed() {
		return said(401, `{"error":"Invalid signature","key":%q}`, v.Header.Get("DEV-SHRIMPY-API-KEY"))
	}
	if v.path == "/v1/list_exchanges" {
		return answer(200, []object{{"exchange": "kraken", "bestCaseFee": 0.001, "worstCaseFee": 0.0026, "icon": ""}})
	}
	exchange, what, _ := strings.Cut(strings.TrimPrefix(v.path, "/v1/exchanges/"), "/")
	name := func(a string) string { return a }
	if exchange == "kraken" {
		name = theirs
	}
	switch what {
	case "trading_pairs":
		list := []object{}
		for _, s := range v.Market.Symbols {
			list = append(list, object{"baseTradingSymbol": name(s.Base()), "quoteTradingSymbol": name(s.Quote())})
		}
		return answer(200, list)
	case "assets":
		list := []object{}
		for i, a := range assets(v.Market) {
			list = append(list, object{"id": i + 1, "name": "The " + a, "symbol": a, "tradingSymbol": name(a)})
		}
		return answer(200, list)
	}
	s, ok := v.symbol(v.FormValue("baseTradingSymbol")+"-"+v.FormValue("quoteTradingSymbol"), func(s data.Symbol) string { return name(s.Base()) + "-" + name(s.Quote()) })
	i, err := data.ParseInterval(v.FormValue("interval"))
	if !ok || err != nil {
		return said(400, `{"error":"Trading pair not found"}`)
	}
	from, err := data.ParseStamp(v.FormValue("startTime"))
	if err != nil {
		return said(400, `{"error":"startTime"}`)
	}
	list := v.candles(s, i, from, v.Now().UnixMicro()+1, 1000, every)
	rows := []object{}
	for _, c := range list {
		rows = append(rows, object{"open": c.Open, "high": c.High, "low": c.Low, "close": c.Close, "volume": c.Volume,
			"quoteVolume": json.Number(c.Quote), "btcVolume": 0.5, "usdVolume": 1.5, "time": iso(c.Time)})
	}
	return answer(200, rows)
}

// signed checks the signature of a request as Shrimpy does.
func (v *visit) signed() bool {
	key, err := base64.StdEncoding.DecodeString(v.Secret)
	if err != nil {
		return false
	}
	nonce := v.Header.Get("DEV-SHRIMPY-API-NONCE")
	n, err := strconv.ParseInt(nonce, 10, 64)
	v.mu.Lock()
	fresh := err == nil && n > int64(v.counts["shrimpy nonce"])
	v.counts["shrimpy nonce"] = int(n)
	v.mu.Unlock()
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strings.TrimPrefix(v.Request.URL.RequestURI(), "/shrimpy") + v.Method + nonce))
	want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return fresh && hmac.Equal([]byte(want), []byte(v.Header.Get("DEV-SHRIMPY-API-SIGNATURE")))
}

func iso(t int64) string { return time.UnixMicro(t).UTC().Format("2006-01-02T15:04:05.000Z") }
