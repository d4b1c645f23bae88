package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/stages/archive"
)

// listedSeries is a series of the archive in a listing.
type listedSeries struct {
	Series   string    `json:"series"`
	Candles  int       `json:"candles"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Covered  time.Time `json:"covered_until"`
	Takings  int       `json:"takings"`
	Restated int       `json:"restated"`
	SetAside int       `json:"set_aside"`
}

// listedTaking is a taking in a listing.
type listedTaking struct {
	Number   int       `json:"taking"`
	Observed time.Time `json:"observed,omitzero"`
	Series   string    `json:"series"`
	Source   string    `json:"source"`
	Format   string    `json:"format"`
	SHA256   string    `json:"sha256"`
	Candles  int       `json:"candles"`
	First    time.Time `json:"first,omitzero"`
	Last     time.Time `json:"last,omitzero"`
	Added    int       `json:"added"`
	Restated int       `json:"restated"`
	SetAside int       `json:"set_aside"`
}

func newCandlesLsCommand(g *global) *cobra.Command {
	takings := false
	c := &cobra.Command{
		Use: "ls [SERIES…]", Short: "List the series of the archive, or what was taken in when",
		Long: `Ls lists the series of the archive. With --takings it lists where their candles came
from: what was taken in at once of one series from one source, with the instant at
which it was observed and the SHA-256 of its bytes. SERIES is VENUE/SYMBOL/INTERVAL,
with * for any.`,
		Example: "  mantis candles ls\n  mantis candles ls 'binance/*-BTC/*' --json\n  mantis candles ls --takings",
		RunE: func(c *cobra.Command, args []string) error {
			_, a, err := g.openArchive()
			if err != nil {
				return err
			}
			series, err := chosenSeries(a, args)
			if err != nil {
				return err
			}
			if takings {
				return listTakings(g, a, series)
			}
			return listSeries(g, a, series)
		},
	}
	c.Flags().BoolVar(&takings, "takings", false, "what was taken in, and when it was observed")
	addJSONFlag(c, g)
	return c
}

// chosenSeries are the series that patterns name, or all.
func chosenSeries(a *archive.Archive, patterns []string) ([]archive.Series, error) {
	if len(patterns) == 0 {
		return a.Series(), nil
	}
	return a.Choose(patterns...)
}

func listSeries(g *global, a *archive.Archive, series []archive.Series) error {
	list := make([]listedSeries, len(series))
	for i, s := range series {
		l := listedSeries{Series: s.String(), Covered: clock(a.Covered(s, archive.All))}
		parts, err := a.Parts(s)
		if err != nil {
			return err
		}
		for _, p := range parts {
			l.Candles += p.Rows
		}
		l.First, l.Last = clock(parts[0].First), clock(parts[len(parts)-1].Last)
		for _, t := range a.Takings {
			if t.Series == s {
				l.Takings++
				l.Restated += t.Restated
				l.SetAside += t.SetAside
			}
		}
		list[i] = l
	}
	if g.json {
		return g.writeJSON(list)
	}
	printTable(g.out, "series\tcandles\tfirst\tlast\ttakings\trestated\tset aside\t", func(t io.Writer) {
		for _, l := range list {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t\n", l.Series, data.Thousands(l.Candles), stampOf(l.First), stampOf(l.Last),
				l.Takings, data.Thousands(l.Restated), data.Thousands(l.SetAside))
		}
	})
	return nil
}

func listTakings(g *global, a *archive.Archive, series []archive.Series) error {
	wanted := map[archive.Series]bool{}
	for _, s := range series {
		wanted[s] = true
	}
	list := []listedTaking{}
	for _, t := range a.Takings {
		if wanted[t.Series] {
			list = append(list, listedTaking{t.Number, t.Observed, t.Series.String(), t.Name, t.Format, t.SHA256, t.Candles,
				clock(t.First), clock(t.Last), t.Added, t.Restated, t.SetAside})
		}
	}
	if g.json {
		return g.writeJSON(list)
	}
	printTable(g.out, "taking\tobserved\tseries\tsource\tcandles\tadded\trestated\tset aside\t", func(t io.Writer) {
		for _, l := range list {
			fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", l.Number, when(l.Observed), l.Series, l.Source,
				data.Thousands(l.Candles), data.Thousands(l.Added), data.Thousands(l.Restated), data.Thousands(l.SetAside))
		}
	})
	return nil
}

// clock is an instant for JSON, zero for none.
func clock(t int64) time.Time {
	if t == data.Null {
		return time.Time{}
	}
	return time.UnixMicro(t).UTC()
}

// stampOf writes it for people.
func stampOf(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return data.Stamp(t.UnixMicro())
}
