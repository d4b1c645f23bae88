package archive

import "sort"

// origin is a stretch of candles, by the open instants of the first and the
// last, that are all said by one taking as they stand.
type origin struct {
	first, last int64
	taking      int
}

// origins are ascending and do not overlap. Neighbours are of different takings.
type origins []origin

// set notes that the candles of a run are said by a taking. All
// candles open on the grid of step.
func (o origins) set(r run, taking int, step int64) origins {
	if n := len(o); n == 0 || o[n-1].last < r.first { // the usual case: everything is later
		return o.join(origin{r.first, r.last, taking})
	}
	from := sort.Search(len(o), func(i int) bool { return o[i].last >= r.first })
	to := sort.Search(len(o), func(i int) bool { return o[i].first > r.last })
	out := make(origins, 0, len(o)+2)
	out = append(out, o[:from]...)
	if from < to && o[from].first < r.first {
		out = out.join(origin{o[from].first, r.first - step, o[from].taking})
	}
	out = out.join(origin{r.first, r.last, taking})
	if from < to && o[to-1].last > r.last {
		out = out.join(origin{r.last + step, o[to-1].last, o[to-1].taking})
	}
	for _, next := range o[to:] {
		out = out.join(next)
	}
	return out
}

// join adds a stretch at the end, which it makes one with the last where both
// are of one taking.
func (o origins) join(next origin) origins {
	if n := len(o); n > 0 && o[n-1].taking == next.taking {
		o[n-1].last = next.last
		return o
	}
	return append(o, next)
}

// of is the taking that says the candle of an instant, 0 for none.
func (o origins) of(t int64) int {
	i := sort.Search(len(o), func(i int) bool { return o[i].last >= t })
	if i == len(o) || o[i].first > t {
		return 0
	}
	return o[i].taking
}
