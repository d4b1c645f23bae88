package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
)

// ancestor is a version and what it was made from.
type ancestor struct {
	Name  string     `json:"name"`
	ID    string     `json:"id"`
	Stage string     `json:"stage,omitempty"` // empty for bytes from outside
	From  []ancestor `json:"from,omitempty"`
}

func newLineageCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "lineage DATASET", Short: "Show what a version was made from, down to the input bytes",
		Example: "  mantis lineage report\n  mantis lineage predictions@9f3c1a7e --json",
		Args:    exactly(cobra.ExactArgs(1)),
		RunE:    func(_ *cobra.Command, args []string) error { return runLineage(g, args[0]) },
	}
	addJSONFlag(c, g)
	return c
}

func runLineage(g *global, name string) error {
	store, err := g.open()
	if err != nil {
		return err
	}
	v, err := store.Resolve(name)
	if err != nil {
		return err
	}
	a, err := trace(store, v)
	if err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(a)
	}
	a.print(g.out, 0, map[string]bool{})
	return nil
}

func trace(store *data.Store, v *data.Version) (ancestor, error) {
	a := ancestor{Name: v.Dataset, ID: v.ID, Stage: fmt.Sprintf("%s code %d", v.Stage.Name, v.Stage.Code)}
	for _, in := range v.Inputs {
		if strings.HasPrefix(in.Name, "file:") {
			a.From = append(a.From, ancestor{Name: in.Name, ID: in.ID})
			continue
		}
		parent, err := store.Load(in.Name, in.ID)
		if err != nil {
			return a, err
		}
		from, err := trace(store, parent)
		if err != nil {
			return a, err
		}
		a.From = append(a.From, from)
	}
	return a, nil
}

// print writes the tree; what was told above is named only.
func (a ancestor) print(w io.Writer, depth int, told map[string]bool) {
	again := told[a.ID] && len(a.From) > 0
	told[a.ID] = true
	above := ""
	if again {
		above = "  (see above)"
	}
	fmt.Fprintf(w, "%s%s@%s%s\n", strings.Repeat("  ", depth), a.Name, a.ID[:min(8, len(a.ID))], above)
	if again {
		return
	}
	for _, from := range a.From {
		from.print(w, depth+1, told)
	}
}
