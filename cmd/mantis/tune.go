package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages"
)

// hunt are the flags of a search.
type hunt struct {
	search, embargo, measure string
	trials, folds            int
	params                   []string
	drop                     []string
	seed                     int64
}

func newTuneCommand(g *global) *cobra.Command {
	var o choices
	var h hunt
	wait := false
	c := &cobra.Command{
		Use: "tune", Short: "Search for better parameters and features, and count what was tried",
		Long: `Tune tries configurations of model.trainer on the bars that are known before the
test span, by a purged cross-validation with an embargo, and chooses the best. It
then looks at the test span once. Every trial is a row of the dataset trials, and
what the search claims to have found counts them all: the p of the best trial is
multiplied by their number (Bonferroni), so that a long search on noise finds
nothing.

--param names a parameter of the trainer and where to search it: 0.02..0.3 evenly,
'0.02..0.3 log' evenly in the logarithm, 2..7 whole numbers, 1,2,4 these values.
Without it the trainer's own ranges are searched. --drop are shares of the features
that may be left out: those of the least Shapley values in each fold's own training
bars.

random draws so many configurations, the first being the settings as they are; grid
tries all combinations; halving begins with few training rows and drops two of
three trials at each of its steps. A search that was stopped or killed goes on where
it was, and a longer one begins with the trials of the shorter one.`,
		Example: `  mantis tune --trials 20
  mantis tune --candles BTCUSD_1h.csv --candles ETHBTC_1h.csv --set model.trainer=logistic
  mantis tune --search grid --param max_depth=2,3,4 --param 'eta=0.03..0.3 log' --drop 0,0.5
  mantis tune --search halving --trials 60 --set model.split_at=2023-01-01 --json`,
		Args: exactly(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runTune(c.Context(), c, g, &o, &h, wait) },
	}
	f := c.Flags()
	f.StringVar(&h.search, "search", "random", "random, grid or halving")
	f.IntVar(&h.trials, "trials", 30, "configurations to try; a grid tries all it has")
	f.StringArrayVar(&h.params, "param", nil, "a parameter and where to search it, as in max_depth=2..7 or 'eta=0.02..0.3 log'; repeat it")
	f.StringSliceVar(&h.drop, "drop", nil, "shares of the features that may be left out, as in 0,0.5,0.75")
	f.IntVar(&h.folds, "folds", 5, "folds of the cross-validation")
	f.StringVar(&h.embargo, "embargo", "1d", "time after each fold in which no bar trains")
	f.StringVar(&h.measure, "measure", "log_loss", "what to choose the best by: log_loss or rps")
	f.Int64Var(&h.seed, "seed", 1, "seed of the draws")
	f.BoolVar(&wait, "wait", false, "wait while another process writes to the store, instead of giving up")
	o.add(c)
	addJSONFlag(c, g)
	return c
}

// settings puts the flags that were given among the parameters.
func (h *hunt) settings(c *cobra.Command, s pipeline.Settings) error {
	put := func(flag string, value any) error {
		if !c.Flags().Changed(flag) {
			return nil
		}
		return s.Put([]string{stages.Trials.Name, flag}, value)
	}
	space := map[string]any{}
	for _, p := range h.params {
		name, where, ok := strings.Cut(p, "=")
		if !ok || name == "" || where == "" {
			return data.WithHint(fmt.Errorf("%w: --param %q", errUsage, p), "want a parameter and where to search it, as in max_depth=2..7")
		}
		if space[name] != nil {
			return fmt.Errorf("%w: --param %s is given twice", errUsage, name)
		}
		space[name] = where
	}
	if len(space) > 0 {
		if err := s.Put([]string{stages.Trials.Name, "space"}, space); err != nil {
			return err
		}
	}
	drop := []float64{}
	for _, d := range h.drop {
		v, err := strconv.ParseFloat(strings.TrimSpace(d), 64)
		if err != nil {
			return fmt.Errorf("%w: --drop %q: want shares, as in 0,0.5", errUsage, d)
		}
		drop = append(drop, v)
	}
	for _, v := range []struct {
		flag  string
		value any
	}{{"search", h.search}, {"trials", h.trials}, {"drop", drop}, {"folds", h.folds}, {"embargo", h.embargo}, {"measure", h.measure}, {"seed", h.seed}} {
		if err := put(v.flag, v.value); err != nil {
			return err
		}
	}
	return nil
}

// tuned is what a search has to tell.
type tuned struct {
	Dataset  string           `json:"dataset"`
	Notes    []string         `json:"notes"`
	Trials   int              `json:"trials"` // rows of the dataset: a trial has one a rung
	Chosen   stages.Chosen    `json:"chosen"`
	Findings []stages.Finding `json:"findings"`
	Page     string           `json:"page"`
}

func runTune(ctx context.Context, c *cobra.Command, g *global, o *choices, h *hunt, wait bool) error {
	settings, err := o.settings(g)
	if err != nil {
		return err
	}
	if err := under(settings, stages.Trials.Name); err != nil {
		return err
	}
	if err := h.settings(c, settings); err != nil {
		return err
	}
	store, steps, err := g.makeOne(ctx, stages.Trials, settings, wait)
	if err != nil {
		return err
	}
	v := steps[len(steps)-1].Version
	r := tuned{Dataset: v.Ref(), Notes: append([]string{}, v.Notes...), Page: fileOf(store, v, stages.TrialsPage)}
	r.Trials, _, _ = v.Span("trials")
	b, err := store.Read(v, v.Of("claims")[0])
	if err != nil {
		return err
	}
	if r.Findings, err = stages.Findings(b); err != nil {
		return err
	}
	file, err := store.ReadFile(v, stages.TrialsChosen)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(file, &r.Chosen); err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(r)
	}
	r.print(g.out)
	return nil
}

func (r *tuned) print(out io.Writer) {
	for _, n := range r.Notes {
		fmt.Fprintln(out, n)
	}
	for _, f := range r.Findings {
		fmt.Fprintln(out, f)
	}
	fmt.Fprintf(out, "\nThe best is trial %d, of the trainer %s", r.Chosen.Trial, r.Chosen.Trainer)
	if n := len(r.Chosen.Features); n > 0 {
		fmt.Fprintf(out, ", with %s", data.Counted(n, "feature"))
	}
	fmt.Fprint(out, ":\n  mantis run")
	for _, s := range r.Chosen.Set {
		if strings.ContainsAny(s, `"[]`) {
			s = "'" + s + "'"
		}
		fmt.Fprintf(out, " --set %s", s)
	}
	fmt.Fprintf(out, "\n\n%s  %s\n", r.Dataset, r.Page)
}
