package page

import (
	"math"
	"strconv"
	"strings"
)

// dash stands where there is no number.
const dash = "–"

// huge is the largest size of a number the page will draw or round: beyond it
// a float64 no longer holds the decimals that are shown.
const huge = 1e15

// finite says that v can be drawn.
func finite(v float64) bool { return v > -huge && v < huge }

// format writes v in its unit.
func format(v float64, unit Unit) string {
	if !finite(v) {
		return dash
	}
	size := math.Abs(v)
	switch unit {
	case Fraction:
		switch {
		case size >= 10:
			return number(float64(v*100), 0) + "%"
		case size >= 1:
			return number(float64(v*100), 1) + "%"
		}
		return number(float64(v*100), 2) + "%"
	case Loss, BTC:
		return number(v, 4)
	case Count, Bars:
		return number(v, 0)
	case Days:
		return number(v, 1)
	case USD:
		if size >= 1000 {
			return number(v, 0)
		}
		return number(v, 2)
	}
	if size >= 10 {
		return number(v, 2)
	}
	return number(v, 3)
}

// number writes v with so many decimals, thousands in groups and a true minus
// sign; what rounds to zero has no sign, and what is not finite is a dash.
func number(v float64, decimals int) string {
	if !finite(v) {
		return dash
	}
	digits := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	var b strings.Builder
	if v < 0 && strings.Trim(digits, "0.") != "" {
		b.WriteString("−")
	}
	for i, d := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(d)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	return b.String()
}

// count writes a whole number with thousands in groups.
func count[T int | int64](n T) string {
	if n > -huge && n < huge {
		return number(float64(n), 0)
	}
	return strconv.FormatInt(int64(n), 10)
}

// plural writes a count and its noun: 1 bar, 2,000 bars.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}
