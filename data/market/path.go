package market

import (
	"strings"

	"mantis/data"
)

// said is what the name of a file, or its path, says of what is in it.
type said struct {
	symbol   data.Symbol
	interval data.Interval
	venue    string
	words    []string // of the file's name
}

// venues are the words that name a venue, and the venue.
const venues = "binance=binance kraken=kraken bitstamp=bitstamp coinbase=coinbase coinbasepro=coinbase gdax=coinbase " +
	"bitfinex=bitfinex bittrex=bittrex poloniex=poloniex okx=okx okex=okx bybit=bybit kucoin=kucoin gemini=gemini " +
	"huobi=huobi htx=huobi gateio=gateio bitmex=bitmex deribit=deribit mexc=mexc binanceus=binanceus"

func venueWord(w string) string {
	w = strings.ToLower(w)
	for _, pair := range strings.Fields(venues) {
		if name, venue, _ := strings.Cut(pair, "="); name == w {
			return venue
		}
	}
	return ""
}

func pathWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("_-. ()", r) })
}

// pathSays reads a path from the file's name upwards: what the name does not
// say, the nearest folder may, as in binance/ETHBTC/15m/2022-01.csv or
// lean/coinbase/minute/btcusd/20180404_trade.zip. Perpetual futures are another
// market than the spot market of the same name: their venue has "-futures"
// behind it, and is "futures" where none is named. Only Binance keeps them in
// folders futures/um and futures/cm.
func pathSays(path string) (s said) {
	slashed := strings.ReplaceAll(path, `\`, "/")
	parts := strings.Split(slashed, "/")
	name := parts[len(parts)-1]
	s.words = pathWords(name)
	futures := false
	for i := len(s.words) - 1; i > 0; i-- {
		if strings.EqualFold(s.words[i], s.words[i-1]) && quotes(strings.ToUpper(s.words[i])) { // XRP_USDT_USDT: settled in USDT
			futures, name = true, strings.Join(append(append([]string{}, s.words[:i]...), s.words[i+1:]...), "_")
			break
		}
	}
	s.symbol, s.interval = nameSays(name)
	for i := len(parts) - 1; i >= 0; i-- {
		folder := i < len(parts)-1
		for _, w := range pathWords(parts[i]) {
			if s.venue == "" {
				s.venue = venueWord(w)
			}
			if folder && s.interval == 0 && len(w) > 1 {
				s.interval = intervalWord(w)
			}
			switch strings.ToLower(w) {
			case "futures", "perp", "perpetual", "swap":
				futures = true
			}
		}
		switch {
		case !folder || s.symbol != "":
		case strings.HasSuffix(strings.ToLower(parts[i]), ".zip"): // what is in it may be called anything
			s.symbol, _ = nameSays(parts[i][:len(parts[i])-len(".zip")])
		default:
			s.symbol = folderSymbol(parts[i])
		}
	}
	if s.venue == "" && (strings.Contains(slashed, "futures/um/") || strings.Contains(slashed, "futures/cm/")) {
		s.venue = "binance"
	}
	if futures {
		s.venue = strings.TrimPrefix(s.venue+"-futures", "-")
	}
	return s
}

// folderSymbol is the market that a folder is named for: BTCUSD, btc-usd.
func folderSymbol(folder string) data.Symbol {
	words := pathWords(folder)
	if len(words) > 2 || len(words) == 2 && !quotes(strings.ToUpper(words[1])) {
		return ""
	}
	s, err := data.ParseSymbol(strings.Join(words, "-"))
	if err != nil || !quotes(s.Quote()) || len(s.Base()) < 2 {
		return ""
	}
	return s
}

func isFutures(venue string) bool { return strings.HasSuffix(venue, "futures") }
