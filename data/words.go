// Package data holds the words of the domain, the columnar tables, and the
// versioned datasets they are kept in.
//
// It imports nothing of mantis but its own folder, and it is the only home of
// Arrow and Parquet: every other package sees []float64, []int64 and []string.
//
// Instants are int64 microseconds since 1970-01-01 UTC. A bar or candle is
// named by its open instant; it is known at its open instant plus its interval.
package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Null is what an int or time column holds where it has no value. A float
// column holds NaN there.
const Null = math.MinInt64

// Symbol names a market as BASE-QUOTE, "BTC-USD": the price is in QUOTE, the
// amount in BASE.
type Symbol string

// quotes are the quote currencies tried, in this order, on a symbol that is
// written without a separator. bases settle which of two fits: BTCTUSD is
// BTC-TUSD, but XBTUSD is XBT-USD.
var (
	quotes = []string{"USDT", "USDC", "USD", "TUSD", "BUSD", "EUR", "GBP", "JPY", "BTC", "XBT", "ETH", "BNB"}
	bases  = []string{"BTC", "XBT", "ETH", "BNB", "LTC", "XRP", "ADA", "SOL", "DOGE"}
)

// aliases are venue names of assets that go by another name everywhere else.
var aliases = map[string]string{"XBT": "BTC", "XXBT": "BTC", "ZUSD": "USD"}

// ParseSymbol reads BTC-USD, BTC/USD, BTC_USD or BTCUSD, in any case.
func ParseSymbol(s string) (Symbol, error) {
	t := strings.ToUpper(strings.TrimSpace(s))
	for _, sep := range []string{"-", "/", "_", ":"} {
		if base, quote, ok := strings.Cut(t, sep); ok {
			return newSymbol(s, base, quote)
		}
	}
	base, quote := "", ""
	for _, q := range quotes {
		b, ok := strings.CutSuffix(t, q)
		if ok && b != "" && (quote == "" || slices.Contains(bases, b)) {
			base, quote = b, q
		}
	}
	return newSymbol(s, base, quote)
}

// assetMost is how long the name of an asset may be: symbols name directories.
const assetMost = 32

func newSymbol(s, base, quote string) (Symbol, error) {
	for _, part := range []*string{&base, &quote} {
		if a, ok := aliases[*part]; ok {
			*part = a
		}
		if len(*part) > assetMost {
			return "", fmt.Errorf("symbol %q…: an asset of more than %d letters", s[:min(len(s), 2*assetMost)], assetMost)
		}
		if *part == "" || strings.IndexFunc(*part, notAlphanumeric) >= 0 {
			return "", fmt.Errorf("symbol %q: no BASE-QUOTE in it, as in BTC-USD", s)
		}
	}
	return Symbol(base + "-" + quote), nil
}

func notAlphanumeric(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}

// Base is the asset that is bought and sold.
func (s Symbol) Base() string { base, _, _ := strings.Cut(string(s), "-"); return base }

// Quote is the currency that prices are in.
func (s Symbol) Quote() string { _, quote, _ := strings.Cut(string(s), "-"); return quote }

// Interval is the length of a bar or candle in microseconds.
type Interval int64

// Intervals that have a name.
const (
	Second Interval = 1_000_000
	Minute          = 60 * Second
	Hour            = 60 * Minute
	Day             = 24 * Hour
)

// ParseInterval reads 15m, 1h, 6h, 1d, 1w: a whole number and a unit.
func ParseInterval(s string) (Interval, error) {
	unit := map[string]Interval{"s": Second, "m": Minute, "h": Hour, "d": Day, "w": 7 * Day}
	t := strings.ToLower(strings.TrimSpace(s))
	if len(t) < 2 {
		return 0, fmt.Errorf("interval %q: want a number and one of s m h d w, as in 6h", s)
	}
	n, err := strconv.ParseInt(t[:len(t)-1], 10, 32)
	u, ok := unit[t[len(t)-1:]]
	if err != nil || !ok || n <= 0 {
		return 0, fmt.Errorf("interval %q: want a number and one of s m h d w, as in 6h", s)
	}
	return Interval(n) * u, nil
}

// String writes the interval in the largest unit that divides it, up to a day.
func (i Interval) String() string {
	for _, u := range []struct {
		size Interval
		name string
	}{{Day, "d"}, {Hour, "h"}, {Minute, "m"}, {Second, "s"}} {
		if i != 0 && i%u.size == 0 {
			return strconv.FormatInt(int64(i/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(i), 10) + "us"
}

// MarshalText writes the interval as String does.
func (i Interval) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what ParseInterval reads.
func (i *Interval) UnmarshalText(b []byte) (err error) {
	*i, err = ParseInterval(string(b))
	return err
}

// Floor is the last instant of the interval's UTC grid at or before t.
func (i Interval) Floor(t int64) int64 {
	r := t % int64(i)
	if r < 0 {
		r += int64(i)
	}
	return t - r
}

// PerYear is the number of bars in a year of 365 days: crypto markets never close.
func (i Interval) PerYear() float64 { return float64(365*Day) / float64(i) }

// Stamp writes an instant for people: 2023-01-04 06:00, in UTC, with seconds
// and fractions only where there are any.
func Stamp(t int64) string {
	if t == Null {
		return "-"
	}
	layout := "2006-01-02 15:04"
	if t%int64(Minute) != 0 {
		layout = "2006-01-02 15:04:05.999999"
	}
	return time.UnixMicro(t).UTC().Format(layout)
}

// ParseStamp reads an instant from a command line or a parameter:
// 2023-01-04, 2023-01-04T06:00 or RFC 3339; without a zone it is UTC.
func ParseStamp(s string) (int64, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, time.UTC); err == nil {
			return t.UnixMicro(), nil
		}
	}
	return 0, fmt.Errorf("instant %q: want 2023-01-04 or 2023-01-04T06:00, in UTC", s)
}

// Thousands writes a whole number with commas: "81,350".
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Counted writes a number of things for people: "1 candle", "81,350 candles".
func Counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Thousands(n) + " " + thing
}
