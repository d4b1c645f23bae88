package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"mantis/stages"
	"mantis/stages/feature"
)

func newFeaturesCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "features", Short: "List the features",
		Long: `Features lists what a model may look at. Those with "always" are computed in every
run and seen by every model; those with "by name" are computed too, and seen by a
model that names them in model.features. The others are computed, and seen, where
a run asks for them by name or by group:

  mantis run --set features.add=rsi_14,macd
  mantis run --set features.add=all

Each column of a file that run names with --outside is a feature too, outside_NAME.`,
		Example: "  mantis features\n  mantis features --json",
		Args:    exactly(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return runFeatures(g) },
	}
	addJSONFlag(c, g)
	return c
}

func runFeatures(g *global) error {
	type row struct {
		Name     string `json:"name"`
		Group    string `json:"group"`
		Doc      string `json:"doc"`
		LookBack int    `json:"look_back"` // bars
		Anchored bool   `json:"anchored"`
		Level    bool   `json:"level"`
		Default  bool   `json:"default"` // computed in every run
		Offered  bool   `json:"offered"` // seen by a model that names no features
	}
	var rows []row
	for _, f := range feature.All() {
		rows = append(rows, row{f.Name, f.Group, f.Doc, f.LookBack, f.Anchored, f.Level, !f.Extra, f.Offered()})
	}
	if g.json {
		return g.writeJSON(rows)
	}
	printText(g.out, "feature\tgroup\tlook-back\tin a run\twhat it is", func(t io.Writer) {
		for _, r := range rows {
			back, when := fmt.Sprint(r.LookBack), "on request"
			if r.Anchored {
				back = "anchored"
			}
			switch {
			case r.Offered:
				when = "always"
			case r.Default:
				when = "by name"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.Name, cmp.Or(r.Group, "-"), back, when, r.Doc)
		}
	})
	return nil
}

func newStagesCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "stages", Short: "List the stages and what they read",
		Example: "  mantis stages\n  mantis stages --json",
		Args:    exactly(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			type row struct {
				Name   string   `json:"name"`
				Doc    string   `json:"doc"`
				Code   int      `json:"code"`
				Inputs []string `json:"inputs"`
				Params any      `json:"params"`
			}
			var rows []row
			for _, s := range stages.All() {
				r := row{Name: s.Name, Doc: s.Doc, Code: s.Code, Inputs: []string{}, Params: s.Params}
				for _, in := range s.Inputs {
					r.Inputs = append(r.Inputs, in.Name)
				}
				rows = append(rows, r)
			}
			if g.json {
				return g.writeJSON(rows)
			}
			printText(g.out, "stage\tcode\treads\twhat it makes", func(t io.Writer) {
				for _, r := range rows {
					fmt.Fprintf(t, "%s\t%d\t%s\t%s\n", r.Name, r.Code, strings.Join(r.Inputs, " "), r.Doc)
				}
			})
			return nil
		},
	}
	addJSONFlag(c, g)
	return c
}
