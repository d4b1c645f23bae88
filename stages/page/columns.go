package page

import (
	"math"
	"strings"
)

// columnWidth is the width of a column of the ribbons, in whole units of the
// view box, so that columns meet without seams.
const columnWidth = 2

// column is the bars that fall into one column of the ribbons.
type column struct {
	x, width float64
	from, to int // bars, the last one excluded
}

// columns lays bars out along the time axis: one column a bar while they are
// few, and several bars to a column of columnWidth when they are many. A bar
// lasts until the next one, but never longer than width microseconds, so that
// missing bars stay blank.
func columns(at []int64, width int64, axis instants) []column {
	var all []column
	if len(at) <= (plotRight-plotLeft)/columnWidth {
		for i, t := range at {
			end := t + width
			if i+1 < len(at) {
				end = min(end, at[i+1])
			}
			x := math.Round(axis.at(t))
			all = append(all, column{x, math.Max(math.Round(axis.at(end))-x, 1), i, i + 1})
		}
		return all
	}
	for i, t := range at {
		k := math.Floor((axis.at(t) - plotLeft) / columnWidth)
		x := plotLeft + float64(k*columnWidth)
		if n := len(all); n > 0 && all[n-1].x == x {
			all[n-1].to = i + 1
			continue
		}
		all = append(all, column{x, columnWidth, i, i + 1})
	}
	return all
}

// perColumn says for the caption how bars were gathered.
func perColumn(bars int, all []column) string {
	if bars == len(all) {
		return "One column is one bar."
	}
	return count(bars) + " bars are gathered into " + count(len(all)) + " columns: a column stacks the shares of its bars' classes, and shows their mean weights."
}

// classPath covers in each column the share of bars of one class; the classes
// below it are stacked under it, very bear at the bottom.
func classPath(classes []int64, class int64, all []column, y, height float64) string {
	var b strings.Builder
	for i := 0; i < len(all); i++ {
		under, share := shareOf(classes, class, all[i])
		if share == 0 {
			continue
		}
		x, end := all[i].x, all[i].x+all[i].width
		for share == 1 && i+1 < len(all) && all[i+1].x <= end {
			if _, next := shareOf(classes, class, all[i+1]); next != 1 {
				break
			}
			i++
			end = all[i].x + all[i].width
		}
		low := y + float64(height*(1-under))
		b.WriteString("M" + px(x) + "," + px(low) + "H" + px(end) + "V" + px(low-float64(height*share)) + "H" + px(x) + "Z")
	}
	return b.String()
}

// shareOf is the share of a column's bars that are of a class, and of those
// that are of a class below it.
func shareOf(classes []int64, class int64, c column) (under, share float64) {
	below, same := 0, 0
	for _, k := range classes[c.from:c.to] {
		switch {
		case k == class:
			same++
		case k >= 1 && k < class:
			below++
		}
	}
	n := float64(c.to - c.from)
	return float64(below) / n, float64(same) / n
}

// stacked is the mean weight held in each column on top of what is below it,
// within 0 and 1. Bars of unknown weight count for nothing.
func stacked(lower, held []float64, all []column) []float64 {
	upper := append([]float64(nil), lower...)
	if len(held) == 0 {
		return upper
	}
	for k, c := range all {
		sum, n := 0.0, 0
		for _, w := range held[c.from:c.to] {
			if finite(w) {
				sum += w
				n++
			}
		}
		if n > 0 {
			upper[k] = math.Min(math.Max(lower[k]+sum/float64(n), lower[k]), 1)
		}
	}
	return upper
}

// bandPath is the area between two levels, column by column.
func bandPath(all []column, lower, upper []float64, s scale) string {
	var b strings.Builder
	for i := 0; i < len(all); i++ {
		if !(upper[i] > lower[i]) {
			continue
		}
		end := all[i].x + all[i].width
		x, low, high := all[i].x, lower[i], upper[i]
		for i+1 < len(all) && all[i+1].x <= end && lower[i+1] == low && upper[i+1] == high {
			i++
			end = all[i].x + all[i].width
		}
		b.WriteString("M" + px(x) + "," + px(s.at(low)) + "H" + px(end) + "V" + px(s.at(high)) + "H" + px(x) + "Z")
	}
	return b.String()
}
