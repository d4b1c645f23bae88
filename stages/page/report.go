// Package page renders one run as a single HTML file that opens from disk with
// no network: the style, the pictures and the few lines of script are inside.
//
// Render is a pure function of its Report: no clock, no host and no map order,
// so the same report gives the same bytes on every machine. What a report holds
// is plain data; where the figures come from is the caller's business. Only
// what is drawn from the equity curves is worked out here: drawdowns, returns
// by bar and by month.
package page

import "mantis/data"

// Report is everything the page shows. A part left at its zero value is left
// out of the page or shown as missing; only lengths that disagree are errors.
type Report struct {
	Name      string // the title; empty means "Backtest report"
	Market    string // where prices come from: "simulated market, seed 1" or file names
	Simulated bool   // the page says so in the title, a banner and every chart
	Target    data.Symbol
	Alts      []data.Symbol
	Interval  data.Interval
	Train     Span
	Test      Span
	Folds     int

	Headline    []Figure // a handful, shown large
	Assumptions []Assumption
	Warnings    []string // shown in a red box above everything else

	Curves    Curves
	Tail      []Mark // returns marked on the histogram, as fractions
	Decisions Decisions

	Bins      [5]string // the returns of each class in words, very bear first: "below -4.2%"
	Confusion [5][5]int // realised class, then predicted class, very bear first

	Scores         Table // rows are the model and its baselines, columns the scores
	ByClass        Table // rows are the classes
	PerformanceUSD Table // rows are metrics, columns the portfolios of Curves
	PerformanceBTC Table
	Explained      Explained
	More           []Table // further tables, each a section under its own title

	Coverage Coverage
	Sources  []Source
	Datasets []Dataset
	Query    string // a DuckDB snippet over the datasets, with relative paths
}

// Span is a stretch of time, from First up to Last, in UTC microseconds. The
// zero Span is unknown.
type Span struct{ First, Last int64 }

// Figure is one number of the headline.
type Figure struct {
	Name string
	Cell Cell
	Unit Unit
	Note string // a few words under the number: "hold BTC 61.2%"
}

// Assumption is one rule the backtest was run under: "fee", "0.10% a side".
type Assumption struct{ Name, Value string }

// Curves holds the equity of all portfolios over the test span. Time ascends
// strictly; a mark stands at the close of its bar, and the first mark is the
// capital the portfolios begin with.
type Curves struct {
	Time       []int64
	Portfolios []Portfolio
}

// Portfolio is one equity curve. The strategy is the first portfolio and the
// one it is compared with in drawdowns and returns (hold BTC) the second. A
// series is as long as Curves.Time or empty; NaN is a gap.
type Portfolio struct {
	Name      string
	EquityUSD []float64
	EquityBTC []float64
}

// Mark is a named return on the histogram: {"VaR 95%", -0.021}.
type Mark struct {
	Name  string
	Value float64
}

// Decisions is what was predicted and held, one entry for each bar of the test
// span. Time ascends strictly; an entry holds from its instant for one
// interval. Classes run from 1, very bear, to 5, very bull, and anything else
// is unknown. Weights are fractions of equity, from 0 to 1, NaN where unknown.
// Every series is as long as Time or empty.
type Decisions struct {
	Time           []int64
	Predicted      []int64
	Realised       []int64
	USD, BTC, Alts []float64
}

// Source is a series of candles that the run began with: the left end of the
// lineage.
type Source struct {
	Name string // the market: "BTC-USD"
	Kind string // where it comes from: "csv", "sim"
	Rows int64
}

// Dataset is one dataset version the run wrote or read.
type Dataset struct {
	Name        string
	ID          string // short enough to read
	Rows        int64
	First, Last int64    // data.Null or both zero where it has no time
	From        []string // names of the datasets it was made from: the lineage
	Path        string   // relative to the page or the store
	Notes       []string // what there is to know about it
}

// classNames are the five classes, in order.
var classNames = [5]string{"very bear", "bear", "neutral", "bull", "very bull"}
