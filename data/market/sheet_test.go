package market

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"mantis/data"
)

// sheet is a file of candles as a test writes it: rows in ascending order,
// and the habits of the program that wrote them.
type sheet struct {
	name         string
	opt          CSVOptions
	step         data.Interval
	sep, end     string // of cells and lines
	columns      []string
	banner       string
	quoted, open bool // cells in quotes; no line end behind the last row
	down, bom    bool // newest first; a byte order mark
	rows         []sheetRow
	clean        bool // nothing is wrong with it
}

type sheetRow struct {
	t           int64
	price       float64
	base        float64
	trades      int
	swapped     bool
	text        string // in place of the row, where not empty
	blank       int    // lines without a row in front
	symbol      string
	noVolume    bool
	secondStamp int64 // µs that the date is off the stamp
}

// drawSheet draws a file whose steps are all one interval or a multiple of
// it, so that spans and holes of all lengths are in it.
func drawSheet(t *rapid.T) *sheet {
	w := &sheet{clean: true}
	w.step = rapid.SampledFrom([]data.Interval{data.Minute, 5 * data.Minute, data.Hour, 6 * data.Hour, data.Day}).Draw(t, "step")
	w.name = "BTCUSD.csv"
	switch rapid.IntRange(0, 3).Draw(t, "stated") {
	case 0:
		w.name = "BTCUSD_" + w.step.String() + ".csv"
	case 1:
		w.opt.Interval = w.step
	}
	if rapid.IntRange(0, 5).Draw(t, "asked") == 0 {
		w.opt.Symbol = "ETH-USD"
	}
	w.opt.Quarantine = rapid.Bool().Draw(t, "quarantine")
	w.sep = rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "sep")
	w.end = rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
	w.columns = []string{"unix", "open", "high", "low", "close"}
	for _, more := range []string{"date", "symbol", "volume", "quote volume", "trades", "vwap"} {
		if rapid.Bool().Draw(t, more) {
			w.columns = append(w.columns, more)
		}
	}
	w.columns = rapid.Permutation(w.columns).Draw(t, "columns")
	w.banner = rapid.SampledFrom([]string{"", "", "a banner, of two\n", "\n\n"}).Draw(t, "banner")
	w.quoted = rapid.IntRange(0, 4).Draw(t, "quoted") == 0
	w.open, w.down, w.bom = rapid.Bool().Draw(t, "open"), rapid.Bool().Draw(t, "down"), rapid.IntRange(0, 9).Draw(t, "bom") == 0
	at := int64(rapid.SampledFrom([]data.Interval{ // days before a year, a month, a leap day end
		18992 * data.Day, 18990 * data.Day, 18320 * data.Day, 10957 * data.Day, 730 * data.Day}).Draw(t, "start"))
	at = w.step.Floor(at - rapid.Int64Range(0, int64(3*data.Day)).Draw(t, "before"))
	for range rapid.IntRange(1, 120).Draw(t, "rows") {
		w.rows = append(w.rows, drawRow(t, at))
		at += int64(w.step) * rapid.SampledFrom([]int64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 700}).Draw(t, "hole")
	}
	return w
}

func drawRow(t *rapid.T, at int64) sheetRow {
	r := sheetRow{t: at, price: rapid.Float64Range(100, 60000).Draw(t, "price"),
		base: rapid.Float64Range(0, 100).Draw(t, "base"), trades: rapid.IntRange(0, 999).Draw(t, "trades")}
	switch rapid.IntRange(0, 39).Draw(t, "habit") {
	case 0:
		r.blank = rapid.IntRange(1, 3).Draw(t, "blank")
	case 1:
		r.noVolume = true
	case 2:
		r.symbol = "btc-usd"
	}
	return r
}

// spoil does something to the file after which it need no longer be plain.
func (w *sheet) spoil(t *rapid.T) {
	w.clean = false
	i := rapid.IntRange(0, len(w.rows)-1).Draw(t, "row")
	k := rapid.IntRange(0, len(w.rows)-1).Draw(t, "other")
	r := &w.rows[i]
	switch rapid.IntRange(0, 13).Draw(t, "fault") {
	case 0:
		for j := min(i, k); j <= max(i, k); j++ {
			w.rows[j].swapped = true
		}
	case 1:
		r.text = rapid.SampledFrom([]string{"x", "1,2,3", `"`, "\x00", "null", "\r", strings.Repeat("9", 300)}).Draw(t, "text")
	case 2:
		w.rows[i], w.rows[k] = w.rows[k], w.rows[i]
	case 3:
		w.rows = rapid.Permutation(w.rows).Draw(t, "order")
	case 4:
		w.rows = slices.Insert(w.rows, k, w.rows[i]) // a repeat somewhere
	case 5:
		w.rows = slices.Insert(w.rows, i, *r) // a repeat beside it
	case 6:
		w.rows = slices.Insert(w.rows, i, *r)
		w.rows[i].price++
	case 7:
		r.t += rapid.Int64Range(1, int64(data.Day)).Draw(t, "off")
	case 8:
		r.t += int64(w.step) * rapid.Int64Range(-2000, 2000).Draw(t, "off")
	case 9:
		r.symbol = "LTC-USD"
	case 10:
		r.secondStamp = rapid.Int64Range(-3, 3).Draw(t, "zone") * 12 * int64(data.Hour)
	case 11:
		r.base = rapid.Float64Range(0, 1e9).Draw(t, "base")
		r.trades = -r.trades
	case 12:
		w.columns = append(w.columns, rapid.SampledFrom([]string{"open", "note", "symbol"}).Draw(t, "column"))
	case 13:
		w.name = rapid.SampledFrom([]string{"BTCUSD_1m.csv", "BTCUSD_1h.csv", "BTCUSD_1d.csv", "LTCUSD.csv", "x.csv"}).Draw(t, "name")
	}
}

// bytes writes the file.
func (w *sheet) bytes() []byte {
	var b bytes.Buffer
	if w.bom {
		b.WriteString("\xef\xbb\xbf")
	}
	b.WriteString(w.banner + strings.Join(w.columns, w.sep))
	for i := range w.rows {
		r := &w.rows[i]
		if w.down {
			r = &w.rows[len(w.rows)-1-i]
		}
		b.WriteString(w.end + strings.Repeat(w.end, r.blank) + w.line(r))
	}
	if !w.open {
		b.WriteString(w.end)
	}
	return b.Bytes()
}

func (w *sheet) line(r *sheetRow) string {
	if r.text != "" {
		return r.text
	}
	base, quote := fmt.Sprintf("%.8f", r.base), fmt.Sprintf("%.14g", r.base*r.price)
	if r.swapped {
		base, quote = quote, base
	}
	if r.noVolume {
		base, quote = "", "NULL"
	}
	symbol := "BTC/USD"
	if r.symbol != "" {
		symbol = r.symbol
	}
	var line []string
	for _, c := range w.columns {
		cell := map[string]string{
			"unix": fmt.Sprintf("%d", r.t/1e6), "date": data.Stamp(r.t + r.secondStamp), "symbol": symbol,
			"open": fmt.Sprintf("%.2f", r.price), "high": fmt.Sprintf("%.2f", r.price+3.5),
			"low": fmt.Sprintf("%.2f", r.price-2.25), "close": fmt.Sprintf("%.4f", r.price+1),
			"volume": base, "quote volume": quote, "trades": fmt.Sprint(r.trades), "vwap": "7",
		}[c]
		if w.quoted {
			cell = `"` + cell + `"`
		}
		line = append(line, cell)
	}
	return strings.Join(line, w.sep)
}
