package market

import (
	"fmt"
	"strings"

	"mantis/data"
)

// refusal says what a JSON document is that holds no candles.
func (d *document) refusal() error {
	err := &data.InputError{Hint: "give files of candles only"}
	switch {
	case len(d.path) > 0 && d.path[0] == "routes":
		err.Reason, err.Hint = "recorded replies of many routes, not one reply of candles", "cut a reply of candles out into a file of its own"
	case d.isMessage():
		err.Reason, err.Hint = "a message of a websocket stream, whose candle may still be open", "take candles from the venue's REST replies or files"
	case len(d.path) > 0 && (d.last() == "symbols" || d.last() == "rateLimits" || d.last() == "exchangeFilters"):
		err.Reason = "an exchange's list of its markets, not candles"
	case d.at < 0 && d.list != "":
		err.Reason = fmt.Sprintf("a list of names or numbers that begins with %q, not candles", clip(d.list))
	case d.at < 0:
		err.Reason = "a JSON document without rows, not candles"
	case d.areTrades():
		err.Reason, err.Hint = "trades, not candles", "only candles are read: make candles of them first"
	case d.objects:
		err.Line, err.Reason = 1, fmt.Sprintf("objects with the keys %s are candles of no format that is known", clip(strings.Join(d.keys, ", ")))
		err.Hint = "name the keys with --columns time=KEY,open=KEY,high=KEY,low=KEY,close=KEY"
	default:
		err.Line, err.Reason = 1, "the numbers of the rows are candles in no order that is known"
		err.Hint = "say with --format how they are written, or convert them to CSV with a header line"
	}
	return err
}

// isMessage reports whether a document has what only messages of streams have.
func (d *document) isMessage() bool {
	for _, key := range []string{"e", "stream", "channel", "topic"} {
		if _, ok := d.beside[key]; ok {
			return true
		}
	}
	return false
}

// areTrades reports whether the first row says which side traded.
func (d *document) areTrades() bool {
	rows := d.rows(d.keys)
	if _, ok, err := rows.next(); !ok || err != nil {
		return false
	}
	for _, v := range rows.value {
		switch strings.ToLower(string(v)) {
		case "buy", "sell", "b", "s":
			return true
		}
	}
	return false
}
