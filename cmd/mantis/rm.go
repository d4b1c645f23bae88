package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newRmCommand(g *global) *cobra.Command {
	all := false
	c := &cobra.Command{
		Use: "rm DATASET:TAG… | rm --all TAG…", Short: "Take tags away; every version stays",
		Long: `Rm takes tags away from the versions that bear them. It never removes a version:
mantis gc does that, with those that nothing names any more.`,
		Example: "  mantis rm bars:paper-v1 model:paper-v1\n  mantis rm --all paper-v1",
		Args:    exactly(cobra.MinimumNArgs(1)),
		RunE:    func(c *cobra.Command, args []string) error { return runRm(c, g, args, all) },
	}
	c.Flags().BoolVar(&all, "all", false, "the tag of every dataset that has it; then TAG stands alone")
	addJSONFlag(c, g)
	return c
}

func runRm(c *cobra.Command, g *global, args []string, all bool) error {
	for _, arg := range args {
		dataset, tag, ok := strings.Cut(arg, ":")
		if all {
			tag, ok = arg, true
		}
		if !ok || !all && dataset == "" {
			return usage(c, fmt.Errorf("%s is no tag: want DATASET:TAG, or --all and a tag", arg))
		}
		if err := data.CheckTag(tag); err != nil {
			return err
		}
	}
	store, unlock, err := g.openToWrite()
	if err != nil {
		return err
	}
	defer unlock()
	tags, err := store.Tags("")
	if err != nil {
		return err
	}
	gone := []data.Tag{}
	for _, arg := range args {
		found := slices.DeleteFunc(slices.Clone(tags), func(t data.Tag) bool { return t.String() != arg && !(all && t.Name == arg) })
		if len(found) == 0 {
			return data.WithHint(fmt.Errorf("tag %s: %w", arg, data.ErrNotFound), "`mantis tag` lists the tags")
		}
		for _, t := range found {
			if !slices.Contains(gone, t) {
				gone = append(gone, t)
			}
		}
	}
	for _, t := range gone {
		if err := store.Untag(t); err != nil {
			return err
		}
	}
	if g.json {
		return g.writeJSON(gone)
	}
	for _, t := range gone {
		fmt.Fprintf(g.out, "removed %s, the tag of %s\n", t, t.Ref())
	}
	fmt.Fprintln(g.out, "no version was removed: `mantis gc` does that, with those that nothing names")
	return nil
}
