package archive

import (
	"math"

	"mantis/data"
)

// All is as many takings as there can be: everything is known.
const All = 1<<31 - 1

// Rewind leads from the candles of a part as they are said now to what was
// known of them after some taking. Its zero value changes nothing. It depends
// on the takings after that one alone, and can be part of an action's key.
type Rewind struct {
	Drop [][2]int64 `json:"drop,omitempty"` // open instants, first and last, of candles that are said later as they stand
	Time []int64    `json:"time,omitempty"` // of the candles that were said in their place
	Bits [][]uint64 `json:"bits,omitempty"` // the floats' bits and the count of each

	put rows
}

// Nothing tells whether nothing is changed.
func (w *Rewind) Nothing() bool { return len(w.Drop) == 0 && len(w.Time) == 0 }

// Rewind is for the candles of a series that open from an instant up to and
// without another.
func (a *Archive) Rewind(s Series, from, until int64, known int) Rewind {
	w := Rewind{}
	for _, o := range a.origins[s] {
		if o.taking > known && o.last >= from && o.first < until {
			w.Drop = append(w.Drop, [2]int64{max(o.first, from), min(o.last, until-1)})
		}
	}
	for _, x := range a.sayings[s] {
		t := x.rows.time[0]
		if x.taking > known || x.correctedBy <= known || t < from || t >= until {
			continue
		}
		w.put.append(&x.rows, 0, 1)
		w.Time = append(w.Time, t)
		bits := []uint64{uint64(x.rows.trades[0])}
		for _, column := range x.rows.floats() {
			bits = append(bits, math.Float64bits((*column)[0]))
		}
		w.Bits = append(w.Bits, bits)
	}
	return w
}

// apply makes what was known then of the candles as they are said now.
func (w *Rewind) apply(now rows) rows {
	if w.Nothing() {
		return now
	}
	var kept rows
	at := 0
	for _, d := range w.Drop {
		to := now.find(d[0])
		kept.append(&now, at, to)
		at = now.find(d[1] + 1)
	}
	kept.append(&now, at, now.len())
	if w.put.len() == 0 {
		return kept
	}
	return merge(&kept, &w.put).rows
}

// Columns are the candles of a part of the archive as they were known then, in
// the columns of a table of candles from time to trades.
func (w *Rewind) Columns(part *data.Batch) (time []int64, floats [6][]float64, trades []int64, err error) {
	now, err := candleRows(part)
	if err != nil {
		return nil, floats, nil, err
	}
	then := w.apply(now)
	for i, column := range then.floats() {
		floats[i] = *column
	}
	return then.time, floats, then.trades, nil
}

// Covered is the end of the span of a series that was answered for, by what was
// known: its candles, and what sources said that they cover.
func (a *Archive) Covered(s Series, known int) int64 {
	until := int64(data.Null)
	for _, t := range a.Takings {
		if t.Series != s || t.Number > known {
			continue
		}
		until = max(until, t.Until)
		if t.Last != data.Null {
			until = max(until, t.Last+int64(s.Interval))
		}
	}
	return until
}
