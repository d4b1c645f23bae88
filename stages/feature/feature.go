// Package feature holds the features: what a model may look at, bar by bar.
//
// A feature is a value; adding one is one new file with an add call, and every
// check (look-ahead, look-back, live = batch) runs on it without further ado.
// What add puts on the list is computed in every run; what extra puts there only
// where a run asks for it, by name or by group.
//
// Averages with an infinite memory, those of Wilder and of the MACD, are taken
// over a finite window that the feature's Doc states: see decay.
package feature

import (
	"slices"
	"sort"

	"mantis/data/num"
)

// Bars are one symbol's bars in columns of equal length, on the full grid:
// quiet intervals are there, filled forward.
type Bars struct {
	Time, Known                    []int64 // open and close instants, UTC microseconds
	Open, High, Low, Close, Volume []float64
	Stale                          []int64 // bars since the last trade; 0 for a bar that traded

	StartTime  int64   // open instant of the first bar of the symbol's history,
	StartClose float64 // and its close: what anchored features count from

	// Closes of other markets over the same bars, NaN where one has no bar.
	Hub  []float64   // of BTC in dollars; nil for that market itself
	Alts [][]float64 // of every market in BTC, by symbol; nil for all but that of BTC in dollars
}

// Len is the number of bars.
func (b Bars) Len() int { return len(b.Time) }

// Slice is the bars from (inclusive) to to (exclusive), sharing memory.
func (b Bars) Slice(from, to int) Bars {
	b.Time, b.Known = b.Time[from:to], b.Known[from:to]
	b.Stale, b.Volume = b.Stale[from:to], b.Volume[from:to]
	b.Open, b.High, b.Low, b.Close = b.Open[from:to], b.High[from:to], b.Low[from:to], b.Close[from:to]
	if b.Hub != nil {
		b.Hub = b.Hub[from:to]
	}
	b.Alts = slices.Clone(b.Alts)
	for i := range b.Alts {
		b.Alts[i] = b.Alts[i][from:to]
	}
	return b
}

// Started is the same bars as a history that begins with the first of them.
func (b Bars) Started() Bars {
	b.StartTime, b.StartClose = b.Time[0], b.Close[0]
	return b
}

// Feature is one column of the feature table.
type Feature struct {
	Name  string
	Group string // the family it can be asked for by; empty: none
	Doc   string // formula and unit
	Code  int    // raised when the same bars would now give other values

	// LookBack is the number of bars, the current one included, that a value
	// is made of. The last value of that many bars alone is bit-identical.
	LookBack int

	// Anchored features depend on the start of history as well; Level features follow
	// the price level and are not stationary. Both are computed, and left out
	// of a model unless it asks for them by name.
	Anchored, Level bool

	// Extra features are computed only where a run asks for them, and then
	// models get them like the others.
	Extra bool

	// Hub features read the closes of the market of BTC in dollars, Alts features
	// those of the markets in BTC. Elsewhere nobody fetches them.
	Hub, Alts bool

	// Compute fills out, one value a bar, from the bars up to that bar; NaN
	// where the feature is not defined (yet). It must not keep or change bars.
	Compute func(b Bars, out []float64)
}

// Offered tells whether models get the feature without asking for it.
func (f *Feature) Offered() bool { return !f.Anchored && !f.Level && !f.Extra }

// all is filled while the package's variables initialise and never changes
// after.
var all []*Feature

// add puts features on the list and returns how many there are now, so that a
// file can say `var _ = add(…)`.
func add(features ...*Feature) int {
	all = append(all, features...)
	return len(all)
}

// extra is add for a group of features that a run has to ask for.
func extra(group string, features ...*Feature) int {
	for _, f := range features {
		f.Group, f.Extra = group, true
	}
	return add(features...)
}

// All lists every feature by name.
func All() []*Feature {
	out := append([]*Feature{}, all...)
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// family makes one feature a window.
func family(windows []int, one func(k int) *Feature) []*Feature {
	out := make([]*Feature, len(windows))
	for i, k := range windows {
		out[i] = one(k)
	}
	return out
}

// rolling fills out[t] with value of the k values of x that end at t, and NaN
// where there are fewer or one of them is missing. The window is handed over
// oldest first, so that a sum over it never depends on what came before.
func rolling(x []float64, k int, out []float64, value func(window []float64) float64) {
	have := 0
	for t, v := range x {
		have++
		if v != v {
			have = 0
		}
		if have < k {
			out[t] = num.NaN()
			continue
		}
		out[t] = defined(value(x[t+1-k : t+1]))
	}
}

// defined is x where it is finite, else NaN: a feature holds no infinity.
func defined(x float64) float64 {
	if !num.Finite(x) {
		return num.NaN()
	}
	return x
}

// change is the relative change over k bars, x(t)/x(t-k) - 1: pandas'
// pct_change(k), with null where pandas gives an infinity.
func change(x []float64, k int) []float64 {
	out := make([]float64, len(x))
	for t := range x {
		if t < k {
			out[t] = num.NaN()
			continue
		}
		out[t] = defined(x[t]/x[t-k] - 1)
	}
	return out
}

// minus is x(t) - x(t-k).
func minus(x []float64, k int, out []float64) {
	for t := range x {
		if t < k {
			out[t] = num.NaN()
			continue
		}
		out[t] = defined(x[t] - x[t-k])
	}
}
