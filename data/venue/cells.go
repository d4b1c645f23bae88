package venue

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"mantis/data"
)

// The cells of a candle as a venue gives it.
const (
	atTime = iota
	atOpen
	atHigh
	atLow
	atClose
	atVolume
	atQuote  // quote volume
	atTrades // number of trades
	atNone
)

// names are what the cells are called where one is wrong.
var names = [atNone]string{"time", "open", "high", "low", "close", "volume", "quote volume", "trades"}

// raw is a candle as text. A volume, quote volume or number of trades is "" where
// the venue does not say.
type raw [atNone]string

// cell is a number or a text of JSON, as it is written. A float64 in between
// would be one rounding more.
type cell string

// UnmarshalJSON takes numbers, texts and null.
func (c *cell) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		*c = ""
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*c = cell(s)
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*c = cell(b)
	default:
		return fmt.Errorf("%.20s: want a number or a text", b)
	}
	return nil
}

// decode reads JSON that must be whole and alone.
func decode(body []byte, v any) error {
	if err := json.Unmarshal(body, v); err != nil {
		return broken("its JSON is cut or garbled: %v", err)
	}
	return nil
}

// arrays reads [[…], …] whose cells are in the order of at; atNone skips one.
func arrays(rows [][]cell, at ...int) ([]raw, error) {
	out := make([]raw, len(rows))
	for i, row := range rows {
		if len(row) < len(at) {
			return nil, broken("row %d: %d cells, want %d", i+1, len(row), len(at))
		}
		for k, to := range at {
			if to != atNone {
				out[i][to] = string(row[k])
			}
		}
	}
	return out, nil
}

// row is a candle that was read.
type row struct {
	time                                        int64
	open, high, low, close, volume, quoteVolume float64
	trades                                      int64
	line                                        int // of the answer, from 1
	raw                                         *raw
}

// instant reads seconds, milliseconds, microseconds or nanoseconds since 1970 by
// their size, below 1e11, 1e14, 1e17 or above, or RFC 3339.
func instant(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil || t.Year() < 1900 || t.Year() > 2200 || t.Nanosecond()%1000 != 0 {
			return 0, false
		}
		return t.UnixMicro(), true
	}
	switch {
	case n < 0:
		return 0, false
	case n < 1e11:
		return n * 1e6, true
	case n < 1e14:
		return n * 1e3, true
	case n < 1e17:
		return n, true
	}
	return n / 1000, n%1000 == 0
}

// parse reads a candle of an interval; else it says which cell is wrong, and how.
func (w *raw) parse(i data.Interval) (r row, column int, reason string) {
	var ok bool
	if r.time, ok = instant(w[atTime]); !ok {
		return r, atTime, "no instant"
	}
	if r.time%int64(i) != 0 {
		return r, atTime, "off the " + i.String() + " grid"
	}
	for k, to := range []*float64{atOpen: &r.open, atHigh: &r.high, atLow: &r.low, atClose: &r.close, atVolume: &r.volume, atQuote: &r.quoteVolume} {
		if to == nil {
			continue
		}
		if w[k] == "" && k >= atVolume {
			*to = math.NaN()
			continue
		}
		x, err := strconv.ParseFloat(w[k], 64)
		switch {
		case err != nil || x != x || math.IsInf(x, 0) || strings.ContainsAny(w[k], "xXpP_"):
			return r, k, "no number"
		case k < atVolume && x <= 0:
			return r, k, "not positive"
		case x < 0:
			return r, k, "negative"
		}
		*to = x + 0 // no negative zero
	}
	switch {
	case r.low > min(r.open, r.close):
		return r, atLow, "above open or close"
	case r.high < max(r.open, r.close):
		return r, atHigh, "below open or close"
	}
	r.trades = data.Null
	if w[atTrades] != "" {
		n, err := strconv.ParseInt(w[atTrades], 10, 64)
		if err != nil || n < 0 {
			return r, atTrades, "no number of trades"
		}
		r.trades = n
	}
	r.raw = w
	return r, atNone, ""
}
