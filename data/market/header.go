package market

import (
	"fmt"
	"strings"

	"mantis/data"
)

// role is what a column of a candle file holds.
type role int

const (
	roleNone   role = iota
	roleStamp       // the open instant
	roleDate        // the open instant again, less exact
	roleSymbol      // the market
	roleOpen
	roleHigh
	roleLow
	roleClose
	roleVolume  // base currency
	roleQuote   // quote currency
	roleTrades  // number of trades
	roleUnnamed // a volume that names an asset, "Volume BTC", until the symbol is known
	roleCount
)

// layout says where in a row each role stands.
type layout struct {
	line  int // 1-based line of the header
	sep   byte
	names []string // as written, less quotes and blanks
	at    [roleCount]int
	asset [2]int // columns of volumes that name an asset; -1 for none
	quiet bool   // what is left unread goes without saying
}

// headerLines is how many lines are looked at for a header.
const headerLines = 12

// needed is the advice for a file without the columns of a candle.
const needed = "needed: a time column (unix, time, timestamp, open_time, date or datetime), open, high, low, close; " +
	"used where they are: symbol, volume, quote_volume, trades"

// fold writes a column name in lower case without blanks, dashes, underscores
// and dots, so that "Open Time", open_time and openTime are one.
func fold(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch r {
		case ' ', '_', '-', '.', '\t', '(', ')', '"', '\'':
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// stampRank orders the names of a time column: the lowest wins where a file
// has several. 0 is no time column.
func stampRank(folded string) int {
	for i, names := range []string{"unix unixtime unixtimestamp epoch", "opentime", "timestamp ts", "time t starttime start", "datetime", "date day"} {
		for _, n := range strings.Fields(names) {
			if n == folded {
				return i + 1
			}
		}
	}
	return 0
}

// roleOf reads a folded column name other than a time column's.
func roleOf(folded string) role {
	switch folded {
	case "symbol", "pair", "market", "ticker", "instrument":
		return roleSymbol
	case "open", "o", "openprice", "priceopen":
		return roleOpen
	case "high", "h", "highprice", "pricehigh":
		return roleHigh
	case "low", "l", "lowprice", "pricelow":
		return roleLow
	case "close", "c", "closeprice", "priceclose":
		return roleClose
	case "volume", "vol", "v", "volumebase", "basevolume", "baseassetvolume", "volumefrom":
		return roleVolume
	case "quotevolume", "volumequote", "quoteassetvolume", "volumeto", "turnover", "qv":
		return roleQuote
	case "trades", "tradecount", "tradescount", "count", "numberoftrades", "numtrades", "ntrades", "n":
		return roleTrades
	}
	if strings.HasPrefix(folded, "volume") {
		return roleUnnamed
	}
	return roleNone
}

// separator is the byte that cuts a header line: the one of , ; tab | that
// stands in it most often.
func separator(line string) byte {
	best, most := byte(','), 0
	for _, c := range []byte(",;\t|") {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// readHeader reads a line as a header, given the user's own names of columns by
// what they hold. It has ok false where the line does not name at least two of a
// candle's columns, so that it is a banner or data.
func readHeader(line string, number int, own map[string]string) (l layout, ok bool, err error) {
	sep := separator(line)
	names := strings.Split(line, string(sep))
	for i, cell := range names {
		names[i] = strings.Trim(strings.TrimSpace(cell), `"' `)
	}
	if count(own) && !allAmong(own, names) {
		own = nil // they are the numbers of columns
	}
	l, known, err := nameColumns(names, own)
	l.line, l.sep = number, sep
	if in, bad := err.(*data.InputError); bad {
		in.Line = number
	}
	return l, known >= 2, err
}

// nameColumns finds what columns of these names hold, and how many hold
// something. A second column for the same is an error.
func nameColumns(names []string, own map[string]string) (l layout, known int, err error) {
	l = noLayout()
	l.names = names
	rank, second := 0, 0
	for i, name := range names {
		folded := fold(name)
		if len(own) > 0 {
			folded = translated(folded, own)
		}
		if r := stampRank(folded); r > 0 {
			known++
			switch {
			case rank == 0 || r < rank:
				rank, second = r, rank
				l.at[roleStamp], l.at[roleDate] = i, l.at[roleStamp]
			case second == 0 || r < second:
				second = r
				l.at[roleDate] = i
			}
			continue
		}
		r := roleOf(folded)
		switch {
		case r == roleNone:
			continue
		case r == roleUnnamed && l.asset[0] < 0:
			l.asset[0] = i
		case r == roleUnnamed && l.asset[1] < 0:
			l.asset[1] = i
		case r == roleUnnamed:
			continue
		case l.at[r] >= 0 && err == nil:
			err = &data.InputError{Column: name, Reason: fmt.Sprintf("a second column for what %q holds", l.names[l.at[r]])}
		}
		l.at[r] = i
		known++
	}
	return l, known, err
}

// noLayout is a layout in which nothing has a place.
func noLayout() layout {
	l := layout{asset: [2]int{-1, -1}}
	for i := range l.at {
		l.at[i] = -1
	}
	return l
}

// missing names the columns a candle needs and the header has not.
func (l *layout) missing() []string {
	var out []string
	for _, need := range []struct {
		role role
		name string
	}{{roleStamp, "time"}, {roleOpen, "open"}, {roleHigh, "high"}, {roleLow, "low"}, {roleClose, "close"}} {
		if l.at[need.role] < 0 {
			out = append(out, need.name)
		}
	}
	return out
}

// placeVolumes decides which volume is in which currency, now that the symbol
// is known: "Volume BTC" of BTC-USD is base, "Volume USD" quote, a plain volume
// beside "Volume BTC" is quote. Two volumes of unknown assets are base and
// quote in the order written. It returns the columns left unread.
func (l *layout) placeVolumes(symbol data.Symbol) (unread []string) {
	var loose []int
	for _, col := range l.asset {
		if col < 0 {
			continue
		}
		asset := strings.ToUpper(strings.TrimPrefix(fold(l.names[col]), "volume"))
		switch {
		case asset == symbol.Base() || asset == "XBT" && symbol.Base() == "BTC":
			if v := l.at[roleVolume]; v >= 0 && l.at[roleQuote] < 0 {
				l.at[roleQuote] = v
			}
			l.at[roleVolume] = col
		case asset == symbol.Quote() && l.at[roleQuote] < 0:
			l.at[roleQuote] = col
		default:
			loose = append(loose, col)
		}
	}
	if len(loose) == 2 && l.at[roleVolume] < 0 && l.at[roleQuote] < 0 {
		l.at[roleVolume], l.at[roleQuote] = loose[0], loose[1]
		loose = nil
	}
	for i, name := range l.names {
		if name != "" && !l.reads(i) && fold(name) != "closetime" {
			unread = append(unread, name)
		}
	}
	return unread
}

// reads reports whether some role takes column i.
func (l *layout) reads(i int) bool {
	for r, col := range l.at {
		if col == i && role(r) != roleUnnamed {
			return true
		}
	}
	return false
}
