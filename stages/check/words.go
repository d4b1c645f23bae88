package check

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"mantis/data"
)

var nan = math.NaN()

// apart is how many times the greater of two positive numbers is the lesser.
func apart(a, b float64) float64 { return max(a/b, b/a) }

// median of some numbers, the upper of the two in the middle; it sorts them. NaN
// of nothing.
func median(x []float64) float64 {
	if len(x) == 0 {
		return nan
	}
	slices.Sort(x)
	return x[len(x)/2]
}

// price writes a number with ten digits at most, and as a person does.
func price(x float64) string {
	if size := math.Abs(x); size >= 1e-9 && size < 1e-3 {
		return strings.TrimRight(strconv.FormatFloat(x, 'f', 14, 64), "0")
	}
	return strconv.FormatFloat(x, 'g', 10, 64)
}

// times writes a factor: 3.76, 1000.
func times(x float64) string {
	switch {
	case x >= 1e15:
		return strconv.FormatFloat(x, 'g', 3, 64)
	case x >= 100:
		return data.Thousands(int(x + 0.5))
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

// percent writes a share with one decimal.
func percent(x float64) string { return strconv.FormatFloat(float64(x*100), 'f', 1, 64) + " %" }

// span writes a stretch from the open of a candle to that of another.
func span(from, to int64) string {
	if from == to {
		return data.Stamp(from)
	}
	return data.Stamp(from) + " to " + data.Stamp(to)
}

// stampOf writes an instant that may not be whole minutes.
func stampOf(t int64) string { return time.UnixMicro(t).UTC().Format("2006-01-02 15:04:05.999999") }

func sqrt(x float64) float64 { return math.Sqrt(x) }

// listed joins words as a sentence does.
func listed(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
