package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/stages"
	"mantis/stages/check"
)

const candlesCheckLong = `Check looks for what is wrong with candles and repairs nothing: of the files named,
where a directory stands for all .csv files below it, or, where none is named, of
the dataset candles of the store. It tells, series by series, gaps and outages,
repeated rows and rows out of order, prices that stand out from their neighbours
or stick, units and volume columns that change, and, where there are two venues of
a pair, prices and clocks that disagree.

An error is not to be traded on before somebody has looked; a warning may be the
truth and should be known; a note is a habit of the venue. What is found does not
change the exit code, unless --strict is given: then an error makes it 1. Every
rule with its thresholds stands in the package stages/check.`

// errFound marks that candles have errors, under --strict.
var errFound = errors.New("the candles have errors")

func newCandlesCheckCommand(g *global) *cobra.Command {
	version, strict := "candles", false
	c := &cobra.Command{
		Use: "check [PATH…]", Short: "Look for what is wrong with candles",
		Long:    candlesCheckLong,
		Example: "  mantis candles check BTCUSD_1h.csv ETHBTC_1h.csv\n  mantis candles check downloads --json\n  mantis candles check --version candles~1 --strict",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 && c.Flags().Changed("version") {
				return usage(c, errors.New("PATH or --version, not both"))
			}
			reports, err := checked(c.Context(), g, args, version)
			if err != nil {
				return err
			}
			return runCandlesCheck(g, reports, strict)
		},
	}
	c.Flags().StringVar(&version, "version", version, "which version of the dataset candles")
	c.Flags().BoolVar(&strict, "strict", false, "exit code 1 where there is an error")
	addJSONFlag(c, g)
	return c
}

// checked checks files, or a version.
func checked(ctx context.Context, g *global, paths []string, version string) ([]check.Report, error) {
	p := newProgress(g, g.json)
	defer p.end()
	if len(paths) > 0 {
		files, err := candleFiles(paths)
		if err != nil {
			return nil, err
		}
		return stages.CheckFiles(ctx, files, p.counted("check", "files"))
	}
	store, v, err := g.version(version)
	if err != nil {
		return nil, err
	}
	return stages.CheckVersion(ctx, store, v, p.counted("check", "symbols"))
}

// candleFiles are the files that paths stand for, in the order of their names.
func candleFiles(paths []string) (files []string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, &data.InputError{File: path, Reason: "there is no such file", Hint: "check the path"}
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found := 0
		err = filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && strings.EqualFold(filepath.Ext(at), ".csv") {
				files, found = append(files, at), found+1
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if found == 0 {
			return nil, &data.InputError{File: path, Reason: "no .csv file lies below this directory", Hint: "name files of candles, or a directory of them"}
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// counted draws how many things of all are done.
func (p *progress) counted(what, things string) func(done, total int) {
	var mu sync.Mutex
	most := 0
	return func(done, total int) {
		mu.Lock()
		most = max(most, done)
		done = most
		mu.Unlock()
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.quiet && total > 0 && time.Since(p.drawn) > 50*time.Millisecond {
			p.draw(fmt.Sprintf("%-12s %s %d of %d %s", what, gauge(done, total), done, total, things))
		}
	}
}

func runCandlesCheck(g *global, reports []check.Report, strict bool) error {
	errs, affected := 0, 0
	for _, r := range reports {
		n := 0
		for _, f := range r.Findings {
			if f.Severity == check.Error {
				n++
			}
		}
		if errs += n; n > 0 {
			affected++
		}
	}
	if g.json {
		if err := g.writeJSON(map[string]any{"series": checkRows(reports), "errors": errs}); err != nil {
			return err
		}
	} else {
		printCheck(g.out, reports)
	}
	if strict && errs > 0 {
		return data.WithHint(fmt.Errorf("%w: %s in %d of %d series", errFound, data.Counted(errs, "finding"), affected, len(reports)), "look at the rows named, or set them aside at the source")
	}
	return nil
}

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
