package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/models"
)

func newModelInspectCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "inspect FILE", Short: "Check a model file and say what is in it",
		Long: `Inspect reads a model file in full, checks it, and says what it is: its format and
the version that wrote it, booster, objective, classes, rounds and trees, the best
round where early stopping noted one, and the features.`,
		Example: "  mantis model inspect fold-0000.json\n  mantis model inspect --json old.model",
		Args:    exactly(cobra.ExactArgs(1)),
		RunE:    func(_ *cobra.Command, args []string) error { return runModelInspect(g, args[0]) },
	}
	addJSONFlag(c, g)
	return c
}

func runModelInspect(g *global, path string) error {
	content, err := readModel(path)
	if err != nil {
		return err
	}
	f, err := models.Inspect(content)
	if err != nil {
		return badModel(path, err)
	}
	if g.json {
		return g.writeJSON(f)
	}
	printText(g.out, "file\t"+path, func(t io.Writer) { printModel(t, f) })
	return nil
}

// printModel writes what a model file says, a line each.
func printModel(t io.Writer, f models.File) {
	line := func(name string, value any) { fmt.Fprintf(t, "%s\t%v\n", name, value) }
	written := f.Library + " " + f.Version
	if f.Library != "xgboost" && f.Version != "" {
		written = f.Library + ", version " + f.Version + " of the format"
	} else if f.Version == "" {
		written = f.Library + ", which does not say its version"
	}
	line("format", f.Format)
	line("written by", written)
	line("booster", f.Booster)
	line("objective", f.Objective)
	line("classes", f.Classes)
	line("rounds", data.Thousands(f.Rounds))
	if f.Trees > 0 {
		line("trees", data.Thousands(f.Trees))
	}
	if f.Parallel > 1 {
		line("num_parallel_tree", f.Parallel)
	}
	if f.Best != nil {
		line("best round", fmt.Sprintf("%d, counted from 0: scores use the rounds up to it", *f.Best))
	}
	if len(f.BaseScore) > 0 {
		line("base_score", strings.Trim(fmt.Sprint(f.BaseScore), "[]"))
	}
	if len(f.FeatureNames) == 0 {
		line("features", data.Thousands(f.Features)+", without names")
	} else {
		line("features", fmt.Sprintf("%s: %s", data.Thousands(f.Features), strings.Join(f.FeatureNames, ", ")))
	}
	for _, key := range slices.Sorted(maps.Keys(f.Attributes)) {
		if key != "best_iteration" {
			line("attribute "+key, f.Attributes[key])
		}
	}
}
