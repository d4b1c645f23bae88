package page

import (
	"time"

	"mantis/data"
)

// tick is a labelled instant on the time axis.
type tick struct {
	at    int64
	label string
}

// clockSteps are the steps below a month.
var clockSteps = [...]data.Interval{
	data.Second, 5 * data.Second, 15 * data.Second, data.Minute, 5 * data.Minute, 15 * data.Minute,
	data.Hour, 3 * data.Hour, 6 * data.Hour, 12 * data.Hour, data.Day, 2 * data.Day, 4 * data.Day, 7 * data.Day, 14 * data.Day,
}

// monthSteps are the steps from a month up, in months; longer ones are nice
// numbers of years.
var monthSteps = [...]int64{1, 2, 3, 6, 12, 24, 60, 120, 240, 600}

// month is a mean month, to choose steps by.
const month = 365 * data.Day / 12

// timeTicks are instants at even steps of the calendar from lo to hi, at most
// want+2 of them: years and months begin where the calendar has them. A label
// says what changed, and the first label also says where it begins.
func timeTicks(lo, hi int64, want int) []tick {
	span := data.Interval(hi - lo)
	for _, step := range clockSteps {
		if span/step <= data.Interval(want) {
			return clockTicks(lo, hi, step)
		}
	}
	for _, months := range monthSteps {
		if span/(month*data.Interval(months)) <= data.Interval(want) {
			return monthTicks(lo, hi, months)
		}
	}
	years := niceStep(float64(span) / float64(12*month) / float64(want))
	return monthTicks(lo, hi, 12*int64(years))
}

func clockTicks(lo, hi int64, step data.Interval) []tick {
	var ticks []tick
	for at := step.Floor(lo); at <= hi; at += int64(step) {
		if at < lo {
			continue
		}
		t := time.UnixMicro(at).UTC()
		layout := "15:04"
		switch {
		case step < data.Minute:
			layout = "15:04:05"
		case step >= data.Day, t.Hour() == 0 && t.Minute() == 0:
			layout = "2 Jan"
		}
		switch {
		case step >= data.Day && len(ticks) == 0:
			layout = "2 Jan 2006"
		case len(ticks) == 0:
			layout = "2 Jan 15:04"
		case step >= data.Day && ticks[len(ticks)-1].year() != t.Year():
			layout = "2 Jan 2006"
		}
		ticks = append(ticks, tick{at, t.Format(layout)})
	}
	return ticks
}

func monthTicks(lo, hi int64, step int64) []tick {
	start := time.UnixMicro(lo).UTC()
	n := int64(start.Year())*12 + int64(start.Month()) - 1
	n -= n % step
	var ticks []tick
	for ; ; n += step {
		t := time.Date(int(n/12), time.Month(n%12)+1, 1, 0, 0, 0, 0, time.UTC)
		at := t.UnixMicro()
		if at > hi {
			return ticks
		}
		if at < lo {
			continue
		}
		layout := "Jan"
		switch {
		case t.Month() == time.January:
			layout = "2006"
		case len(ticks) == 0:
			layout = "Jan 2006"
		}
		ticks = append(ticks, tick{at, t.Format(layout)})
	}
}

func (t tick) year() int { return time.UnixMicro(t.at).UTC().Year() }
