package check

import (
	"cmp"
	"fmt"
	"slices"

	"mantis/data"
)

// All checks every series by itself, and each against the longest of its pair.
// The reports stand in the order of the series.
func All(series []Series) []Report {
	reports, clean := make([]Report, len(series)), make([]Series, len(series))
	longest := map[string]int{}
	for i := range series {
		reports[i], clean[i] = look(series[i])
		p := Pair(series[i].Symbol, series[i].Interval)
		if k, ok := longest[p]; !ok || clean[i].Len() > clean[k].Len() {
			longest[p] = i
		}
	}
	for i := range clean {
		if k := longest[Pair(series[i].Symbol, series[i].Interval)]; k != i {
			reports[i].Findings = Merge(reports[i].Findings, Compare(clean[i], clean[k]))
		}
	}
	return reports
}

// Sort orders reports by symbol, interval and venue.
func Sort(reports []Report) {
	slices.SortStableFunc(reports, func(a, b Report) int {
		return cmp.Or(cmp.Compare(a.Symbol, b.Symbol), cmp.Compare(a.Interval, b.Interval), cmp.Compare(a.Venue, b.Venue), cmp.Compare(a.Source, b.Source))
	})
}

// dollars are quote currencies whose prices are comparable.
var dollars = []string{"USD", "USDT", "USDC", "BUSD", "TUSD", "DAI"}

// Pair names what series have in common that can be compared: base, quote, all
// dollars being one, and interval.
func Pair(symbol data.Symbol, interval data.Interval) string {
	quote := symbol.Quote()
	if slices.Contains(dollars, quote) {
		quote = "USD"
	}
	return fmt.Sprint(symbol.Base(), "-", quote, " ", int64(interval))
}

// The terms of a comparison.
const (
	leastCommon = 100  // traded candles in common
	blockCommon = 250  // of them, from whose median the offset is taken
	farVenue    = 0.03 // a close is this far off, as a share, and
	farSpreads  = 25.0 // so many times the median distance in its block
	lagHours    = 3    // clocks are tried so far off
	related     = 0.3  // correlation of returns from which a clock is believed,
	clearer     = 0.2  // where it is so much greater than with the clock as it is
	unlike      = 0.1  // below it, at every lag, prices have nothing in common
	leastLike   = 500  // returns, to say that
)

// Compare holds the closes of a series against those of the same pair at another
// venue. Both must ascend, as Check has them. The usual offset between the two
// is taken out block by block: a premium is no fault. Which of the two is wrong a
// comparison does not tell.
func Compare(a, b Series) []Finding {
	f := &faults{of: &a, from: data.Null, until: never}
	ra, rb := a.common(&b)
	if len(ra) < leastCommon {
		return f.list()
	}
	if f.clocks(&a, &b) {
		return f.list()
	}
	name := b.name()
	for at := 0; at < len(ra); at += blockCommon {
		end := at + blockCommon
		if end+blockCommon > len(ra) {
			end = len(ra)
		}
		f.distances(&a, &b, ra[at:end], rb[at:end], name)
		if end == len(ra) {
			break
		}
	}
	return f.list()
}

// name is the venue of a series, or its symbol where nobody says which it is.
func (s *Series) name() string {
	if s.Venue == "" {
		return "the other " + string(s.Symbol)
	}
	return s.Venue
}

// common are the rows of two series that have one instant and were traded.
func (s *Series) common(o *Series) (mine, others []int) {
	for i, k := 0, 0; i < s.Len() && k < o.Len(); {
		switch {
		case s.Time[i] < o.Time[k]:
			i++
		case s.Time[i] > o.Time[k]:
			k++
		default:
			if !s.quiet(i) && !o.quiet(k) {
				mine, others = append(mine, i), append(others, k)
			}
			i, k = i+1, k+1
		}
	}
	return mine, others
}

