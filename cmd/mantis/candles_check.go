package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/stages"
	"mantis/stages/archive"
	"mantis/stages/check"
)

const candlesCheckLong = `Check looks for what is wrong with candles and repairs nothing: of the files named,
where a directory stands for all files below it, of series of the archive, or,
where none is named, of the dataset candles of the store. It tells, series by series, gaps and outages,
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
	var series []string
	c := &cobra.Command{
		Use: "check [PATH…]", Short: "Look for what is wrong with candles",
		Long:    candlesCheckLong,
		Example: "  mantis candles check BTCUSD_1h.csv ETHBTC_1h.csv\n  mantis candles check --series '*/BTC-USD*/1h'\n  mantis candles check downloads --json\n  mantis candles check --version candles~1 --strict",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 && c.Flags().Changed("version") {
				return usage(c, errors.New("PATH or --version, not both"))
			}
			if len(series) > 0 && (len(args) > 0 || c.Flags().Changed("version")) {
				return usage(c, errors.New("--series, or PATH, or --version, and not two of them"))
			}
			reports, err := checked(c.Context(), g, args, version, series)
			if err != nil {
				return err
			}
			return runCandlesCheck(g, reports, strict)
		},
	}
	c.Flags().StringVar(&version, "version", version, "which version of the dataset candles")
	c.Flags().StringArrayVar(&series, "series", nil, "series of the archive, as VENUE/SYMBOL/INTERVAL with * for any; repeat it")
	c.Flags().BoolVar(&strict, "strict", false, "exit code 1 where there is an error")
	addJSONFlag(c, g)
	return c
}

// checked checks files, series of the archive, or a version.
func checked(ctx context.Context, g *global, paths []string, version string, patterns []string) ([]check.Report, error) {
	p := newProgress(g, g.json)
	defer p.end()
	if len(paths) > 0 {
		files, left, err := archive.Files(paths)
		if err != nil {
			return nil, err
		}
		for _, l := range left {
			fmt.Fprintf(g.err, "note: left out: %v\n", l.Refused)
		}
		return stages.CheckFiles(ctx, files, p.counted("check", "files"))
	}
	if len(patterns) > 0 {
		store, a, err := g.openArchive()
		if err != nil {
			return nil, err
		}
		series, err := a.Choose(patterns...)
		if err != nil {
			return nil, err
		}
		return stages.CheckArchive(ctx, store, a, series, p.counted("check", "pairs"))
	}
	store, v, err := g.version(version)
	if err != nil {
		return nil, err
	}
	return stages.CheckVersion(ctx, store, v, p.counted("check", "symbols"))
}

// counted draws how many things of all are done.
func (p *progress) counted(what, things string) func(done, total int) {
	most := 0
	p.begun[what] = time.Now()
	return func(done, total int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		most = max(most, done)
		done = most
		if !p.quiet && total > 0 && time.Since(p.drawn) > 50*time.Millisecond {
			p.draw(fmt.Sprintf("%-12s %s %d of %d %s%s", what, gauge(done, total), done, total, things, p.left(what, done, total)))
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
