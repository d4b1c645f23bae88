package archive

import (
	"math"

	"mantis/data"
)

// Restated is a candle of which something else is said than before.
type Restated struct {
	Series
	Time        int64 // open instant
	Taking      int   // that said it before
	CorrectedBy int   // that said otherwise
	Changes     []Change
}

// Change is a value that is said otherwise. NaN is one that is not said.
type Change struct {
	Column string
	Was    float64
	Now    float64
}

// columnNames are the columns that can be said otherwise, in the order of
// rows.floats, and the count of trades.
var columnNames = [7]string{"open", "high", "low", "close", "volume", "quote_volume", "trades"}

// values are row i, in the order of columnNames.
func (r *rows) values(i int) [7]float64 {
	var v [7]float64
	for c, column := range r.floats() {
		v[c] = (*column)[i]
	}
	v[6] = float64(r.trades[i])
	if r.trades[i] == data.Null {
		v[6] = math.NaN()
	}
	return v
}

// Restated lists what was restated of a series by takings after one, by time
// and then in the order in which it was said.
func (a *Archive) Restated(store *data.Store, s Series, after int) ([]Restated, error) {
	var out []Restated
	all := a.sayings[s]
	now := present{archive: a, store: store, series: s}
	for i, x := range all {
		if x.correctedBy <= after {
			continue
		}
		t := x.rows.time[0]
		was := x.rows.values(0)
		var then [7]float64
		if i+1 < len(all) && all[i+1].rows.time[0] == t {
			then = all[i+1].rows.values(0)
		} else {
			r, at, err := now.find(t)
			if err != nil {
				return nil, err
			}
			then = r.values(at)
		}
		d := Restated{Series: s, Time: t, Taking: x.taking, CorrectedBy: x.correctedBy}
		for c, name := range columnNames {
			if math.Float64bits(was[c]) != math.Float64bits(then[c]) && (was[c] == was[c] || then[c] == then[c]) {
				d.Changes = append(d.Changes, Change{name, was[c], then[c]})
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// present reads the candles of a series as they stand, part by part.
type present struct {
	archive *Archive
	store   *data.Store
	series  Series
	period  string
	rows    rows
}

// find is where the candle of an instant stands, which must be there.
func (p *present) find(t int64) (*rows, int, error) {
	s := p.series
	if period := data.PeriodOf(s.Interval).Of(t); period != p.period {
		parts, err := p.archive.Version.Where(Dataset, s.Venue, string(s.Symbol), s.Interval.String(), period)
		if err != nil {
			return nil, 0, err
		}
		b, err := p.store.Read(p.archive.Version, parts[0])
		if err != nil {
			return nil, 0, err
		}
		if p.rows, err = candleRows(b); err != nil {
			return nil, 0, err
		}
		p.period = period
	}
	return &p.rows, p.rows.find(t), nil
}
