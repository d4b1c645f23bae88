package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mantis/data"
)

// Severity says how much a finding matters.
type Severity string

// The severities. An error is not to be traded on before somebody has looked; a
// warning may be the truth and should be known; a note is a habit of the venue.
const (
	Error   Severity = "error"
	Warning Severity = "warn"
	Note    Severity = "note"
)

func (s Severity) rank() int { return slices.Index([]Severity{Note, Warning, Error}, s) }

// Kind is what is wrong.
type Kind string

// The kinds, in the order in which they are reported.
const (
	Refused       Kind = "refused"         // a file that is not read at all
	SetAside      Kind = "set-aside"       // rows that were not read
	Invalid       Kind = "invalid"         // a price or volume that is none, high below low
	Order         Kind = "order"           // rows that do not ascend
	Duplicate     Kind = "duplicate"       // several rows of one instant
	OffGrid       Kind = "off-grid"        // a stamp that is no multiple of the interval
	BadPrint      Kind = "bad-print"       // a price far from its neighbours, which returns
	PriceUnit     Kind = "price-unit"      // a price that changes by a power of ten and stays
	PriceJump     Kind = "price-jump"      // a price that changes by another great factor and stays
	VolumeUnit    Kind = "volume-unit"     // a volume that is counted otherwise from there on
	VolumeJump    Kind = "volume-jump"     // a volume of another scale from there on
	Swapped       Kind = "swapped-volumes" // volumes in each other's column
	Contradiction Kind = "contradiction"   // no volume, and yet a range or trades
	Moved         Kind = "moved"           // flat and of no volume at another price than the close before
	Outage        Kind = "outage"          // no trade for longer than the market is ever quiet
	Stuck         Kind = "stuck"           // one close for longer than chance has it
	CopiedOpen    Kind = "copied-open"     // an open that is the close before, row after row
	TimeShift     Kind = "time-shift"      // stamps that are hours off those of another venue
	Unrelated     Kind = "unrelated"       // prices that do not move with another venue's
	Disagrees     Kind = "disagrees"       // a close far from another venue's
)

// kinds are all kinds, in order, and how a finding of each begins.
var kinds = []struct {
	kind Kind
	head string // %s: how many of what is counted
	rows string // what is counted
}{
	{Refused, "%s not read", "file"}, {SetAside, "%s set aside", "row"}, {Invalid, "%s that cannot be", "candle"},
	{Order, "%s out of order", "row"}, {Duplicate, "%s repeated", "row"}, {OffGrid, "%s off the grid", "stamp"},
	{BadPrint, "%s with a price far from those around it", "candle"},
	{PriceUnit, "unit of the price changed %s", "time"}, {PriceJump, "price of another level %s", "time"},
	{VolumeUnit, "unit of the volume changed %s", "time"}, {VolumeJump, "volume of another scale %s", "time"},
	{Swapped, "volumes in each other's column in %s", "row"}, {Contradiction, "contradictions in %s", "candle"},
	{Moved, "%s moved without a trade", "candle"}, {Outage, "%s lost to outages", "interval"},
	{Stuck, "close stuck over %s", "candle"}, {CopiedOpen, "open copied from the close before in %s", "candle"},
	{TimeShift, "clock off in %s", "candle"}, {Unrelated, "no common movement in %s", "candle"}, {Disagrees, "%s far from another venue's", "close"},
}

// Spot is one place at which something is wrong.
type Spot struct {
	Severity Severity `json:"severity"`
	From     int64    `json:"from"` // open instants of the first and the last candle concerned
	To       int64    `json:"to"`
	Rows     int      `json:"rows"`   // candles concerned, missing ones where those are what is wrong
	Weight   float64  `json:"weight"` // how bad it is, among those of its kind
	Text     string   `json:"text"`   // in words, with figures
}

// most is how many spots a finding keeps: the worst.
const most = 8

// Finding is all that is wrong in one way with one series.
type Finding struct {
	Kind     Kind          `json:"kind"`
	Severity Severity      `json:"severity"` // of the worst spot
	Venue    string        `json:"venue,omitempty"`
	Symbol   data.Symbol   `json:"symbol"`
	Interval data.Interval `json:"interval"`
	From     int64         `json:"from"`
	To       int64         `json:"to"`
	Count    int           `json:"count"`  // candles concerned
	Places   int           `json:"places"` // of which Spots are the worst, in order of time
	Spots    []Spot        `json:"spots"`
}

