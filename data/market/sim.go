package market

import (
	"fmt"
	"math"

	"mantis/data"
)

// Classes is the number of classes of a return: the stretches that four
// boundaries leave, the lowest first.
const Classes = 5

// SimParams describe a simulated market. Its law is known: see Truth and law.
type SimParams struct {
	Seed        uint64        `json:"seed"`
	Years       float64       `json:"years"` // of 365 days, cut to whole bars
	Start       string        `json:"start"` // open instant of the first bar, on the bar's grid, as data.ParseStamp reads it
	Symbols     []data.Symbol `json:"symbols"`
	Bar         data.Interval `json:"bar"`          // step of the law; a multiple of Interval
	Interval    data.Interval `json:"interval"`     // of the candles
	Edge        float64       `json:"edge"`         // how much of a return's direction its past tells: 0 nothing, 0.15 little, 3 nearly all
	Clustering  float64       `json:"clustering"`   // 0: one volatility for ever; 1: the volatility follows past returns
	Quiet       float64       `json:"quiet"`        // probability of a bar without any candle
	QuietCandle float64       `json:"quiet_candle"` // probability of a candle that is not there, in bars that have some
	Correlation float64       `json:"correlation"`  // probability that a symbol moves with the common factor in a bar; two symbols' returns correlate by its square
	Bins        []float64     `json:"bins"`         // four ascending boundaries of the return's classes, each in the class below it
}

// DefaultSim is five years of four markets with a small edge.
func DefaultSim() SimParams {
	return SimParams{
		Seed: 1, Years: 5, Start: "2019-01-01",
		Symbols: []data.Symbol{"BTC-USD", "ETH-BTC", "LTC-BTC", "XRP-BTC"},
		Bar:     6 * data.Hour, Interval: data.Hour,
		Edge: 0.15, Clustering: 0.8, Quiet: 0.002, QuietCandle: 0.01, Correlation: 0.5,
		Bins: []float64{-0.02, -0.0025, 0.0025, 0.02},
	}
}

// Truth is the law that one symbol's bars were drawn from. All columns have
// the length of Time, and there is a row for every bar, quiet ones too.
type Truth struct {
	Symbol data.Symbol
	Time   []int64 // open instant of bar t, UTC µs
	// P[k][t] is the probability that close(t+1)/close(t) - 1 is in class k+1,
	// given the closes up to and with bar t. A quiet bar has the close of the
	// bar before it.
	P [Classes][]float64
}

// Simulate draws candles and their law, symbol by symbol in the order of
// p.Symbols; the same p gives the same bits on every machine, and a symbol's
// candles do not depend on which others are drawn. A zero in p is a zero: start
// from DefaultSim.
//
// Every bar draws its class from the probabilities of Truth, then a return
// within the class, which is rounded to a tick of the price without leaving
// the class. So Truth is exact, and no forecast can do better than it.
func Simulate(p SimParams) ([]Candles, []Truth, error) {
	start, err := p.check()
	if err != nil {
		return nil, nil, err
	}
	bars := p.bars()
	shared := sharedDraws(p, bars)
	var candles []Candles
	var truth []Truth
	for _, symbol := range p.Symbols {
		path := draw(p, symbol, bars, shared)
		tr := Truth{Symbol: symbol, Time: make([]int64, bars), P: path.p}
		for t := range tr.Time {
			tr.Time[t] = start + int64(t)*int64(p.Bar)
		}
		truth = append(truth, tr)
		candles = append(candles, path.candles(p, symbol, start))
	}
	return candles, truth, nil
}

// bars is the number of whole bars that the years hold.
func (p *SimParams) bars() int {
	return int(math.Floor(float64(p.Years * float64(365*data.Day) / float64(p.Bar))))
}

// Check says what is wrong with the parameters.
func (p SimParams) Check() error {
	_, err := p.check()
	return err
}

// check is an error that names the first parameter that makes no market.
func (p *SimParams) check() (start int64, err error) {
	start, err = data.ParseStamp(p.Start)
	switch {
	case err != nil:
		return 0, fmt.Errorf("simulation: start: %w", err)
	case p.Interval <= 0 || p.Bar <= 0 || p.Bar%p.Interval != 0 || p.Bar/p.Interval > 10_000:
		return 0, fmt.Errorf("simulation: bar %s: not 1 to 10,000 times the interval %s", p.Bar, p.Interval)
	case start%int64(p.Bar) != 0:
		return 0, fmt.Errorf("simulation: start %s: off the %s grid", p.Start, p.Bar)
	case len(p.Symbols) == 0:
		return 0, fmt.Errorf("simulation: no symbols")
	case len(p.Bins) != Classes-1:
		return 0, fmt.Errorf("simulation: bins: %d boundaries, want %d", len(p.Bins), Classes-1)
	}
	for _, x := range []struct {
		name          string
		value, lo, hi float64
	}{
		{"years", p.Years, 0, 100}, {"edge", p.Edge, 0, 10}, {"clustering", p.Clustering, 0, 1},
		{"quiet", p.Quiet, 0, 0.9}, {"quiet_candle", p.QuietCandle, 0, 0.9}, {"correlation", p.Correlation, 0, 1},
	} {
		if !(x.lo <= x.value && x.value <= x.hi) {
			return 0, fmt.Errorf("simulation: %s %v: want %v to %v", x.name, x.value, x.lo, x.hi)
		}
	}
	for i, b := range p.Bins {
		if !(-0.3 <= b && b <= 0.3) || i > 0 && b-p.Bins[i-1] < 0.001 {
			return 0, fmt.Errorf("simulation: bins %v: want them ascending by 0.001 at least, from -0.3 to 0.3", p.Bins)
		}
	}
	if bars := p.bars(); bars < 1 || int64(bars)*int64(p.Bar/p.Interval) > 1e8 {
		return 0, fmt.Errorf("simulation: %v years hold %d bars of %s: want 1 bar and at most 100 million candles", p.Years, bars, p.Bar)
	}
	seen := map[data.Symbol]bool{}
	for _, s := range p.Symbols {
		if t, err := data.ParseSymbol(string(s)); err != nil || t != s || seen[s] {
			return 0, fmt.Errorf("simulation: symbol %q: want each once, as in BTC-USD", s)
		}
		seen[s] = true
	}
	return start, nil
}
