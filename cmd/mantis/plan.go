package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/pipeline"
)

func newPlanCommand(g *global) *cobra.Command {
	var o choices
	params := false
	c := &cobra.Command{
		Use: "plan", Short: "Tell what run would do, and why",
		Long:    "Plan takes the flags of run and tells, stage by stage, whether it would keep what is there or run, and why. It writes nothing.",
		Example: "  mantis plan\n  mantis plan --set model.max_depth=4 --params",
		Args:    exactly(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return runPlan(g, &o, params) },
	}
	o.add(c)
	c.Flags().BoolVar(&params, "params", false, "show every stage's parameters")
	addJSONFlag(c, g)
	return c
}

func runPlan(g *global, o *choices, params bool) error {
	settings, err := o.settings(g)
	if err != nil {
		return err
	}
	store, err := g.open()
	if errors.Is(err, data.ErrNotFound) {
		store, err = nil, nil
	}
	if err != nil {
		return err
	}
	intents, err := pipeline.Plan(store, targets(), settings)
	if err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(intents)
	}
	printText(g.out, "stage\twould\twhy", func(t io.Writer) {
		for _, in := range intents {
			fmt.Fprintf(t, "%s\t%s\t%s\n", in.Name, in.Would, in.Why)
		}
	})
	if !params {
		return nil
	}
	for _, in := range intents {
		raw, err := json.Marshal(in.Params)
		if err != nil {
			return err
		}
		fmt.Fprintf(g.out, "%s %s\n", in.Name, raw)
	}
	return nil
}
