package feature

import (
	"time"

	"mantis/data"
)

// The calendar, in UTC, of the instant at which a bar opens.
var _ = extra("calendar",
	dated("hour_of_day", "hour at which the bar opens, 0 to 23, with its fraction", func(t time.Time) float64 {
		return float64(t.Sub(t.Truncate(24*time.Hour)).Microseconds()) / float64(data.Hour)
	}),
	dated("day_of_week", "weekday on which the bar opens, 0 for Monday to 6", func(t time.Time) float64 { return float64((t.Weekday() + 6) % 7) }),
	dated("weekend", "1 for a bar that opens on a Saturday or Sunday, else 0", func(t time.Time) float64 {
		if t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
			return 1
		}
		return 0
	}),
	dated("day_of_month", "day on which the bar opens, 1 to 31", func(t time.Time) float64 { return float64(t.Day()) }),
	dated("month_of_year", "month in which the bar opens, 1 to 12", func(t time.Time) float64 { return float64(t.Month()) }),
)

func dated(name, doc string, value func(t time.Time) float64) *Feature {
	return &Feature{Name: name, Doc: doc + ", UTC", Code: 1, LookBack: 1,
		Compute: func(b Bars, out []float64) {
			for i, t := range b.Time {
				out[i] = value(time.UnixMicro(t).UTC())
			}
		}}
}
