package market

import (
	"fmt"
	"time"

	"mantis/data"
)

// Span is the part of time whose candles are kept together: a calendar year or
// month, in UTC.
type Span int

// The spans that candles are kept by.
const (
	ByYear  Span = iota // "2024"
	ByMonth             // "2024-05"
)

// SpanOf is how candles or bars of an interval are kept: by month below one
// hour, else by year.
func SpanOf(i data.Interval) Span {
	if i < data.Hour {
		return ByMonth
	}
	return ByYear
}

// Name is the partition column: "year" or "month".
func (s Span) Name() string {
	if s == ByMonth {
		return "month"
	}
	return "year"
}

func (s Span) layout() string {
	if s == ByMonth {
		return "2006-01"
	}
	return "2006"
}

// Of is the partition value of an instant in the years 0 to 9999.
func (s Span) Of(t int64) string { return time.UnixMicro(t).UTC().Format(s.layout()) }

// Bounds are the first instant of a partition value and the first one after it.
func (s Span) Bounds(value string) (from, until int64, err error) {
	begin, err := time.Parse(s.layout(), value)
	if err != nil {
		return 0, 0, fmt.Errorf("%s %q: want one like %s", s.Name(), value, s.layout())
	}
	end := begin.AddDate(1, 0, 0)
	if s == ByMonth {
		end = begin.AddDate(0, 1, 0)
	}
	return begin.UnixMicro(), end.UnixMicro(), nil
}
