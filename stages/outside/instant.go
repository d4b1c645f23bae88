package outside

import (
	"math"
	"strconv"
	"time"

	"mantis/data"
)

// layouts are the instants that texts are read as, with a fraction of a second or
// without; what has no zone is UTC.
var layouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05",
	"2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04",
}

// parseInstant reads an instant as UTC µs. What is finer is rounded up, so that
// nothing is known before it was. dated tells of a day without a time.
func parseInstant(s string) (t int64, dated, ok bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= 0 {
		if len(s) == 8 && n >= 1900_01_01 && n < 2100_01_01 {
			return parseDay("20060102", s)
		}
		return micros(n), false, true
	}
	for _, layout := range layouts {
		if x, err := time.ParseInLocation(layout, s, time.UTC); err == nil {
			t = x.UnixMicro()
			if x.Nanosecond()%1000 != 0 {
				t++
			}
			return t, false, true
		}
	}
	return parseDay("2006-01-02", s)
}

func parseDay(layout, s string) (t int64, dated, ok bool) {
	x, err := time.ParseInLocation(layout, s, time.UTC)
	return x.UnixMicro(), true, err == nil
}

// micros is an instant in seconds, milliseconds, microseconds or nanoseconds since
// 1970, told by its size: below 1e11, 1e14, 1e17, or above.
func micros(n int64) int64 {
	switch {
	case n < 1e11:
		return n * 1e6
	case n < 1e14:
		return n * 1e3
	case n < 1e17:
		return n
	}
	return n/1000 + min(n%1000, 1)
}

// parseNumber reads a decimal number; NaN for an empty text, which says nothing.
func parseNumber(s string) (float64, *data.InputError) {
	if s == "" {
		return math.NaN(), nil
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, notNumber(s)
		}
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(x, 0) {
		return 0, notNumber(s)
	}
	return x, nil
}

func notNumber(s string) *data.InputError {
	return &data.InputError{Value: s, Reason: "this is no number", Hint: "leave the cell empty where there is no value; name the columns that count, where others hold texts: columns=a+b"}
}

func notInstant(s string) *data.InputError {
	return &data.InputError{Value: s, Reason: "this is no instant", Hint: "write 2024-01-04T06:00:00Z, or whole seconds, milliseconds, microseconds or nanoseconds since 1970"}
}
