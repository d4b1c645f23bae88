package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// errDiffers is the answer of diff --exit-code where there is a difference. It
// is printed nowhere.
var errDiffers = errors.New("they differ")

func newDiffCommand(g *global) *cobra.Command {
	all, exitCode := false, false
	c := &cobra.Command{
		Use: "diff [DATASET] DATASET", Short: "Tell how two versions differ, and why",
		Long: `Diff compares two versions: columns, partitions, rows, values, files and notes,
and what they were made of. Rows are matched by what the table is sorted by, and
by symbol; rows of a table without an order, by position. With one name, it
compares the version that was latest before with that one.

The exit code is 0 whether they differ or not; with --exit-code it is 1 if what
is in them differs.`,
		Example: "  mantis diff bars\n  mantis diff predictions:paper-v1 predictions\n  mantis diff bars~2 bars@9f3c1a7e --all\n  mantis diff --exit-code bars~1 bars --json",
		Args:    exactly(cobra.RangeArgs(1, 2)),
		RunE: func(_ *cobra.Command, args []string) error {
			return runDiff(g, args, all, exitCode)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "everything that differs, not only what fits on a screen")
	c.Flags().BoolVar(&exitCode, "exit-code", false, "end with 1 if they differ")
	addJSONFlag(c, g)
	return c
}

func runDiff(g *global, args []string, all, exitCode bool) error {
	if len(args) == 1 {
		base, back, _ := strings.Cut(args[0], "~")
		n, _ := strconv.Atoi(back) // what is no number is an error of the name itself
		args = []string{base + "~" + strconv.Itoa(n+1), args[0]}
	}
	store, err := g.open()
	if err != nil {
		return err
	}
	b, err := store.Resolve(args[1])
	if err != nil {
		return err
	}
	a, err := store.Resolve(args[0])
	if err != nil {
		return err
	}
	d, err := store.Diff(a, b)
	if err != nil {
		return err
	}
	if g.json {
		err = g.writeJSON(d)
	} else {
		printDiff(g.out, d, all)
	}
	if err == nil && exitCode && !d.Same {
		err = errDiffers
	}
	return err
}