// Text is the finding as a sentence: what, how often, and the worst places.
func (f Finding) Text() string {
	head, rows := "%s", "row"
	for _, k := range kinds {
		if k.kind == f.Kind {
			head, rows = k.head, k.rows
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, head, data.Counted(f.Count, rows))
	if f.Places > 1 && f.Places != f.Count {
		fmt.Fprintf(&b, ", in %s", data.Counted(f.Places, "place"))
	}
	const shown = 3
	worst := slices.Clone(f.Spots)
	slices.SortStableFunc(worst, worse)
	worst = worst[:min(shown, len(worst))]
	slices.SortStableFunc(worst, earlier)
	for i, s := range worst {
		b.WriteString([]string{": ", "; "}[min(i, 1)] + s.Text)
	}
	if f.Places > shown {
		fmt.Fprintf(&b, "; and %s more", data.Thousands(f.Places-shown))
	}
	return b.String()
}

// worse orders spots, the worst first, the earlier of two that are as bad.
func worse(a, b Spot) int {
	return cmp.Or(b.Severity.rank()-a.Severity.rank(), cmp.Compare(b.Weight, a.Weight), earlier(a, b))
}

func earlier(a, b Spot) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) }

// add takes a spot in.
func (f *Finding) add(s Spot) {
	f.merge(Finding{Severity: s.Severity, From: s.From, To: s.To, Count: s.Rows, Places: 1, Spots: []Spot{s}})
}

// merge takes in another finding of the kind.
func (f *Finding) merge(g Finding) {
	if f.Places == 0 {
		f.From, f.To, f.Severity = g.From, g.To, g.Severity
	}
	f.From, f.To = min(f.From, g.From), max(f.To, g.To)
	if g.Severity.rank() > f.Severity.rank() {
		f.Severity = g.Severity
	}
	f.Count, f.Places = f.Count+g.Count, f.Places+g.Places
	f.Spots = append(slices.Clip(f.Spots), g.Spots...)
	if len(f.Spots) > most {
		slices.SortStableFunc(f.Spots, worse)
		f.Spots = f.Spots[:most]
	}
	slices.SortStableFunc(f.Spots, earlier)
}

// faults gathers what is found in one series.
type faults struct {
	of          *Series
	found       map[Kind]*Finding
	from, until int64 // places that begin elsewhere are not kept
}

// kind is what was found of a kind so far.
func (f *faults) kind(k Kind) *Finding {
	if f.found == nil {
		f.found = map[Kind]*Finding{}
	}
	if f.found[k] == nil {
		f.found[k] = &Finding{Kind: k, Venue: f.of.Venue, Symbol: f.of.Symbol, Interval: f.of.Interval}
	}
	return f.found[k]
}

func (f *faults) add(k Kind, s Spot) {
	if s.From >= f.from && s.From < f.until {
		f.kind(k).add(s)
	}
}

// list is what was found, in the order of the kinds.
func (f *faults) list() []Finding {
	out := []Finding{}
	for _, k := range kinds {
		if found := f.found[k.kind]; found != nil {
			out = append(out, *found)
		}
	}
	return out
}

// Merge joins findings of one series, of which each list tells of another
// stretch: those of a kind become one.
func Merge(lists ...[]Finding) []Finding {
	f := faults{of: &Series{}}
	for _, list := range lists {
		for _, g := range list {
			if f.of.Symbol == "" {
				f.of = &Series{Venue: g.Venue, Symbol: g.Symbol, Interval: g.Interval}
			}
			f.kind(g.Kind).merge(g)
		}
	}
	return f.list()
}

// New is a finding of a series with one place, for what is known from elsewhere.
func New(k Kind, venue string, symbol data.Symbol, interval data.Interval, s Spot) Finding {
	f := Finding{Kind: k, Venue: venue, Symbol: symbol, Interval: interval}
	f.add(s)
	return f
}
