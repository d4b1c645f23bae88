package market

import (
	"path"
	"strings"

	"mantis/data"
)

// nameSays reads symbol and interval off a file's name, as in BTCUSD_1h.csv,
// Binance_BTCUSDT_1h.csv, ETH_BTC-5m.csv or BTCUSDT-1h-2023-01.csv: the symbol
// stands in front of the interval, whole or as two words. What the name does
// not say is "" and 0.
func nameSays(name string) (symbol data.Symbol, interval data.Interval) {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("_-. ()", r) })
	front := words
	for i, w := range words {
		if interval = intervalWord(w); interval != 0 {
			front = words[:i]
			break
		}
	}
	for i := len(front) - 1; i >= 0; i-- {
		if i > 0 && quotes(front[i]) {
			if s, err := data.ParseSymbol(front[i-1] + "-" + front[i]); err == nil {
				return s, interval
			}
		}
		if s, err := data.ParseSymbol(front[i]); err == nil {
			return s, interval
		}
	}
	return "", interval
}

// quotes reports whether an asset is one that prices are quoted in: then
// ParseSymbol finds it at the end of any word.
func quotes(asset string) bool {
	s, err := data.ParseSymbol("AAA" + asset)
	return err == nil && s.Base() == "AAA"
}

// intervalWord reads 1h, 15m, 15min, d, daily, hourly and the like; 0 is none.
func intervalWord(w string) data.Interval {
	w = strings.ToLower(w)
	switch w {
	case "d", "day", "daily":
		return data.Day
	case "h", "hour", "hourly":
		return data.Hour
	case "minute", "min":
		return data.Minute
	}
	if w = strings.TrimSuffix(w, "in"); w == "" || w[0] < '0' || w[0] > '9' {
		return 0
	}
	i, err := data.ParseInterval(w)
	if err != nil {
		return 0
	}
	return i
}
