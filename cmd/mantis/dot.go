package main

import (
	"fmt"
	"strings"
)

// writeDot writes a pedigree as a graph for Graphviz: a box for each version,
// with the stage and code that made it, and a note for bytes from outside.
func writeDot(g *global, p *pedigree) error {
	var b strings.Builder
	b.WriteString("digraph lineage {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n")
	for _, in := range p.outside {
		fmt.Fprintf(&b, "  %s [shape=note, label=%s];\n", dotText(in.Name+"@"+in.ID), dotText(strings.TrimPrefix(in.Name, outside)+"\nsha256 "+shortID(in.ID)))
	}
	for _, in := range p.gone {
		fmt.Fprintf(&b, "  %s [style=dashed, label=%s];\n", dotText(in.Name+"@"+in.ID), dotText(in.Name+"@"+shortID(in.ID)+"\nno longer in the store"))
	}
	for _, v := range p.versions {
		fmt.Fprintf(&b, "  %s [label=%s];\n", dotText(v.Dataset+"@"+v.ID), dotText(fmt.Sprintf("%s\nstage %s@%d", v.Ref(), v.Stage.Name, v.Stage.Code)))
	}
	for _, v := range p.versions {
		for _, in := range v.Inputs {
			fmt.Fprintf(&b, "  %s -> %s;\n", dotText(in.Name+"@"+in.ID), dotText(v.Dataset+"@"+v.ID))
		}
	}
	b.WriteString("}\n")
	_, err := g.out.Write([]byte(b.String()))
	return err
}

// dotText writes a text as Graphviz reads it in quotes.
func dotText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
