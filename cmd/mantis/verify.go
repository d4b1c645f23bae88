package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newVerifyCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "verify [DATASET…]", Short: "Read everything again and hold it against its digests",
		Long:    "Verify reads every part of the named versions, or of every version there is, and compares bytes and decoded rows with what the manifests say. A fault is named, and the exit code is 4.",
		Example: "  mantis verify\n  mantis verify bars predictions@9f3c1a7e --json",
		RunE:    func(_ *cobra.Command, args []string) error { return runVerify(g, args) },
	}
	addJSONFlag(c, g)
	return c
}

func runVerify(g *global, args []string) error {
	store, err := g.open()
	if err != nil {
		return err
	}
	versions, err := named(store, args)
	if err != nil {
		return err
	}
	faults, parts := []data.Fault{}, 0
	for _, v := range versions {
		faults = append(faults, store.Verify(v)...)
		parts += len(v.Parts)
	}
	if g.json {
		if err := g.writeJSON(map[string]any{"versions": len(versions), "parts": parts, "faults": faults}); err != nil {
			return err
		}
	} else {
		for _, f := range faults {
			fmt.Fprintf(g.out, "%s: %s: %s\n", f.Version, f.Path, f.Reason)
		}
		fmt.Fprintf(g.out, "%d versions, %s parts, %d faults\n", len(versions), thousands(parts), len(faults))
	}
	if len(faults) > 0 {
		return data.WithHint(fmt.Errorf("%w %s: %d parts are damaged", data.ErrStore, g.store, len(faults)), "delete the store and run again, or restore the named files")
	}
	return nil
}

// named resolves the arguments, or lists every version of every dataset.
func named(store *data.Store, args []string) ([]*data.Version, error) {
	var versions []*data.Version
	for _, name := range args {
		v, err := store.Resolve(name)
		if err != nil {
			return nil, err
		}
		versions = append(versions, v)
	}
	if len(args) > 0 {
		return versions, nil
	}
	datasets, err := store.Datasets()
	if err != nil {
		return nil, err
	}
	for _, d := range datasets {
		ids, err := store.IDs(d)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			v, err := store.Load(d, id)
			if err != nil {
				return nil, err
			}
			versions = append(versions, v)
		}
	}
	return versions, nil
}
