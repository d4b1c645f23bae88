package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"mantis/data"
	"mantis/stages/check"
)

// checkRow is a report for programs: instants as text, each finding with its
// sentence.
type checkRow struct {
	Source   string         `json:"source,omitempty"`
	Venue    string         `json:"venue,omitempty"`
	Symbol   data.Symbol    `json:"symbol,omitempty"`
	Interval string         `json:"interval,omitempty"`
	Rows     int            `json:"rows"`
	First    string         `json:"first,omitempty"`
	Until    string         `json:"until,omitempty"`
	Gaps     checkGaps      `json:"gaps"`
	Quiet    int            `json:"flat_quiet"`
	Findings []checkFinding `json:"findings"`
}

type checkGaps struct {
	Count   int         `json:"count"`
	Missing int         `json:"missing"`
	Longest int         `json:"longest"`
	Worst   []checkSpot `json:"worst"`
}

type checkFinding struct {
	Kind     check.Kind     `json:"kind"`
	Severity check.Severity `json:"severity"`
	From     string         `json:"from,omitempty"`
	To       string         `json:"to,omitempty"`
	Count    int            `json:"count"`
	Places   int            `json:"places"`
	Text     string         `json:"text"`
	Worst    []checkSpot    `json:"worst"`
}

type checkSpot struct {
	Severity check.Severity `json:"severity,omitempty"`
	From     string         `json:"from,omitempty"`
	To       string         `json:"to,omitempty"`
	Rows     int            `json:"rows"`
	Text     string         `json:"text,omitempty"`
}

func checkRows(reports []check.Report) []checkRow {
	out := []checkRow{}
	for _, r := range reports {
		row := checkRow{Source: r.Source, Venue: r.Venue, Symbol: r.Symbol, Rows: r.Rows, First: utc(r.First), Until: utc(r.Until), Quiet: r.Flat,
			Gaps: checkGaps{Count: r.Holes.Count, Missing: r.Holes.Missing, Longest: r.Holes.Longest(), Worst: []checkSpot{}}, Findings: []checkFinding{}}
		if r.Interval > 0 {
			row.Interval = r.Interval.String()
		}
		for _, h := range r.Holes.Worst {
			row.Gaps.Worst = append(row.Gaps.Worst, checkSpot{From: utc(h.From), To: utc(h.Until - int64(r.Interval)), Rows: h.Missing})
		}
		for _, f := range r.Findings {
			c := checkFinding{Kind: f.Kind, Severity: f.Severity, From: utc(f.From), To: utc(f.To), Count: f.Count, Places: f.Places, Text: f.Text(), Worst: []checkSpot{}}
			for _, s := range f.Spots {
				c.Worst = append(c.Worst, checkSpot{Severity: s.Severity, From: utc(s.From), To: utc(s.To), Rows: s.Rows, Text: s.Text})
			}
			row.Findings = append(row.Findings, c)
		}
		out = append(out, row)
	}
	return out
}

// utc writes an instant for programs, "" for none.
func utc(t int64) string {
	if t == data.Null {
		return ""
	}
	return time.UnixMicro(t).UTC().Format(time.RFC3339Nano)
}

func printCheck(w io.Writer, reports []check.Report) {
	printTable(w, "series\trows\tfirst\tlast\tgaps\tmissing\tlongest\tflat quiet\terrors\twarnings\tnotes\t", func(t io.Writer) {
		for _, r := range reports {
			count := map[check.Severity]int{}
			for _, f := range r.Findings {
				count[f.Severity]++
			}
			first, last := "-", "-"
			if r.First != data.Null {
				first, last = data.Stamp(r.First), data.Stamp(r.Until-int64(r.Interval))
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t\n", seriesName(r), data.Thousands(r.Rows), first, last, data.Thousands(r.Holes.Count),
				data.Thousands(r.Holes.Missing), data.Thousands(r.Holes.Longest()), data.Thousands(r.Flat), count[check.Error], count[check.Warning], count[check.Note])
		}
	})
	for _, r := range reports {
		if len(r.Findings) == 0 {
			continue
		}
		fmt.Fprintf(w, "%s\n", seriesName(r))
		for _, f := range r.Findings {
			fmt.Fprintf(w, "  %-5s  %-15s  %s\n", f.Severity, f.Kind, f.Text())
		}
	}
}

// seriesName is the series for people, or the file where there is none.
func seriesName(r check.Report) string {
	if r.Symbol == "" {
		return r.Source
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Venue, r.Symbol, r.Interval))
}
