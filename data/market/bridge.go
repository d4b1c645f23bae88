package market

import (
	"math"

	"mantis/data"
	"mantis/data/num"
)

// candles bridges the closes with candles: the price wanders from one close to
// the next, each candle opens where the last one closed, volume is larger where
// the price moves more. The bar's close is that of its last candle.
func (w *walk) candles(p SimParams, symbol data.Symbol, start int64) Candles {
	s := streamOf(p.Seed, "candles", string(symbol))
	per := int(p.Bar / p.Interval)
	c := columns(len(w.closes) * per)
	c.Symbol, c.Interval = symbol, p.Interval
	c.Until = start + int64(len(w.closes))*int64(p.Bar)
	turnover := 2e6 // of the quote currency in a calm hour
	if w.first < 1 {
		turnover = 40
	}
	step := 1 / math.Sqrt(float64(per))
	last, open := w.first, w.first
	wander, absent := make([]float64, per+1), make([]bool, per)
	for t, target := range w.closes {
		if w.quiet[t] {
			last = target
			continue
		}
		final := per - 1
		for h := range absent {
			absent[h] = s.unit() < p.QuietCandle
			wander[h+1] = wander[h] + float64(step*(s.unit()-0.5)*3)
		}
		for final > 0 && absent[final] {
			final--
		}
		ten, low := tens[w.places[t]], float64(min(last, target)/2)
		for h := range final + 1 {
			u, v, x, y := s.unit(), s.unit(), s.unit(), s.unit()
			if absent[h] && h != final {
				continue
			}
			part := float64(h+1) / float64(final+1)
			noise := wander[h+1] - float64(part*wander[final+1])
			close := last + float64((target-last)*part) + float64(float64(last*w.scale[t])*noise)
			close = max(math.Floor(float64(close*ten)+0.5)/ten, low)
			if h == final {
				close = target
			}
			reach := float64(last * float64(w.scale[t]*step))
			hi := max(open, close, math.Floor(float64((max(open, close)+float64(reach*u*u))*ten)+0.5)/ten)
			lo := min(open, close, math.Floor(float64((min(open, close)-float64(reach*v*v))*ten)+0.5)/ten)
			lo = max(lo, min(open, close, low))
			c.add(start+int64(t)*int64(p.Bar)+int64(h)*int64(p.Interval), open, hi, lo, close)
			c.trade(turnover/w.first, (hi-lo)/close/(calmScale*step), x, y)
			open = close
		}
		last = target
	}
	return c
}

func (c *Candles) add(t int64, open, high, low, close float64) {
	c.Time = append(c.Time, t)
	c.Open, c.High = append(c.Open, open), append(c.High, high)
	c.Low, c.Close = append(c.Low, low), append(c.Close, close)
}

// trade gives the last candle its volumes and trades: calm, the volume of a calm
// candle, times 0.3 + 2 size, where size is the candle's range over a calm one,
// times a heavy-tailed chance. x and y are uniform on [0, 1).
func (c *Candles) trade(calm, size, x, y float64) {
	i := len(c.Time) - 1
	v := float64(calm * (0.3 + float64(2*size)) * ((0.4 + x) / math.Sqrt(1-float64(0.98*y))))
	v = max(math.Floor(float64(v*1e8)+0.5)/1e8, 1e-8)
	mean := (c.High[i] + c.Low[i] + c.Close[i]) / 3
	c.Volume = append(c.Volume, v)
	c.QuoteVolume = append(c.QuoteVolume, num.Canonical(float64(v*mean)))
	c.Trades = append(c.Trades, 1+int64(math.Floor(float64(v/calm)*400)))
}
