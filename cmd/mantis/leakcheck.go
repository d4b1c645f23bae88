package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/stages"
)

func newLeakcheckCommand(g *global) *cobra.Command {
	cuts := 8
	c := &cobra.Command{
		Use: "leakcheck [DATASET]", Short: "Prove that nothing was known before its time, or name what was",
		Long: `Leakcheck takes a version, the latest backtest where none is named, and all it was
made from. At each of a number of instants it makes everything again from the candles
that had ended by then, and from what was known from outside by then, in a store that
is removed at the end, and demands of every row that was known the same bits: bars,
features, labels, fitted models, predictions, balances and fills. Every feature is
computed once more at every bar from its look-back alone, and instants that tables
tell are held against each other. What the stages noted as they ran is told with it.

A run looks as well, at less: at a few bars of each feature, at labels that are
known too soon, at features that tell the class alone, and at a result that is too
good for its turnover.

The exit code is 5 if there is a leak.`,
		Example: `  mantis leakcheck
  mantis leakcheck predictions:paper-v1 --cuts 32
  mantis leakcheck --json`,
		Args: exactly(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if cuts < 1 || cuts > 1000 {
				return usage(c, errors.New("--cuts: want 1 to 1000"))
			}
			name := stages.Backtest.Name
			if len(args) > 0 {
				name = args[0]
			}
			return runLeakcheck(c.Context(), g, name, cuts)
		},
	}
	c.Flags().IntVar(&cuts, "cuts", cuts, "how many instants to make everything again at")
	addJSONFlag(c, g)
	return c
}

func runLeakcheck(ctx context.Context, g *global, name string, cuts int) error {
	store, v, err := g.version(name)
	if err != nil {
		return err
	}
	p := newProgress(g, g.json)
	proof, err := stages.Prove(ctx, store, v, cuts, p.counted("proving", "instants"))
	p.end()
	if err != nil {
		return err
	}
	if g.json {
		if err := g.writeJSON(proof); err != nil {
			return err
		}
	} else {
		printProof(g.out, v, proof)
	}
	if n := len(proof.Leaks); n > 0 {
		return fmt.Errorf("%s: %w: %s", v.Ref(), stages.ErrLeak, proof.Leaks[0])
	}
	return nil
}

func printProof(out io.Writer, v *data.Version, p *stages.Proof) {
	if len(p.Leaks) > 0 {
		printText(out, "dataset\tsymbol\tcolumn\tknown at\twhat", func(t io.Writer) {
			for _, l := range p.Leaks {
				known := ""
				if l.Known != 0 {
					known = data.Stamp(l.Known)
				}
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", l.Dataset, l.Symbol, l.Column, known, l.What)
			}
		})
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "%s and %s that it was made from, made again as of %s:\n%s came out the same to the bit, and %s of features from their look-back alone: %s\n",
		v.Ref(), data.Counted(len(p.Versions)-1, "version"), data.Counted(len(p.Cuts), "instant"),
		data.Counted(int(p.Values), "value"), data.Thousands(int(p.Alone)), verdict(len(p.Leaks)))
}

func verdict(leaks int) string {
	if leaks == 0 {
		return "no leak"
	}
	return data.Counted(leaks, "leak")
}
