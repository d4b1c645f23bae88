package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/models"
	"mantis/stages"
)

func newCompareCommand(g *global) *cobra.Command {
	var o choices
	var trainers []string
	wait := false
	c := &cobra.Command{
		Use: "compare", Short: "Fit every trainer to the same folds, and tell which is better and how sure that is",
		Long: `Compare fits trainers to the same training rows, lets them predict the same test
bars, and scores them: log-loss, ranked probability score, Brier score, accuracy
and calibration. Each is held against the class prior and against model.trainer by
the losses of every bar, with standard errors that count that bars hang together.

It takes the flags of run; what is set of the model is meant for all trainers:
model.train, model.refit_every, model.features, and the parameters of each, as in
model.eta or model.logistic.lambda. What was fitted before is not fitted again, and
a comparison that was stopped goes on where it was.

The trainers are ` + trainerNames() + `.`,
		Example: `  mantis compare
  mantis compare --candles BTCUSD_1h.csv --candles ETHBTC_1h.csv
  mantis compare --trainers xgboost,logistic --set model.refit_every=500 --set model.logistic.lambda=100 --json`,
		Args: exactly(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runCompare(c.Context(), g, &o, trainers, wait) },
	}
	c.Flags().StringSliceVar(&trainers, "trainers", nil, "only these, separated by commas; the prior and model.trainer are always there")
	c.Flags().BoolVar(&wait, "wait", false, "wait while another process writes to the store, instead of giving up")
	o.add(c)
	addJSONFlag(c, g)
	return c
}

func trainerNames() string {
	var names []string
	for _, k := range models.Trainers() {
		names = append(names, k.Name)
	}
	return strings.Join(names, ", ")
}

// compared is what a comparison has to tell.
type compared struct {
	Dataset    string                 `json:"dataset"`
	Notes      []string               `json:"notes"`
	Comparison []stages.ComparisonRow `json:"comparison"`
	Page       string                 `json:"page"`
}

func runCompare(ctx context.Context, g *global, o *choices, trainers []string, wait bool) error {
	settings, err := o.settings(g)
	if err != nil {
		return err
	}
	if err := under(settings, stages.Comparison.Name); err != nil {
		return err
	}
	if len(trainers) > 0 {
		if err := settings.Put([]string{stages.Comparison.Name, "trainers"}, trainers); err != nil {
			return err
		}
	}
	store, steps, err := g.makeOne(ctx, stages.Comparison, settings, wait)
	if err != nil {
		return err
	}
	v := steps[len(steps)-1].Version
	r := compared{Dataset: v.Ref(), Notes: append([]string{}, v.Notes...), Page: fileOf(store, v, stages.ComparisonPage)}
	b, err := store.Read(v, v.Of("comparison")[0])
	if err != nil {
		return err
	}
	if r.Comparison, err = stages.ComparisonRows(b); err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(r)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(g.out, "%s\n", n)
	}
	printComparison(g.out, r.Comparison)
	fmt.Fprintf(g.out, "%s  %s\n", r.Dataset, r.Page)
	return nil
}

// printComparison tells the scores of all folds together.
func printComparison(out io.Writer, rows []stages.ComparisonRow) {
	folds := map[int64]bool{}
	printTable(out, "trainer\tlog-loss\tRPS\tBrier\taccuracy\tless the prior\t+-\tp\t", func(t io.Writer) {
		for _, r := range rows {
			if r.Fold != nil {
				folds[*r.Fold] = true
				continue
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", r.Trainer, figure(r.LogLoss, "%.4f"), figure(r.RPS, "%.4f"), figure(r.Brier, "%.4f"), percentOf(r.Accuracy),
				figure(r.Difference, "%+.4f"), figure(r.SE, "%.4f"), figure(r.P, "%.3f"))
		}
	})
	if len(rows) > 0 {
		fmt.Fprintf(out, "%s test bars in %s; less the prior: log-loss less that of the class prior, below 0 is better, with its\nstandard error and the chance of such a difference, on either side, where there is none\n",
			data.Thousands(int(rows[0].Rows)), data.Counted(max(1, len(folds)), "fold"))
	}
}

// figure writes a number, a dash where there is none.
func figure(v *float64, format string) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf(format, *v)
}

func percentOf(v *float64) string {
	if v == nil {
		return "-"
	}
	return percent(*v)
}
