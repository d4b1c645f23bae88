package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// ancestor is a version and what it was made from.
type ancestor struct {
	Name  string     `json:"name"`
	ID    string     `json:"id"`
	Stage string     `json:"stage,omitempty"` // empty for bytes from outside
	Gone  bool       `json:"gone,omitempty"`  // a version that is no longer in the store
	From  []ancestor `json:"from,omitempty"`
}

func newLineageCommand(g *global) *cobra.Command {
	format, namespace := "text", "mantis"
	c := &cobra.Command{
		Use: "lineage DATASET", Short: "Show what a version was made from, down to the input bytes",
		Long: `Lineage shows what a version was made from, down to the input bytes: as a tree
of text or JSON, as a graph for Graphviz, or as a list of OpenLineage events, one
for each stage that had a part in it.`,
		Example: `  mantis lineage report
  mantis lineage predictions@9f3c1a7e --format json
  mantis lineage report --format dot | dot -Tsvg > lineage.svg
  mantis lineage report --format openlineage`,
		Args: exactly(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if g.json {
				format = "json"
			}
			write := map[string]func(*global, *pedigree) error{
				"text": writeTree, "json": writeTree, "dot": writeDot,
				"openlineage": func(g *global, p *pedigree) error { return writeEvents(g, p, namespace) },
			}[format]
			if write == nil {
				return usage(c, fmt.Errorf("--format %q: want text, dot, openlineage or json", format))
			}
			g.json = format == "json"
			return runLineage(g, args[0], write)
		},
	}
	c.Flags().StringVar(&format, "format", format, "text, dot, openlineage or json")
	c.Flags().StringVar(&namespace, "namespace", namespace, "openlineage: the namespace of stages and datasets")
	addJSONFlag(c, g)
	return c
}

func runLineage(g *global, name string, write func(*global, *pedigree) error) error {
	store, v, err := g.version(name)
	if err != nil {
		return err
	}
	p, err := trace(store, v)
	if err != nil {
		return err
	}
	return write(g, p)
}

func writeTree(g *global, p *pedigree) error {
	a := p.tree(p.last())
	if g.json {
		return g.writeJSON(a)
	}
	a.print(g.out, 0, map[string]bool{})
	return nil
}

// print writes the tree; what was told above is named only.
func (a ancestor) print(w io.Writer, depth int, told map[string]bool) {
	again := told[a.ID] && len(a.From) > 0
	told[a.ID] = true
	aside := ""
	switch {
	case again:
		aside = "  (see above)"
	case a.Gone:
		aside = "  (no longer in the store)"
	}
	fmt.Fprintf(w, "%s%s@%s%s\n", strings.Repeat("  ", depth), a.Name, eight(a.ID), aside)
	if again {
		return
	}
	for _, from := range a.From {
		from.print(w, depth+1, told)
	}
}
