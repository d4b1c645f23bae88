package market

import "mantis/data"

// No market is known to have prices beyond these: the smallest are those of
// coins in bitcoin, of which there are 10^17, the largest bitcoins in currencies
// that have lost their worth.
const (
	leastPrice = 1e-15
	mostPrice  = 1e15
)

// absurd counts the candles with a price that no market has. They are finite and
// fit each other, so they are taken, and told of: the file may be in another unit,
// or its columns be others.
func (c *Candles) absurd() (n int) {
	for i, low := range c.Low {
		if low < leastPrice || c.High[i] > mostPrice {
			n++
		}
	}
	return n
}

func (r *reader) noteAbsurd(candles int) {
	if candles > 0 {
		r.note("%s with a price below %g or above %g, which no market has: taken as written; look whether the columns are what they are taken for", data.Counted(candles, "candle"), leastPrice, mostPrice)
	}
}
