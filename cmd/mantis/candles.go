package main

import "github.com/spf13/cobra"

// newCandlesCommand holds the commands about candles, one a line.
func newCandlesCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "candles", Short: "Raw candles: what is wrong with them",
		Args: exactly(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		newCandlesCheckCommand(g),
	)
	return c
}
