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
	versions, faults, err := audit(store, args)
	if err != nil {
		return err
	}
	parts := 0
	for _, v := range versions {
		parts += len(v.Parts)
	}
	if g.json {
		if err := g.writeJSON(map[string]any{"versions": len(versions), "parts": parts, "faults": append([]data.Fault{}, faults...)}); err != nil {
			return err
		}
	} else {
		for _, f := range faults {
			fmt.Fprintf(g.out, "%s: %s: %s\n", f.Version, f.Path, f.Reason)
		}
		fmt.Fprintf(g.out, "%s, %s, %s\n", data.Counted(len(versions), "version"), data.Counted(parts, "part"), data.Counted(len(faults), "fault"))
	}
	if len(faults) > 0 {
		return data.WithHint(fmt.Errorf("%w %s is damaged: %s found", data.ErrStore, g.store, data.Counted(len(faults), "fault")), "delete the named files and run again, which makes them anew")
	}
	return nil
}

// audit verifies the named versions, or, where none is named, the whole store.
func audit(store *data.Store, names []string) ([]*data.Version, []data.Fault, error) {
	if len(names) == 0 {
		return store.Audit()
	}
	var versions []*data.Version
	var faults []data.Fault
	for _, name := range names {
		v, err := store.Resolve(name)
		if err != nil {
			return nil, nil, err
		}
		versions, faults = append(versions, v), append(faults, store.Verify(v)...)
	}
	return versions, faults, nil
}
