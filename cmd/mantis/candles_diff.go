package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/stages/archive"
)

// restated is a candle that is said otherwise than before.
type restated struct {
	Series      string             `json:"series"`
	Time        time.Time          `json:"time"`
	Taking      int                `json:"taking"`
	Said        time.Time          `json:"said,omitzero"`
	CorrectedBy int                `json:"corrected_by"`
	Corrected   time.Time          `json:"corrected,omitzero"`
	Was         map[string]float64 `json:"was"` // a value that was not said is not there
	Now         map[string]float64 `json:"now"`

	changes []archive.Change
}

// restatedLines is how many restated candles are printed unless all are asked
// for.
const restatedLines = 40

func newCandlesDiffCommand(g *global) *cobra.Command {
	since, all := "", false
	c := &cobra.Command{
		Use: "diff [SERIES…]", Short: "Show the candles that were restated",
		Long: `Diff shows the candles of the archive of which something else was said later: what
was said, by which taking, and what was said then. With --since, only what was
restated after an instant. SERIES is VENUE/SYMBOL/INTERVAL, with * for any.`,
		Example: "  mantis candles diff\n  mantis candles diff binance/BTC-USDT/1h --since 2026-11-01 --json",
		RunE: func(c *cobra.Command, args []string) error {
			store, a, err := g.openArchive()
			if err != nil {
				return err
			}
			series, err := chosenSeries(a, args)
			if err != nil {
				return err
			}
			after := 0
			if since != "" {
				at, err := data.ParseStamp(since)
				if err != nil {
					return usage(c, fmt.Errorf("--since: %w", err))
				}
				after = a.KnownAt(time.UnixMicro(at))
			}
			return runCandlesDiff(g, store, a, series, after, all)
		},
	}
	c.Flags().StringVar(&since, "since", "", "only what was restated after an instant, as in 2026-11-01, in UTC")
	c.Flags().BoolVar(&all, "all", false, "every candle, however many")
	addJSONFlag(c, g)
	return c
}

func runCandlesDiff(g *global, store *data.Store, a *archive.Archive, series []archive.Series, after int, all bool) error {
	list, affected := []restated{}, map[string]bool{}
	for _, s := range series {
		found, err := a.Restated(store, s, after)
		if err != nil {
			return err
		}
		for _, r := range found {
			list = append(list, newRestated(a, r))
			affected[r.Series.String()] = true
		}
	}
	if g.json {
		return g.writeJSON(list)
	}
	shown := list
	if !all {
		shown = list[:min(len(list), restatedLines)]
	}
	if len(shown) > 0 {
		printText(g.out, "series\ttime\tsaid in\totherwise in\tchanged", func(t io.Writer) {
			for _, r := range shown {
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.Series, data.Stamp(r.Time.UnixMicro()),
					taken(r.Taking, r.Said), taken(r.CorrectedBy, r.Corrected), changed(r.changes))
			}
		})
	}
	if len(shown) < len(list) {
		fmt.Fprintf(g.out, "and %s more: --all shows them\n", data.Thousands(len(list)-len(shown)))
	}
	fmt.Fprintf(g.out, "%s restated in %s\n", data.Counted(len(list), "candle"), fmt.Sprintf("%d of %d series", len(affected), len(series)))
	return nil
}

func newRestated(a *archive.Archive, r archive.Restated) restated {
	out := restated{Series: r.Series.String(), Time: clock(r.Time), Taking: r.Taking, CorrectedBy: r.CorrectedBy,
		Was: map[string]float64{}, Now: map[string]float64{}, changes: r.Changes}
	if r.Taking > 0 {
		out.Said = a.Takings[r.Taking-1].Observed
	}
	out.Corrected = a.Takings[r.CorrectedBy-1].Observed
	for _, c := range r.Changes {
		if c.Was == c.Was {
			out.Was[c.Column] = c.Was
		}
		if c.Now == c.Now {
			out.Now[c.Column] = c.Now
		}
	}
	return out
}

// taken names a taking and the day it was observed.
func taken(number int, at time.Time) string {
	if at.IsZero() {
		return fmt.Sprintf("taking %d", number)
	}
	return fmt.Sprintf("taking %d, %s", number, at.UTC().Format("2006-01-02"))
}

// changed writes changes as "close 100 → 101".
func changed(changes []archive.Change) string {
	words := make([]string, len(changes))
	for i, c := range changes {
		words[i] = fmt.Sprintf("%s %s → %s", c.Column, saidNumber(c.Was), saidNumber(c.Now))
	}
	return cmp.Or(strings.Join(words, ", "), "nothing")
}

func saidNumber(x float64) string {
	if x != x {
		return "not said"
	}
	return fmt.Sprintf("%.10g", x)
}
