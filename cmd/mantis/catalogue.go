package main

import (
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
		Example: "  mantis features\n  mantis features --json",
		Args:    exactly(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			type row struct {
				Name     string `json:"name"`
				Doc      string `json:"doc"`
				LookBack int    `json:"look_back"` // bars; 0 for an anchored feature
				Anchored bool   `json:"anchored"`
				Level    bool   `json:"level"`
				Offered  bool   `json:"offered"`
			}
			var rows []row
			for _, f := range feature.All() {
				rows = append(rows, row{f.Name, f.Doc, f.LookBack, f.Anchored, f.Level, f.Offered()})
			}
			if g.json {
				return g.writeJSON(rows)
			}
			printText(g.out, "feature\tlook-back\toffered\twhat it is", func(t io.Writer) {
				for _, r := range rows {
					back := fmt.Sprint(r.LookBack)
					if r.Anchored {
						back = "anchored"
					}
					fmt.Fprintf(t, "%s\t%s\t%t\t%s\n", r.Name, back, r.Offered, r.Doc)
				}
			})
			return nil
		},
	}
	addJSONFlag(c, g)
	return c
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
