package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newImportCommand(g *global) *cobra.Command {
	latest := false
	c := &cobra.Command{
		Use: "import DIR [DATASET…]", Short: "Take versions from an export or another store, with their ids",
		Long: `Import takes the named versions of an exported directory, or of any store, or all
that it holds, into this store, which is made if there is none. Every byte and row
is verified before anything becomes visible; a version that is here already stays
as it is, and files of it that are damaged here are healed. No latest moves
without --latest.`,
		Example: "  mantis import model-9f3c1a7e\n  mantis import other/lake bars@9f3c1a7e --latest",
		Args:    exactly(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			return runImport(c.Context(), g, args[0], args[1:], latest)
		},
	}
	c.Flags().BoolVar(&latest, "latest", false, "make what is the latest there the latest here, of the versions that are imported")
	addJSONFlag(c, g)
	return c
}

func runImport(ctx context.Context, g *global, dir string, names []string, latest bool) error {
	from, err := data.Open(dir)
	if err != nil {
		return data.WithHint(err, "want a directory that `mantis export --format dir` wrote, or a store")
	}
	versions, err := from.Choose(names)
	if err != nil {
		return err
	}
	store, err := g.create()
	if err != nil {
		return err
	}
	unlock, err := store.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	p := newProgress(g, g.json)
	out, err := store.Import(ctx, from, versions, p.bytes("import"))
	p.end()
	if err != nil {
		return err
	}
	moved := []string{}
	for _, v := range versions {
		if there, err := from.Latest(v.Dataset); !latest || err != nil || there.ID != v.ID {
			continue
		}
		if ok, err := store.Point(v); err != nil {
			return err
		} else if ok {
			moved = append(moved, v.Ref())
		}
	}
	if g.json {
		return g.writeJSON(map[string]any{"versions": append([]data.Imported{}, out...), "latest": moved})
	}
	fresh := 0
	for _, v := range out {
		what := "there already"
		if v.New {
			what = fmt.Sprintf("new: %s, %s bytes were not there", data.Counted(v.Parts, "file"), data.Thousands(int(v.Bytes)))
			fresh++
		}
		fmt.Fprintf(g.out, "%-24s %s\n", shortRef(v.Version), what)
	}
	fmt.Fprintf(g.out, "%s, %d new; latest moved for %d\n", data.Counted(len(out), "version"), fresh, len(moved))
	if fresh > 0 && len(moved) == 0 {
		fmt.Fprintln(g.out, "no ref leads to them: `mantis gc` removes them after its grace, unless they are tagged")
	}
	return nil
}
