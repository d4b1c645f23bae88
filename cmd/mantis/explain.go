package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/stages"
)

// asked is the bar, and the class, that is to be explained.
type asked struct{ at, symbol, class string }

func newExplainCommand(g *global) *cobra.Command {
	var a asked
	c := &cobra.Command{
		Use: "explain [DATASET]", Short: "Say why the model predicts what it predicts at one bar",
		Long: `Explain takes one prediction apart: what every feature adds to the log-odds of a
class (exact Shapley values of the trees), where its value stands among the bars
that trained the model, and what the probability would be without it. DATASET is
a version of predictions, the latest where none is named; --at is the instant at
which the bar opens, in UTC.

The reasons are sorted by how much they move the log-odds of the class against all
others. What a feature adds to the class's own margin is its contribution; bias and
contributions add up to the margin.`,
		Example: `  mantis explain --at 2023-01-04T06:00
  mantis explain predictions:paper-v1 --at 2023-01-04 --class 5 --json
  mantis explain --at 2023-01-04 --symbol BTC-USD --class 'very bull'`,
		Args: exactly(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if a.at == "" {
				return usage(c, errors.New("--at is missing: the instant at which the bar opens"))
			}
			name := stages.Predictions.Name
			if len(args) > 0 {
				name = args[0]
			}
			return runExplain(g, name, a)
		},
	}
	c.Flags().StringVar(&a.at, "at", "", "open instant of the bar, as in 2023-01-04T06:00")
	c.Flags().StringVar(&a.symbol, "symbol", "", "symbol of the bar; empty: the one that is predicted")
	c.Flags().StringVar(&a.class, "class", "", "class to explain, by number from 1 or by name; empty: the likeliest")
	addJSONFlag(c, g)
	return c
}

func runExplain(g *global, name string, a asked) error {
	at, err := data.ParseStamp(a.at)
	if err != nil {
		return fmt.Errorf("%w: --at: %w", errUsage, err)
	}
	var symbol data.Symbol
	if a.symbol != "" {
		if symbol, err = data.ParseSymbol(a.symbol); err != nil {
			return fmt.Errorf("%w: --symbol: %w", errUsage, err)
		}
	}
	store, v, err := g.version(name)
	if err != nil {
		return err
	}
	class, err := classOf(store, v, a.class)
	if err != nil {
		return err
	}
	w, err := stages.Explain(store, v, at, symbol, class)
	if err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(w)
	}
	printWhy(g.out, w)
	return nil
}

// classOf is the number of a class that is named, or numbered; 0 for none.
func classOf(store *data.Store, v *data.Version, class string) (int, error) {
	if class == "" {
		return 0, nil
	}
	var names []string
	for _, in := range v.Inputs {
		if in.Name != stages.Labels.Name {
			continue
		}
		labels, err := store.Load(in.Name, in.ID)
		if err != nil {
			return 0, err
		}
		if names, err = classNames(store, labels); err != nil {
			return 0, err
		}
	}
	for i, name := range names {
		if class == name || class == strconv.Itoa(i+1) {
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("%w: --class %q: want a number from 1 to %d, or one of %s", errUsage, class, len(names), strings.Join(names, ", "))
}

// reasons is how many are told in words.
const reasons = 6

func printWhy(out io.Writer, w *stages.Why) {
	if w.Simulated {
		fmt.Fprint(out, "SIMULATED MARKET: no price below was ever paid\n\n")
	}
	c := w.Classes[w.Class-1]
	fmt.Fprintf(out, "%s, the bar from %s, known at %s; fold %d, model %s\n\n", w.Symbol, w.Time, w.Known, w.Fold, w.Model)
	printTable(out, "class\tnext return\tprobability\tnothing known\tmargin\t", func(t io.Writer) {
		for _, x := range w.Classes {
			fmt.Fprintf(t, "%d %s%s\t%s\t%s\t%s\t%.4f\t\n", x.Class, x.Name, marks(w, x.Class), x.Bounds, percent(x.Probability), percent(x.Unknown), x.Margin)
		}
	})
	fmt.Fprintf(out, "Why %s, at %s? Of a bar of which it knows nothing the model says %s.\n", c.Name, percent(c.Probability), percent(c.Unknown))
	for _, r := range w.Reasons[:min(len(w.Reasons), reasons)] {
		fmt.Fprintf(out, "- %s\n", sentence(w, c, r))
	}
	fmt.Fprintln(out)
	printTable(out, "feature\tvalue\tpercentile\tlog-odds\tcontribution\twithout it\t", func(t io.Writer) {
		for _, r := range w.Reasons {
			fmt.Fprintf(t, "%s\t%s\t%s\t%+.4f\t%+.4f\t%s\t\n", r.Feature, valueText(r.Value), standingText(r.Standing), r.LogOdds, r.Contribution, percent(r.Without))
		}
	})
	fmt.Fprintf(out, "bias %.4f and contributions add up to the margin %.4f; percentiles are of %s training bars\n", c.Bias, c.Margin, data.Thousands(w.TrainRows))
}

// marks says what else a class is.
func marks(w *stages.Why, class int) string {
	s := ""
	if class == w.Likeliest {
		s += ", likeliest"
	}
	if class == w.Realised {
		s += ", came true"
	}
	return s
}

// sentence tells one reason.
func sentence(w *stages.Why, c stages.WhyClass, r stages.WhyReason) string {
	where := "is missing"
	if r.Value != nil {
		where = "is " + valueText(r.Value)
		if r.Standing != nil {
			where += ", " + standingWords(*r.Standing) + " of the training bars"
		}
	}
	towards := "pushes towards " + c.Name
	if r.LogOdds < 0 {
		towards = "pushes away from " + c.Name
	}
	if math.Abs(r.LogOdds) < 0.0005 {
		return fmt.Sprintf("%s %s: hardly matters", r.Feature, where)
	}
	return fmt.Sprintf("%s %s: %s by %.3f in log-odds, from %s without it to %s", r.Feature, where, towards, math.Abs(r.LogOdds), percent(r.Without), percent(c.Probability))
}

// standingWords says where a value stands among others: above or below most.
func standingWords(p float64) string {
	if p >= 0.5 {
		return "higher than " + wholePercent(p)
	}
	return "lower than " + wholePercent(1-p)
}

// wholePercent never rounds to all.
func wholePercent(p float64) string {
	if p > 0.99 && p < 1 {
		return fmt.Sprintf("%.1f %%", math.Min(99.9, 100*p))
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

func percent(p float64) string { return fmt.Sprintf("%.1f %%", 100*p) }

func valueText(v *float64) string {
	if v == nil {
		return "missing"
	}
	return strconv.FormatFloat(*v, 'g', 5, 64)
}

func standingText(p *float64) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f", 100**p)
}
