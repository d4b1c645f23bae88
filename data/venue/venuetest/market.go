// Package venuetest is a market that is the same every time, and the venues that
// trade it: servers on loopback that answer in the shapes in which the real ones
// do, and on demand with what goes wrong there once in a thousand requests.
//
//	m := venuetest.NewMarket("BTC-USDT", "ETH-BTC")
//	s := venuetest.Start(m, "2024-03-09T12:34:56Z")
//	defer s.Close()
//	c := s.Client()             // a venue.Client of its clock, which waits without waiting
//	os.Environ() + s.Environ()  // for a program: where the venues are
//	s.Want(v, "ETH-BTC", data.Hour, from, until)
package venuetest

import (
	"strconv"
	"sync"

	"mantis/data"
)

// Market is what all venues trade, without a clock. Its fields may be set before
// a server is started on it.
type Market struct {
	Symbols []data.Symbol
	Listed  int64      // no candle opens before; UTC µs
	Outages [][2]int64 // no candle lies wholly in one of these
	Quiet   int        // of candles shorter than six hours, one in about so many has no trade; 0: every one has

	mu       sync.Mutex
	restated [2]int64
}

// NewMarket is a market that is listed on 2024-01-01, has been away for a day and
// a half in January, and in which one short candle of about 29 has no trade.
func NewMarket(symbols ...data.Symbol) *Market {
	at := func(s string) int64 {
		t, err := data.ParseStamp(s)
		if err != nil {
			panic(err)
		}
		return t
	}
	return &Market{Symbols: symbols, Listed: at("2024-01-01"), Quiet: 29, Outages: [][2]int64{{at("2024-01-20T03:00"), at("2024-01-21T15:00")}}}
}

// Restate makes the candles that open in [from, until) other ones than before.
func (m *Market) Restate(from, until int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.restated = [2]int64{from, until}
}

// Candle is a candle as text: what an exact reader has to find.
type Candle struct {
	Time                                  int64 // its open instant, UTC µs
	Open, High, Low, Close, Volume, Quote string
	Trades                                int64
	Flat                                  bool // nothing was traded in it
}

// candle is the candle that opens at t, if there is one: a flat one too.
func (m *Market) candle(s data.Symbol, i data.Interval, t int64) (Candle, bool) {
	end := t + int64(i)
	if end <= m.Listed {
		return Candle{}, false
	}
	for _, o := range m.Outages {
		if t >= o[0] && end <= o[1] {
			return Candle{}, false
		}
	}
	open, close := price(s, max(t, m.Listed)), price(s, end)
	n := chance(s, i.String(), t)
	c := Candle{Time: t, Trades: 1 + int64(n%997)}
	m.mu.Lock()
	restated := t >= m.restated[0] && t < m.restated[1]
	m.mu.Unlock()
	if restated {
		n, close, c.Trades = n/3, close+1, c.Trades+1
	}
	volume := 1 + n/7%9_000_000_000
	c.Open, c.Close = decimal(open), decimal(close)
	c.High, c.Low = decimal(max(open, close)+n%1000*uint64(open)/1e6), decimal(min(open, close)-n%900*uint64(open)/1e6)
	c.Volume, c.Quote = decimal(volume), decimal(1+n/11%900_000_000_000)
	if m.Quiet > 0 && i < 6*data.Hour && n%uint64(m.Quiet) == 0 {
		c = Candle{Time: t, Open: c.Open, High: c.Open, Low: c.Open, Close: c.Open, Volume: decimal(0), Quote: decimal(0), Flat: true}
	}
	return c, true
}

// price is what a symbol costs at an instant, in 1e-8 of its quote: a slow wave
// with ripples.
func price(s data.Symbol, t int64) uint64 {
	level := 1_000_000 + chance(s, "level", 0)%4_000_000_000_000
	minute := uint64(t / int64(data.Minute))
	wave := minute % 40_000
	if wave > 20_000 {
		wave = 40_000 - wave
	}
	return level + level/100_000*wave + level/1000*(chance(s, "ripple", t)%10)
}

// chance is a number that depends on its arguments alone: FNV-1a, stirred.
func chance(s data.Symbol, what string, t int64) uint64 {
	h := uint64(14695981039346656037)
	for _, text := range [2]string{string(s), what} {
		for i := range len(text) {
			h = (h ^ uint64(text[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	h ^= uint64(t)
	for _, k := range [2]uint64{0xbf58476d1ce4e5b9, 0x94d049bb133111eb} {
		h = (h ^ h>>30) * k
	}
	return h>>1 ^ h>>33
}

// decimal writes 1e-8 units with eight places.
func decimal(n uint64) string {
	whole, part := strconv.FormatUint(n/1e8, 10), strconv.FormatUint(1e8+n%1e8, 10)
	return whole + "." + part[1:]
}
