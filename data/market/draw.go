package market

import (
	"math"
	"math/rand/v2"

	"mantis/data"
)

// stream is a seeded stream of uniform numbers: PCG-DXSM, whose output is fixed.
type stream struct{ pcg *rand.PCG }

// streamOf is the stream of one purpose of one name under a seed. FNV-1a makes
// a number of the two, so that streams do not depend on each other.
func streamOf(seed uint64, purpose, name string) stream {
	h := uint64(14695981039346656037)
	for _, c := range []byte(purpose + " " + name) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return stream{rand.NewPCG(seed, h)}
}

// unit is uniform on [0, 1), a multiple of 2^-53.
func (s stream) unit() float64 { return float64(float64(s.pcg.Uint64()>>11) * 0x1p-53) }

func (s stream) draws() draws { return draws{s.unit(), s.unit(), s.unit()} }

// sharedDraws are the draws of the factor that all symbols share, by bar.
func sharedDraws(p SimParams, bars int) []draws {
	s := streamOf(p.Seed, "common", "")
	out := make([]draws, bars)
	for t := range out {
		out[t] = s.draws()
	}
	return out
}

// walk is one symbol's bars.
type walk struct {
	closes []float64
	size   []float64 // absolute return of each bar
	quiet  []bool    // bars without a candle
	p      [Classes][]float64
	scale  []float64 // of the law each bar was drawn from
	places []int     // decimals of the price in each bar
	first  float64   // the price before the first bar
}

// draw draws the closes of one symbol, bar by bar, each from its law. With
// probability p.Correlation a bar takes the shared draws instead of its own:
// they are as uniform and as free of the past, so each symbol's law is the same.
func draw(p SimParams, symbol data.Symbol, bars int, factor []draws) walk {
	s := streamOf(p.Seed, "closes", string(symbol))
	w := walk{
		closes: make([]float64, 0, bars), size: make([]float64, 0, bars), scale: make([]float64, 0, bars),
		quiet: make([]bool, 0, bars), places: make([]int, 0, bars), first: firstPrice(symbol),
	}
	for k := range w.p {
		w.p[k] = make([]float64, 0, bars)
	}
	bounds, none, last := logs(p.Bins), class(0, p.Bins), w.first
	next := lawAt(&p, bounds, nil, nil)
	for t := range bars {
		own, shared, quiet := s.draws(), s.unit() < p.Correlation, s.unit() < p.Quiet
		if shared {
			own = factor[t]
		}
		close, places := last, decimals(last)
		if quiet = quiet && t > 0; !quiet {
			k, r := next.pick(own)
			close = onTick(last, r, places, k, p.Bins)
		}
		w.closes = append(w.closes, close)
		w.size = append(w.size, math.Abs(close/last-1))
		w.quiet = append(w.quiet, quiet)
		w.scale = append(w.scale, next.scale)
		w.places = append(w.places, places)
		next = lawAt(&p, bounds, w.closes, w.size)
		for k, v := range next.p {
			v = float64((1 - p.Quiet) * v)
			if k == none {
				v += p.Quiet
			}
			w.p[k] = append(w.p[k], v)
		}
		last = close
	}
	return w
}

// firstPrice is what a symbol starts at.
func firstPrice(s data.Symbol) float64 {
	switch s {
	case "BTC-USD":
		return 3700
	case "ETH-BTC":
		return 0.036
	case "LTC-BTC":
		return 0.0082
	case "XRP-BTC":
		return 0.000095
	}
	if s.Quote() == "BTC" || s.Quote() == "ETH" {
		return 0.002
	}
	return 100
}

// decimals is how many decimals a price is written with: six digits in front
// of the tick, so that a tick is between 1e-6 and 1e-5 of the price.
func decimals(price float64) int {
	n := 5
	for x := price; x >= 10 && n > 0; x /= 10 {
		n--
	}
	for x := price; x < 1 && n < 20; x = float64(x * 10) {
		n++
	}
	return n
}

// onTick is the price on the tick nearest to last(1+r) whose return from last
// is in class k: rounding may step over a boundary, which steps back undo.
func onTick(last, r float64, places, k int, bins []float64) float64 {
	n := math.Floor(float64(last*(1+r)*tens[places]) + 0.5)
	for {
		price := n / tens[places]
		switch got := class(price/last-1, bins); {
		case got == k:
			return price
		case got < k:
			n++
		default:
			n--
		}
	}
}
