package main

import "github.com/spf13/cobra"

func newCandlesCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "candles", Short: "Take candles in, and look after them",
		Long: `Candles come into the store by ` + "`mantis candles import`" + `, from files, and
` + "`mantis candles fetch`" + `, from venues. They are kept in the dataset archive, with all
that was ever said of them, and are run on with ` + "`mantis run --series`" + `.`,
		Example: `  mantis candles import downloads/
  mantis candles fetch --venue binance --symbols BTC-USDT,ETH-BTC --interval 1h --since 2020-01-01
  mantis candles ls
  mantis candles check downloads/
  mantis run --series 'binance/*/1h'`,
		Args: exactly(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newCandlesImportCommand(g), newCandlesFetchCommand(g), newCandlesLsCommand(g), newCandlesDiffCommand(g), newCandlesCheckCommand(g))
	return c
}
