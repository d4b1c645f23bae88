package data

import (
	"fmt"
	"time"
)

// period is the partition that is no column: the year or month, in UTC, that
// the times of a part lie in.
const period = "period"

// Period is the length of time whose rows make one part of a table: long
// enough that parts are no crumbs, short enough that a new row makes little of
// the table new.
type Period int

// The periods that tables are cut by.
const (
	Yearly  Period = iota // "2024"
	Monthly               // "2024-05"
)

// PeriodOf is how rows of an interval are cut: by month below one hour, else
// by year.
func PeriodOf(i Interval) Period {
	if i < Hour {
		return Monthly
	}
	return Yearly
}

// Of is the period that an instant lies in.
func (p Period) Of(t int64) string { return time.UnixMicro(t).UTC().Format(p.layout()) }

func (p Period) layout() string {
	if p == Monthly {
		return "2006-01"
	}
	return "2006"
}

// PeriodBounds are the instants at which a period like "2024" or "2024-05"
// begins and ends.
func PeriodBounds(value string) (from, until int64, err error) {
	if t, err := time.Parse("2006", value); err == nil {
		return t.UnixMicro(), t.AddDate(1, 0, 0).UnixMicro(), nil
	}
	if t, err := time.Parse("2006-01", value); err == nil {
		return t.UnixMicro(), t.AddDate(0, 1, 0).UnixMicro(), nil
	}
	return 0, 0, fmt.Errorf("period %q: want a year like 2024 or a month like 2024-05", value)
}

// Cut finds the rows of each period in ascending instants: the parts of a
// table, in order.
func (p Period) Cut(times []int64) []PeriodRows {
	var cut []PeriodRows
	for from := 0; from < len(times); {
		r := PeriodRows{Period: p.Of(times[from]), From: from, To: from + 1}
		_, until, _ := PeriodBounds(r.Period)
		for r.To < len(times) && times[r.To] < until {
			r.To++
		}
		cut = append(cut, r)
		from = r.To
	}
	return cut
}

// PeriodRows are the rows of a period: from From, up to and without To.
type PeriodRows struct {
	Period   string
	From, To int
}
