package market

import (
	"bytes"
	"math"

	"mantis/data"
)

// plainKind is what becomes of a column where a row is written plainly.
type plainKind uint8

const (
	plainSkip plainKind = iota
	plainStamp
	plainOpen // to plainClose in the order of their roles
	plainHigh
	plainLow
	plainClose
	plainVolume
	plainQuote
	plainTrades
	plainTag
)

// plainKinds says how the cells of a plain row are read, or is nil where the
// header asks for more than that, a date beside the stamp, or a quote may hold
// separators.
func (r *reader) plainKinds() []plainKind {
	l := &r.layout
	if r.long || l.at[roleDate] >= 0 || bytes.IndexByte(r.body, '"') >= 0 {
		return nil
	}
	kinds := make([]plainKind, len(l.names))
	for role, kind := range map[role]plainKind{roleStamp: plainStamp, roleOpen: plainOpen, roleHigh: plainHigh, roleLow: plainLow,
		roleClose: plainClose, roleVolume: plainVolume, roleQuote: plainQuote, roleTrades: plainTrades, roleSymbol: plainTag} {
		if col := l.at[role]; col >= 0 {
			kinds[col] = kind
		}
	}
	return kinds
}

// plainRows reads rows as long as nothing about them asks for a second look: a
// stamp of digits, numbers of digits and a point that are exact, every cell there
// and every check passed. It reads each byte once, appends to the columns what
// row would, and gives the rest of the body, which begins with a line for row to
// read, if any. The rows must end with the end of a line.
func (r *reader) plainRows(kinds []plainKind, number int, body []byte) (rows int, rest []byte) {
	c := &r.out.Candles
	n, room := len(c.Time), min(cap(c.Time), cap(c.Trades), cap(r.line))
	for _, x := range c.floats() {
		room = min(room, cap(*x))
	}
	time, trades, line := c.Time[:room], c.Trades[:room], r.line[:room]
	open, high, low, close := c.Open[:room], c.High[:room], c.Low[:room], c.Close[:room]
	volume, quote := c.Volume[:room], c.QuoteVolume[:room]
	first, at, sep, tag := n, 0, r.layout.sep, r.tag
	last := len(kinds) - 1
	var value [plainTrades]float64
	for at < len(body) && n < room {
		var t int64
		count := int64(data.Null)
		value[plainVolume], value[plainQuote] = math.NaN(), math.NaN()
		i := at
		for col, kind := range kinds {
			begin, m, point := i, uint64(0), -1
			switch kind {
			case plainSkip:
				for body[i] != sep && body[i] != '\n' && body[i] != '\r' {
					i++
				}
			case plainTag:
				if len(body)-i <= len(tag) || string(body[i:i+len(tag)]) != string(tag) {
					goto done
				}
				i += len(tag)
			default:
				for {
					if d := body[i] - '0'; d <= 9 {
						m = m*10 + uint64(d)
					} else if body[i] == '.' && point < 0 {
						point = i
					} else {
						break
					}
					i++
				}
				places := 0
				if point >= 0 {
					places = i - point - 1
				}
				if size := i - begin; size > 19 || m >= 1<<53 || size == 0 || point >= 0 && (size == 1 || kind == plainStamp || kind == plainTrades) {
					goto done
				} else if kind == plainStamp {
					if size == 8 || m >= 1e14 {
						goto done // perhaps a date, or in another unit
					}
					if t = int64(m) * 1e3; m < 1e11 {
						t = int64(m) * 1e6
					}
				} else if kind == plainTrades {
					count = int64(m)
				} else {
					value[kind] = float64(m) / tens[places]
				}
			}
			if col < last {
				if body[i] != sep {
					goto done
				}
				i++
				continue
			}
			if body[i] == '\r' {
				i++
			}
			if body[i] != '\n' {
				goto done
			}
			i++
		}
		o, h, l, cl := value[plainOpen], value[plainHigh], value[plainLow], value[plainClose]
		if !(l > 0 && l <= o && o <= h && l <= cl && cl <= h) {
			break
		}
		time[n], open[n], high[n], low[n], close[n] = t, o, h, l, cl
		volume[n], quote[n], trades[n], line[n] = value[plainVolume], value[plainQuote], count, int32(number+n-first)
		n, at = n+1, i
	}
done:
	c.Time, c.Trades, r.line = time[:n], trades[:n], line[:n]
	c.Open, c.High, c.Low, c.Close = open[:n], high[:n], low[:n], close[:n]
	c.Volume, c.QuoteVolume = volume[:n], quote[:n]
	return n - first, body[at:]
}
