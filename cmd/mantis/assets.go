package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"mantis/data/venue"
)

func newAssetsCommand(g *global) *cobra.Command {
	var name string
	c := &cobra.Command{
		Use: "assets --venue VENUE", Short: "List what a venue trades",
		Long: `Assets asks a venue for the assets that it trades: as mantis names them, as the
venue does, and, where it says, what they are called. What Kraken calls XBT is BTC.`,
		Example: "  mantis assets --venue kraken\n  mantis assets --venue coinbase --json",
		Args:    exactly(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			v, err := venueNamed(c, name)
			if err != nil {
				return err
			}
			return runAssets(g, v)
		},
	}
	addVenueFlag(c, &name)
	addJSONFlag(c, g)
	return c
}

func runAssets(g *global, v *venue.Venue) error {
	client, err := g.asking()
	if err != nil {
		return err
	}
	assets, err := client.Assets(g.ctx, v)
	if err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(assets)
	}
	printText(g.out, "asset\tat "+v.Name+"\tname", func(t io.Writer) {
		for _, a := range assets {
			fmt.Fprintf(t, "%s\t%s\t%s\n", a.Asset, a.Venue, a.Name)
		}
	})
	return nil
}
