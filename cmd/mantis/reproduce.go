package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/pipeline"
)

// errNotReproduced says that a version that was made again is another one.
var errNotReproduced = errors.New("not reproduced")

// reproduction is what reproduce is asked for.
type reproduction struct {
	candles []string
	outside []string
	deep    bool
	keep    string
}

func newReproduceCommand(g *global) *cobra.Command {
	var o reproduction
	c := &cobra.Command{
		Use: "reproduce DATASET", Short: "Make a version again from what it was made of, and compare",
		Long: `Reproduce makes a version again, in a store of its own that is removed at the end,
from the inputs, parameters and code that its manifest records, and compares the
ids. Nothing that was made before is used but the inputs; with --deep these are
made again too, down to the candles. Files of candles are looked for by their
SHA-256 among those that --candles names; where they lie and what they are called
does not matter.

The exit code is 0 if the id is the same, and 6 if it is not: then the first stage
that made something else from the same inputs is named, and what differs.`,
		Example: `  mantis reproduce report
  mantis reproduce report@9f3c1a7e --deep --candles BTCUSD_1h.csv --candles ETHBTC_1h.csv
  mantis reproduce model --keep /tmp/again`,
		Args: exactly(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("keep") && o.keep == "" {
				return usage(c, errors.New("--keep is empty"))
			}
			return runReproduce(c.Context(), g, args[0], &o)
		},
	}
	c.Flags().StringArrayVar(&o.candles, "candles", nil, "a file that may be one of those that the candles were made of; repeat it")
	c.Flags().StringArrayVar(&o.outside, "outside", nil, "likewise a file of the columns from outside")
	c.Flags().BoolVar(&o.deep, "deep", false, "make everything again that the version was made from")
	c.Flags().StringVar(&o.keep, "keep", "", "a new directory for the store of what was made again, which then stays")
	addJSONFlag(c, g)
	return c
}

// rebuilt is a version that was made again.
type rebuilt struct {
	Version string     `json:"version"` // dataset@id, in full
	Made    string     `json:"made"`    // likewise
	Same    bool       `json:"same"`
	Changed []string   `json:"changed"` // what could not be as it was
	Diff    *data.Diff `json:"diff,omitempty"`
}

func runReproduce(ctx context.Context, g *global, name string, o *reproduction) error {
	store, v, err := g.version(name)
	if err != nil {
		return err
	}
	plan, done, err := planAgain(store, v, o)
	defer done()
	if err != nil {
		return err
	}
	for _, a := range plan {
		for _, change := range a.Changed {
			fmt.Fprintf(g.err, "%s may differ by design: %s\n", a.Was.Ref(), change)
		}
	}
	scratch, gone, err := openScratch(o.keep)
	defer gone()
	if err != nil {
		return err
	}
	results, err := makeAgain(ctx, g, store, scratch, plan)
	if err != nil {
		return err
	}
	return tellAgain(g, v, results)
}

// makeAgain makes each version again, from the inputs that its manifest names:
// where one of them came out as another, the one that was recorded is lent. So
// each stage is judged alone.
func makeAgain(ctx context.Context, g *global, store, scratch *data.Store, plan []*pipeline.Again) ([]rebuilt, error) {
	unlock, err := scratch.Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	p := newProgress(g, g.json)
	defer p.end()
	var results []rebuilt
	for _, a := range plan {
		inputs, err := a.Inputs()
		if err != nil {
			return nil, err
		}
		for _, in := range inputs {
			if err := lend(store, scratch, in); err != nil {
				return nil, fmt.Errorf("%s: %w", a.Was.Ref(), err)
			}
		}
		made, err := a.Run(ctx, scratch, p.watch)
		if err != nil {
			return nil, err
		}
		if _, err := scratch.Point(made); err != nil {
			return nil, err
		}
		r := rebuilt{Version: a.Was.Dataset + "@" + a.Was.ID, Made: made.Dataset + "@" + made.ID, Same: made.ID == a.Was.ID, Changed: append([]string{}, a.Changed...)}
		if !r.Same {
			if r.Diff, err = data.DiffIn(store, a.Was, scratch, made); err != nil {
				return nil, err
			}
		}
		results = append(results, r)
	}
	return results, nil
}

// lend brings an input into the scratch store, unless it was made there.
func lend(store, scratch *data.Store, in data.Input) error {
	if _, err := scratch.Load(in.Name, in.ID); err == nil {
		return nil
	}
	v, err := store.Load(in.Name, in.ID)
	if err != nil {
		return err
	}
	return scratch.Borrow(store, v)
}

// openScratch makes the store in which versions are made again, and what takes
// it away: not a directory that the user named.
func openScratch(keep string) (scratch *data.Store, gone func(), err error) {
	dir, gone := keep, func() {}
	if keep == "" {
		if dir, err = os.MkdirTemp("", "mantis-again-"); err != nil {
			return nil, gone, err
		}
		gone = func() { os.RemoveAll(dir) }
	} else if entries, err := os.ReadDir(keep); err == nil && len(entries) > 0 {
		return nil, gone, fmt.Errorf("%w: --keep %s: it is not empty", errUsage, keep)
	}
	scratch, err = data.Create(dir)
	return scratch, gone, err
}

// tellAgain prints what came of it. The first version that differs is the one
// to look at: it was made of the same inputs.
func tellAgain(g *global, v *data.Version, results []rebuilt) error {
	var first *rebuilt
	for i := range results {
		if !results[i].Same && first == nil {
			first = &results[i]
		}
	}
	if g.json {
		if err := g.writeJSON(map[string]any{"version": v.Dataset + "@" + v.ID, "reproduced": first == nil, "versions": results}); err != nil {
			return err
		}
	} else {
		printText(g.out, "version\tmade again", func(t io.Writer) {
			for _, r := range results {
				what := "the same"
				if !r.Same {
					what = "another: " + ref(r.Made)
				}
				fmt.Fprintf(t, "%s\t%s\n", ref(r.Version), what)
			}
		})
	}
	if first == nil {
		return nil
	}
	if !g.json {
		fmt.Fprintf(g.out, "\n%s differs first, of the same inputs:\n", ref(first.Version))
		printDiff(g.out, first.Diff, false)
	}
	return fmt.Errorf("%s: %w: %s came out as %s from the same inputs", v.Ref(), errNotReproduced, ref(first.Version), ref(first.Made))
}
