package trade

import (
	"fmt"
	"sort"

	"mantis/data/money"
)

// Method says which lots a disposal takes.
type Method string

// The methods.
const (
	FIFO    Method = "fifo"    // the oldest first
	LIFO    Method = "lifo"    // the newest first
	HIFO    Method = "hifo"    // the dearest unit first; of those that agree to seven digits the oldest
	Average Method = "average" // the oldest first, all at the average cost of what is held
)

// Lot is a quantity of an asset that was acquired at once.
type Lot struct {
	Asset    int // 0: bitcoin; an alt by its place in the bar's quotes
	Acquired int64
	Quantity money.Amount
	Cost     money.Amount // dollars, the fee of the buy included

	unit float32 // dollars a unit when it was acquired; roundings of the cost order no lots
}

// Disposal is what left of one lot in one fill. Bitcoin that pays for an alt is
// a disposal of bitcoin, and an alt that is sold is one that acquires bitcoin.
type Disposal struct {
	Time     int64 // of the fill
	Asset    int   // as in Lot
	Into     int   // what it was given for: -1 dollars, 0 bitcoin, or an alt
	Acquired int64
	Quantity money.Amount
	Proceeds money.Amount // dollars, less the fee of a sell
	Cost     money.Amount // dollars
	Long     bool         // held long enough for the long class
	Reason   string       // of the fill
}

// Gain is proceeds less cost, below zero a loss.
func (d *Disposal) Gain() money.Amount { return d.Proceeds.Sub(d.Cost) }

// pool are the lots of one asset, those before head spent.
type pool struct {
	method         Method
	lots           []Lot
	head           int
	quantity, cost money.Amount // of all lots
}

// add takes a lot in, where the method will look for it.
func (p *pool) add(l Lot) {
	p.quantity, p.cost = p.quantity.Add(l.Quantity), p.cost.Add(l.Cost)
	l.unit = float32(l.Cost.Float() / l.Quantity.Float())
	if p.method != HIFO {
		p.lots = append(p.lots, l)
		return
	}
	at := sort.Search(len(p.lots), func(i int) bool { return p.lots[i].unit >= l.unit })
	p.lots = append(p.lots, Lot{})
	copy(p.lots[at+1:], p.lots[at:])
	p.lots[at] = l
}

// next is the lot that is taken first.
func (p *pool) next() *Lot {
	if p.method == FIFO || p.method == Average {
		return &p.lots[p.head]
	}
	return &p.lots[len(p.lots)-1]
}

// drop removes the lot that is taken first.
func (p *pool) drop() {
	if p.method == LIFO || p.method == HIFO {
		p.lots = p.lots[:len(p.lots)-1]
		return
	}
	if p.head++; p.head > 64 && p.head > len(p.lots)/2 {
		p.lots = append(p.lots[:0], p.lots[p.head:]...)
		p.head = 0
	}
}

// open are the lots that are there. Under Average each has its part of the cost.
func (p *pool) open() []Lot {
	out := append([]Lot(nil), p.lots[p.head:]...)
	if p.method == Average {
		quantity, cost := p.quantity, p.cost
		for i := range out {
			out[i].Cost = cost.Part(out[i].Quantity, quantity, money.HalfEven)
			quantity, cost = quantity.Sub(out[i].Quantity), cost.Sub(out[i].Cost)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Acquired < out[j].Acquired })
	return out
}

// take gives a quantity away for proceeds and appends a disposal for each lot
// that it comes from. Costs and proceeds are divided half to even, and what
// remains falls to the last part, so that all sums stay exact.
func (p *pool) take(d Disposal, quantity, proceeds money.Amount, dst []Disposal) ([]Disposal, error) {
	for quantity.Sign() > 0 {
		if len(p.lots) == p.head {
			return dst, fmt.Errorf("lots: %v more of asset %d sold than was bought", quantity, d.Asset)
		}
		l := p.next()
		d.Acquired, d.Quantity = l.Acquired, money.Min(l.Quantity, quantity)
		if p.method == Average {
			d.Cost = p.cost.Part(d.Quantity, p.quantity, money.HalfEven)
		} else {
			d.Cost = l.Cost.Part(d.Quantity, l.Quantity, money.HalfEven)
		}
		d.Proceeds = proceeds.Part(d.Quantity, quantity, money.HalfEven)
		quantity, proceeds = quantity.Sub(d.Quantity), proceeds.Sub(d.Proceeds)
		p.quantity, p.cost = p.quantity.Sub(d.Quantity), p.cost.Sub(d.Cost)
		l.Quantity, l.Cost = l.Quantity.Sub(d.Quantity), l.Cost.Sub(d.Cost)
		if l.Quantity.Sign() == 0 {
			p.drop()
		}
		dst = append(dst, d)
	}
	return dst, nil
}
