package page

import (
	"math"
	"strconv"
	"time"
)

// yearOfReturns is one row of the monthly table, in fractions; NaN where the
// curve has no mark in the month.
type yearOfReturns struct {
	year   int
	months [12]float64
	total  float64
}

// monthNames head the monthly table.
var monthNames = [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// monthly compounds an equity curve by calendar month and year, in UTC. A mark
// at the very start of a month closes the month before. Gaps are passed over;
// equity at or below zero ends what can be compounded from it.
func monthly(at []int64, equity []float64) []yearOfReturns {
	var years []yearOfReturns
	last, ofMonth, ofYear := math.NaN(), math.NaN(), math.NaN() // the latest mark, and those before this month and year
	previous := time.Month(0)
	for i, e := range equity {
		if !finite(e) {
			continue
		}
		if !finite(last) {
			last = e
			continue
		}
		t := time.UnixMicro(at[i] - 1).UTC()
		if len(years) == 0 || years[len(years)-1].year != t.Year() {
			years = append(years, emptyYear(t.Year()))
			ofYear, previous = last, 0
		}
		if t.Month() != previous {
			ofMonth, previous = last, t.Month()
		}
		row := &years[len(years)-1]
		row.months[t.Month()-1] = growth(ofMonth, e)
		row.total = growth(ofYear, e)
		last = e
	}
	return years
}

func emptyYear(year int) yearOfReturns {
	row := yearOfReturns{year: year, total: math.NaN()}
	for m := range row.months {
		row.months[m] = math.NaN()
	}
	return row
}

// growth is the simple return from a to b, NaN where a is not positive.
func growth(a, b float64) float64 {
	if !(a > 0) {
		return math.NaN()
	}
	return b/a - 1
}

// monthlySection writes the returns of the strategy by year and month in USD,
// and by year in BTC.
func (s *sheet) monthlySection(r Report) {
	s.section("months", "Returns by month")
	defer s.endSection()
	strategy, ok := r.strategy()
	usd := monthly(r.Curves.Time, strategy.EquityUSD)
	if !ok || len(usd) == 0 {
		s.missing("Fewer than two marks of equity in USD: no return to show.")
		return
	}
	btc := monthly(r.Curves.Time, strategy.EquityBTC)
	months, totals := heatScales(usd)
	s.raw(`<figure><div class="scroll" tabindex="0"><table class="heat"><thead><tr><th scope="col">year</th>`)
	for _, m := range monthNames {
		s.raw(`<th scope="col">`, m, `</th>`)
	}
	s.raw(`<th scope="col">year<br><small>USD</small></th><th scope="col">year<br><small>BTC</small></th></tr></thead><tbody>`, "\n")
	for _, row := range usd {
		s.raw(`<tr><th scope="row">`, strconv.Itoa(row.year), `</th>`)
		for _, v := range row.months {
			s.heat(v, months)
		}
		s.heat(row.total, totals)
		s.heat(yearTotal(btc, row.year), totals)
		s.raw("</tr>\n")
	}
	s.raw("</tbody></table></div>\n")
	s.caption(r.Simulated, strategy.Name+": compounded return of each calendar month (UTC) in USD, and of each year in USD and in BTC. "+
		"The first and the last month may be partial. Blue is a gain, orange a loss.")
	s.raw("</figure>\n")
}

// heatScales are the returns at which the colours of months and of years are
// full: the largest in size, within bounds that keep ordinary ones visible.
func heatScales(years []yearOfReturns) (months, totals float64) {
	months, totals = 0.02, 0.05
	for _, y := range years {
		totals = math.Max(totals, size(y.total))
		for _, m := range y.months {
			months = math.Max(months, size(m))
		}
	}
	return math.Min(months, 0.3), math.Min(totals, 1)
}

func size(v float64) float64 {
	if !finite(v) {
		return 0
	}
	return math.Abs(v)
}

func yearTotal(years []yearOfReturns, year int) float64 {
	for _, y := range years {
		if y.year == year {
			return y.total
		}
	}
	return math.NaN()
}

// heat writes one coloured return; the colour is full at the given size.
func (s *sheet) heat(v, full float64) {
	if !finite(v) {
		s.raw(`<td class="none"></td>`)
		return
	}
	class := "gain"
	if v < 0 {
		class = "loss"
	}
	decimals := 1
	if math.Abs(v) >= 10 {
		decimals = 0
	}
	s.raw(`<td class="`, class, `" style="--a:`, shade(size(v)/full), `">`, number(float64(v*100), decimals), `%</td>`)
}

// shade is a share of full colour for a style sheet, in hundredths.
func shade(share float64) string {
	return strconv.FormatFloat(math.Min(math.Max(share, 0), 1), 'f', 2, 64)
}
