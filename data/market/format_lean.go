package market

import (
	"strings"

	"mantis/data"
)

// lean is how LEAN keeps candles of coins: a zip with one CSV, whose stamps are
// "20141201 00:00", or milliseconds since the midnight of the date in its name.
func lean() Format {
	return Format{
		Name:    "lean",
		Doc:     "LEAN data folder, crypto trades: zips of daily and hour candles, and of the minutes of a day",
		in:      inText,
		columns: []string{"time open high low close volume"},
		look: func(p *page) sight {
			written, first := false, ""
			p.each(func(row *cells) bool {
				first = string(trim(row.at(0)))
				return false
			})
			written = len(first) == 14 && first[8] == ' ' && first[11] == ':'
			_, dated := dateIn(p.path)
			return sureOf(len(p.names()) == 0 && p.width == 6 && (written || dated && ofDay(first)))
		},
		mend: func(r *reader, p *page) error {
			midnight, dated := dateIn(p.path)
			if !dated {
				return nil
			}
			for i, t := range r.out.Candles.Time { // a number so small was taken for seconds
				if t < day*1000 {
					r.out.Candles.Time[i] = midnight + t/1000
				}
			}
			return nil
		},
	}
}

// ofDay reports whether a cell is a number of milliseconds within a day.
func ofDay(cell string) bool {
	n, ok := digits([]byte(cell))
	return ok && cell != "" && len(cell) < 9 && n*1000 < day
}

// dateIn is the midnight of the date in the name of a file or of the archive
// that it is in.
func dateIn(path string) (int64, bool) {
	parts := strings.Split(strings.ReplaceAll(path, `\`, "/"), "/")
	for i := len(parts) - 1; i >= max(0, len(parts)-2); i-- {
		for _, w := range pathWords(parts[i]) {
			if len(w) != 8 {
				continue
			}
			if t, dated, ok := stamp([]byte(w)); ok && dated && t < data.Interval(day).Floor(1<<62) {
				return t, true
			}
		}
	}
	return 0, false
}
