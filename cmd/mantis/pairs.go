package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data/venue"
)

func newPairsCommand(g *global) *cobra.Command {
	var name, quote string
	c := &cobra.Command{
		Use: "pairs --venue VENUE", Short: "List the markets of a venue",
		Long: `Pairs asks a venue for its markets: as mantis names them, as the venue does, and
whether they are open for trade. --quote picks those whose prices are in one asset.
Markets whose assets are not written in letters and digits have no name here and are
left out.`,
		Example: "  mantis pairs --venue binance --quote BTC\n  mantis pairs --venue kraken --json",
		Args:    exactly(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			v, err := venueNamed(c, name)
			if err != nil {
				return err
			}
			return runPairs(c, g, v, strings.ToUpper(quote))
		},
	}
	addVenueFlag(c, &name)
	c.Flags().StringVar(&quote, "quote", "", "only those whose prices are in this asset, as in BTC")
	addJSONFlag(c, g)
	return c
}

func runPairs(c *cobra.Command, g *global, v *venue.Venue, quote string) error {
	client, err := g.asking()
	if err != nil {
		return err
	}
	pairs, err := client.Pairs(g.ctx, v)
	if err != nil {
		return err
	}
	if quote != "" {
		var quotes []string
		kept := pairs[:0:0]
		for _, p := range pairs {
			quotes = append(quotes, p.Symbol.Quote())
			if p.Symbol.Quote() == quote {
				kept = append(kept, p)
			}
		}
		if pairs = kept; len(pairs) == 0 {
			slices.Sort(quotes)
			return usage(c, fmt.Errorf("--quote %s: prices at %s are in %s", quote, v.Name, strings.Join(slices.Compact(quotes), " ")))
		}
	}
	if g.json {
		return g.writeJSON(pairs)
	}
	printText(g.out, "symbol\tat "+v.Name+"\ttrading", func(t io.Writer) {
		for _, p := range pairs {
			fmt.Fprintf(t, "%s\t%s\t%t\n", p.Symbol, p.Venue, p.Trading)
		}
	})
	return nil
}