// distances tells the closes of a block that are far from the other venue's.
func (f *faults) distances(a, b *Series, ra, rb []int, name string) {
	ratio := make([]float64, len(ra))
	for k := range ra {
		ratio[k] = a.Close[ra[k]] / b.Close[rb[k]]
	}
	usual := median(slices.Clone(ratio))
	off := make([]float64, len(ra))
	for k, r := range ratio {
		off[k] = apart(r, usual) - 1
	}
	far := max(farVenue, float64(farSpreads*median(slices.Clone(off))))
	for k, o := range off {
		if o <= far {
			continue
		}
		at := a.Time[ra[k]]
		f.add(Disagrees, Spot{Severity: Warning, From: at, To: at, Rows: 1, Weight: o,
			Text: fmt.Sprintf("%s %s against %s at %s, %s beside the usual", data.Stamp(at), price(a.Close[ra[k]]), price(b.Close[rb[k]]), name, signed(ratio[k]/usual-1))})
	}
}

func signed(x float64) string {
	if x > 0 {
		return "+" + percent(x)
	}
	return percent(x)
}

// clocks tries whether the returns of the two venues go together better when the
// clock of one is moved by some hours, or by one candle, and tells so. It also
// tells of prices that have nothing in common.
func (f *faults) clocks(a, b *Series) (told bool) {
	ra, rb := a.returns(), b.returns()
	hour := max(a.Interval, data.Hour)
	lags := []data.Interval{0}
	for h := data.Interval(1); h <= lagHours; h++ {
		lags = append(lags, h*hour, -h*hour)
	}
	if a.Interval < hour {
		lags = append(lags, a.Interval, -a.Interval)
	}
	none, best, at, rows := 0.0, -1.0, data.Interval(0), 0
	for _, lag := range lags {
		r, n := correlation(ra, rb, int64(lag))
		if lag == 0 {
			none, rows = r, n
		}
		if n >= leastCommon && r > best {
			best, at = r, lag
		}
	}
	spot := Spot{Severity: Error, From: a.Time[0], To: a.Time[a.Len()-1], Rows: a.Len(), Weight: best}
	switch {
	case at != 0 && best > related && best > none+clearer:
		how := "later"
		if at < 0 {
			how, at = "earlier", -at
		}
		spot.Text = fmt.Sprintf("stamps are %s %s than at %s: returns correlate by %.2f then, and by %.2f as they stand", at, how, b.name(), best, none)
		f.add(TimeShift, spot)
	case rows >= leastLike && best < unlike:
		spot.Severity = Warning
		spot.Text = fmt.Sprintf("returns correlate by %.2f with those of %s, and no better with clocks up to %dh apart", none, b.name(), lagHours)
		f.add(Unrelated, spot)
	default:
		return false
	}
	return true
}

// returns are the returns of a series over single intervals, by the instant at
// which they end, none greater than ten times the median size: what stands out
// has its own findings.
type returns struct {
	time []int64
	x    []float64
}

func (s *Series) returns() returns {
	var r returns
	var sizes []float64
	for i := 1; i < s.Len(); i++ {
		if s.Time[i]-s.Time[i-1] != int64(s.Interval) {
			continue
		}
		x := s.Close[i]/s.Close[i-1] - 1
		r.time, r.x = append(r.time, s.Time[i]), append(r.x, x)
		if x != 0 {
			sizes = append(sizes, max(x, -x))
		}
	}
	if len(sizes) > 0 {
		most := float64(10 * median(sizes))
		for i, x := range r.x {
			r.x[i] = min(max(x, -most), most)
		}
	}
	return r
}

// correlation is Pearson's of a at t with b at t-lag, over n pairs; 0 where it is
// not defined.
func correlation(a, b returns, lag int64) (r float64, n int) {
	var x, y, xx, yy, xy float64
	for i, k := 0, 0; i < len(a.time) && k < len(b.time); {
		switch t := a.time[i] - lag; {
		case t < b.time[k]:
			i++
		case t > b.time[k]:
			k++
		default:
			u, v := a.x[i], b.x[k]
			x, y, n = x+u, y+v, n+1
			xx, yy, xy = xx+float64(u*u), yy+float64(v*v), xy+float64(u*v)
			i, k = i+1, k+1
		}
	}
	m := float64(n)
	sx, sy := float64(m*xx)-float64(x*x), float64(m*yy)-float64(y*y)
	if !(sx > 0 && sy > 0) {
		return 0, n
	}
	return (float64(m*xy) - float64(x*y)) / sqrt(sx) / sqrt(sy), n
}
