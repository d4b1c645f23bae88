package metrics

import (
	"time"

	"mantis/data/num"
)

// Box is the figure of a box plot (Tukey 1977). Whiskers reach to the furthest
// value within 1.5 times the distance of the quartiles from its quartile; what
// lies beyond is an outlier.
type Box struct {
	Name         string // of the group: "Mon" or "2021-03"
	Count        int
	Low, High    float64 // ends of the whiskers
	Q1, Q2, Q3   float64 // quartiles of type 7 of Hyndman and Fan, the second the median
	Mean         float64
	Outliers     []int // bars, in time
	Above, Below int   // outliers beyond each whisker
}

// Weekday is the day of the week of a bar's open instant, in UTC: Mon.
func Weekday(open int64) string { return time.UnixMicro(open).UTC().Weekday().String()[:3] }

// Month is the year and the month of a bar's open instant, in UTC: 2021-03.
func Month(open int64) string { return time.UnixMicro(open).UTC().Format("2006-01") }

// Boxes are the box plots of the values x of bars, by group, in the order in
// which groups first come. Bars without a value are in none, and a group
// without a value is left out.
func Boxes(open []int64, x []float64, group func(open int64) string) []Box {
	var boxes []Box
	var members [][]int
	place := map[string]int{}
	for t, v := range x {
		if !num.Finite(v) {
			continue
		}
		name := group(open[t])
		i, ok := place[name]
		if !ok {
			i = len(boxes)
			place[name] = i
			boxes, members = append(boxes, Box{Name: name}), append(members, nil)
		}
		members[i] = append(members[i], t)
	}
	for i := range boxes {
		boxes[i].fill(x, members[i])
	}
	return boxes
}

// fill works the figure out from the values of some bars.
func (b *Box) fill(x []float64, bars []int) {
	values := make([]float64, len(bars))
	for i, t := range bars {
		values[i] = x[t]
	}
	b.Count, b.Mean = len(bars), num.Mean(values)
	values = sorted(values)
	b.Q1, b.Q2, b.Q3 = num.Quantile(values, .25), num.Quantile(values, .5), num.Quantile(values, .75)
	reach := float64(1.5 * (b.Q3 - b.Q1))
	least, most := b.Q1-reach, b.Q3+reach
	b.Low, b.High = b.Q1, b.Q3
	for _, v := range values {
		if v >= least && v < b.Low {
			b.Low = v
		}
		if v <= most && v > b.High {
			b.High = v
		}
	}
	for _, t := range bars {
		switch v := x[t]; {
		case v < least:
			b.Below++
		case v > most:
			b.Above++
		default:
			continue
		}
		b.Outliers = append(b.Outliers, t)
	}
}
