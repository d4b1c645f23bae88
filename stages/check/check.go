package check

import (
	"mantis/data"
	"mantis/data/market"
)

// Report is what there is to know of one series.
type Report struct {
	Source   string        `json:"source,omitempty"` // where the rows come from, as whoever asks calls it
	Venue    string        `json:"venue,omitempty"`
	Symbol   data.Symbol   `json:"symbol"`
	Interval data.Interval `json:"interval"`
	Rows     int           `json:"rows"`
	First    int64         `json:"first"` // open instant of the first candle; data.Null for no candle
	Until    int64         `json:"until"` // end of the last
	Holes    Holes         `json:"gaps"`
	Flat     int           `json:"flat_quiet"` // candles that say that nothing was traded
	Findings []Finding     `json:"findings"`
}

// Check looks at one series by itself.
func Check(s Series) Report {
	r, _ := look(s)
	return r
}

// Faults are the findings of Check alone, of those places that begin in a
// stretch of time, its end not included. The rows around it are looked at as
// neighbours: so a series can be looked at in pieces. The counts of a finding
// are of the places that are kept.
func Faults(s Series, from, until int64) []Finding {
	f := &faults{of: &s, from: from, until: until}
	f.look()
	return f.list()
}

// Neighbours is how many rows to either side Faults needs for what it finds to
// be, but for the habits of a far past and future, what Check finds.
const Neighbours = 6000

// look is Check, with the rows that can be compared with those of others.
func look(s Series) (Report, Series) {
	f := &faults{of: &s, from: data.Null, until: never}
	clean := f.look()
	r := Report{Venue: s.Venue, Symbol: s.Symbol, Interval: s.Interval, Rows: s.Len(), First: data.Null, Until: data.Null, Findings: f.list()}
	if n := clean.Len(); n > 0 {
		r.First, r.Until = clean.Time[0], clean.Time[n-1]+int64(s.Interval)
		r.Holes = HolesOf(clean.Time, s.Interval)
	}
	for i := range clean.Time {
		if clean.quiet(i) {
			r.Flat++
		}
	}
	return r, clean
}

// look does it all, and returns the rows that can be: ascending, one an
// instant, with possible prices.
func (f *faults) look() Series {
	if f.of.Interval <= 0 { // then every instant is on the grid
		f.of.Interval = 1
	}
	s := f.ordered()
	s = f.possible(s)
	s = f.upright(s)
	f.contradictions(&s)
	traded := s.traded()
	f.outages(&s, traded)
	f.prints(&s, traded)
	f.levels(&s, traded)
	f.volumes(&s, traded)
	f.stuck(&s, traded)
	f.opens(&s)
	return s
}

// never is later than any instant.
const never = 1<<63 - 1

// traded are the rows in which something was traded.
func (s *Series) traded() []int {
	rows := make([]int, 0, s.Len())
	for i := range s.Time {
		if !s.quiet(i) {
			rows = append(rows, i)
		}
	}
	return rows
}

// upright finds volumes in each other's column and turns them in a copy.
func (f *faults) upright(s Series) Series {
	if s.QuoteVolume == nil || s.Len() == 0 {
		return s
	}
	trades := s.Trades
	if trades == nil {
		trades = make([]int64, s.Len())
	}
	c := market.Candles{Symbol: s.Symbol, Interval: s.Interval, Time: s.Time, Open: s.Open, High: s.High, Low: s.Low, Close: s.Close,
		Volume: append([]float64{}, s.Volume...), QuoteVolume: append([]float64{}, s.QuoteVolume...), Trades: trades, Until: data.Null}
	turned, _ := c.TurnVolumes()
	for _, t := range turned {
		f.add(Swapped, Turned(t, Error))
	}
	s.Volume, s.QuoteVolume = c.Volume, c.QuoteVolume
	return s
}

// Turned is the place of volumes in each other's column.
func Turned(t market.Span, how Severity) Spot {
	return Spot{Severity: how, From: t.First, To: t.Last, Rows: t.Rows, Weight: float64(t.Rows), Text: span(t.First, t.Last)}
}
