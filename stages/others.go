package stages

import (
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// others are the markets that features look at beside their own: BTC in dollars
// for every other market, and the markets in BTC for that one.
type others struct {
	bars   *data.Version
	step   int64
	back   int // bars that the longest look-back at another market asks for
	hub    string
	alts   []string
	toHub  bool                   // some feature looks at BTC in dollars
	toAlts bool                   // some feature looks at the markets in BTC
	parts  map[string][]data.Part // of those markets
}

// newOthers finds the markets, where one of the features looks at some. The step
// is the interval of the bars.
func newOthers(v *data.Version, hub data.Symbol, step data.Interval, features []*feature.Feature) (*others, error) {
	o := &others{bars: v, step: int64(step), parts: map[string][]data.Part{}}
	var looking []*feature.Feature
	for _, f := range features {
		if f.Hub || f.Alts {
			looking = append(looking, f)
		}
		o.toHub, o.toAlts = o.toHub || f.Hub, o.toAlts || f.Alts
	}
	if len(looking) == 0 {
		return o, nil
	}
	o.back = feature.LookBack(looking)
	symbols, err := marketsOf(v, hub, "features.hub")
	if err != nil {
		return nil, err
	}
	o.hub, o.alts = symbols[0], symbols[1:]
	for _, s := range symbols {
		if o.parts[s], err = v.Where("bars", s); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// of are the markets that the features of a symbol look at.
func (o *others) of(symbol string) []string {
	switch {
	case symbol == o.hub && o.toAlts:
		return o.alts
	case symbol != o.hub && o.toHub:
		return []string{o.hub}
	}
	return nil
}

// rows are those of the other markets that the features of a part of a symbol's
// bars look at: none that is known later than its last bar, and few that are older
// than the look-back asks for.
func (o *others) rows(symbol string, p data.Part) (rows []pipeline.Rows) {
	from := p.First - int64(o.back-1)*o.step
	for _, other := range o.of(symbol) {
		for _, q := range o.parts[other] {
			if q.Last < from || q.First > p.Last {
				continue
			}
			r := whole(o.bars, q)
			switch {
			case q.Last >= p.Last: // said in rows even if it is all of them now: more may follow
				r.First = int((p.Last-q.First)/o.step) + 1
			case q.First < from:
				r.Last = int((q.Last-from)/o.step) + 1
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// join lays the closes of the other markets beside a symbol's bars, by their open
// instants.
func (o *others) join(symbol string, rows []*data.Batch, b *feature.Bars) error {
	closes := map[string][]float64{}
	for _, other := range o.of(symbol) {
		closes[other] = make([]float64, b.Len())
		for t := range closes[other] {
			closes[other][t] = num.NaN()
		}
	}
	for _, batch := range rows {
		c := batch.Columns()
		name, time, last := c.Strings("symbol"), c.Ints("time"), c.Floats("close")
		if c.Err != nil {
			return c.Err
		}
		for i, t := range time {
			if at, there := slices.BinarySearch(b.Time, t); there {
				closes[name[0]][at] = last[i]
			}
		}
	}
	if symbol != o.hub && o.toHub {
		b.Hub = closes[o.hub]
	}
	if symbol == o.hub && o.toAlts {
		for _, alt := range o.alts {
			b.Alts = append(b.Alts, closes[alt])
		}
	}
	return nil
}
