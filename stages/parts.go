package stages

import (
	"mantis/data"
	"mantis/pipeline"
)

// symbolsOf lists the symbols of a table, by name.
func symbolsOf(v *data.Version, table string) []string {
	var symbols []string
	for _, p := range v.Of(table) { // sorted by symbol
		if s := p.Value("symbol"); len(symbols) == 0 || symbols[len(symbols)-1] != s {
			symbols = append(symbols, s)
		}
	}
	return symbols
}

// whole is all rows of a part.
func whole(of *data.Version, p data.Part) pipeline.Rows { return pipeline.Rows{Of: of, Part: p} }

// rowsBefore are the last n rows before part i of a series of parts, oldest
// first; fewer where there are fewer.
func rowsBefore(of *data.Version, parts []data.Part, i, n int) []pipeline.Rows {
	var rows []pipeline.Rows
	for i--; i >= 0 && n > 0; i-- {
		r := pipeline.Rows{Of: of, Part: parts[i], Last: min(n, parts[i].Rows)}
		rows = append([]pipeline.Rows{r}, rows...)
		n -= r.Last
	}
	return rows
}

// rowsAfter are the first n rows after part i; fewer where there are fewer.
func rowsAfter(of *data.Version, parts []data.Part, i, n int) []pipeline.Rows {
	var rows []pipeline.Rows
	for i++; i < len(parts) && n > 0; i++ {
		r := pipeline.Rows{Of: of, Part: parts[i], First: min(n, parts[i].Rows)}
		rows = append(rows, r)
		n -= r.First
	}
	return rows
}
