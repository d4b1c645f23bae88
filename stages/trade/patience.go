package trade

import (
	"fmt"
	"math"
)

// Reasons of decisions that were not acted on.
const (
	WithinBand = "within the band"
	HeldShort  = "held too short"
)

// Patient makes a strategy trade less: a rebalancing is left out while no
// weight is further than Band from its target, and for Hold bars after the last
// one. It serves one run.
type Patient struct {
	strategy Strategy
	band     float64
	hold     int

	since             int // bars since the last rebalancing; -1: there was none
	inBand, heldShort int
}

// NewPatient wraps a strategy. The band is a fraction of equity, 0 for none; a
// hold of 0 or 1 bars holds nothing back.
func NewPatient(s Strategy, band float64, hold int) (*Patient, error) {
	if !(band >= 0 && band <= 1) {
		return nil, fmt.Errorf("band %v: want a fraction of equity from 0 to 1", band)
	}
	if hold < 0 {
		return nil, fmt.Errorf("min_hold %d: want bars, 0 or more", hold)
	}
	return &Patient{strategy: s, band: band, hold: hold, since: -1}, nil
}

// Decide asks the strategy, and keeps the holding where it is too soon or too
// little. Held are the weights at the closes: what waits is not in them.
func (p *Patient) Decide(b *Bar, held Weights) (Decision, error) {
	if p.since >= 0 {
		p.since++
	}
	d, err := p.strategy.Decide(b, held)
	if err != nil || d.Action != Rebalance {
		return d, err
	}
	if p.since >= 0 && p.since < p.hold {
		p.heldShort++
		return Decision{Action: Keep, Class: d.Class, Reason: HeldShort}, nil
	}
	if p.band > 0 {
		off := d.Target.sub(held)
		if math.Max(math.Abs(off.USD), math.Max(math.Abs(off.BTC), math.Abs(off.Alt))) <= p.band {
			p.inBand++
			return Decision{Action: Keep, Class: d.Class, Reason: WithinBand}, nil
		}
	}
	p.since = 0
	return d, nil
}

// Kept counts the decisions so far that were left out for either reason.
func (p *Patient) Kept() (inBand, heldShort int) { return p.inBand, p.heldShort }
