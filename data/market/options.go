package market

import (
	"slices"
	"strconv"
	"strings"

	"mantis/data"
)

// Options say what a candle file does not, and what to do with bad rows.
type Options struct {
	Symbol   data.Symbol   // "": the symbol column, or else the path
	Interval data.Interval // 0: the path, or else the commonest step
	Venue    string        // "": the path, or else the format where one venue alone writes it
	Format   string        // a name of Formats; "": found by looking

	// Columns are the names of columns by what they hold, which is one of time,
	// symbol, open, high, low, close, volume, quote_volume and trades. Where no
	// line names the columns they are numbers, from 1. What is left out is found
	// as ever.
	Columns map[string]string

	Quarantine bool // set bad rows aside instead of refusing the file
	Snap       bool // put stamps that are off the interval's grid on its nearest instant

	// Unpacked is the most bytes that a packed file may hold; 0 is 8 GiB.
	Unpacked int64

	limits limits
}

// CSVOptions are Options: ReadCSV looks at no Format and no Venue.
type CSVOptions = Options

// held are what columns may be told to hold, with the name that stands for it.
const held = "time=unix symbol=symbol open=open high=high low=low close=close volume=volume quote_volume=quotevolume trades=trades"

// translated is the folded name of a column as it would be called elsewhere:
// that of what the user says it holds, or nothing where another column holds
// that.
func translated(folded string, own map[string]string) string {
	taken := ""
	for _, pair := range strings.Fields(held) {
		holds, name, _ := strings.Cut(pair, "=")
		mine, ok := own[holds]
		switch {
		case ok && fold(mine) == folded:
			return name
		case ok && (fold(name) == folded || holds == "time" && stampRank(folded) > 0 || roleOf(folded) != roleNone && roleOf(folded) == roleOf(name)):
			taken = "-"
		}
	}
	if _, ok := own["volume"]; ok && roleOf(folded) == roleUnnamed {
		taken = "-"
	}
	if taken != "" {
		return taken
	}
	return folded
}

// count reports whether columns are told by numbers: of columns, or of a header
// that consists of numbers.
func count(own map[string]string) bool {
	for _, mine := range own {
		if strings.Trim(mine, "0123456789") != "" {
			return false
		}
	}
	return len(own) > 0
}

// allAmong reports whether all the user's names are among those of a line.
func allAmong(own map[string]string, names []string) bool {
	for _, mine := range own {
		if !slices.ContainsFunc(names, func(n string) bool { return fold(n) == fold(mine) }) {
			return false
		}
	}
	return true
}

// checkColumns holds the user's names against those that a file has.
func (o *Options) checkColumns(l *layout) error {
	for _, pair := range strings.Fields(held) {
		holds, _, _ := strings.Cut(pair, "=")
		mine, ok := o.Columns[holds]
		if !ok {
			continue
		}
		found := false
		for _, name := range l.names {
			found = found || fold(name) == fold(mine)
		}
		if !found {
			return &data.InputError{Line: l.line, Reason: "no column " + strconv.Quote(mine) + " for " + holds + "; found: " + clip(strings.Join(l.names, ", ")),
				Hint: "name a column that is there with --columns " + holds + "=NAME"}
		}
	}
	for holds := range o.Columns {
		if !strings.Contains(" "+held, " "+holds+"=") {
			return &data.InputError{Reason: "columns hold no " + strconv.Quote(holds), Hint: "name columns for " + strings.Join(roleWords(), ", ")}
		}
	}
	return nil
}

// roleWords are what columns may be told to hold.
func roleWords() (out []string) {
	for _, pair := range strings.Fields(held) {
		holds, _, _ := strings.Cut(pair, "=")
		out = append(out, holds)
	}
	return out
}
