package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages"
)

// choices are the flags that shape a run; run and plan share them.
type choices struct {
	candles    []string
	set        []string
	quarantine bool
	splitAt    string
	predictor  string
	series     []string
	asOf       string
	outside    []string
	rehash     bool // run only
}

func (o *choices) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&o.candles, "candles", nil, "file of candles, one a symbol, in any format that candles import takes; repeat it. FILE,symbol=ETH-BTC,interval=1h where the file does not tell")
	c.Flags().StringArrayVar(&o.series, "series", nil, "candles of the archive, as VENUE/SYMBOL/INTERVAL with * for any: binance/*-BTC/1h; repeat it")
	c.Flags().StringVar(&o.asOf, "as-of", "", "with --series: what was known of them at an instant, as in 2026-11-20 or 2026-11-20T06:00, in UTC")
	c.Flags().StringArrayVar(&o.outside, "outside", nil, "CSV or Parquet file of timestamped columns that are no candles, each a feature outside_NAME as of the instant it became known; repeat it. FILE,delay=1d,max_age=3d,columns=a+b says more")
	c.Flags().StringArrayVar(&o.set, "set", nil, "a parameter, as in bars.interval=12h or model.eta=0.05; repeat it")
	c.Flags().StringVar(&o.splitAt, "split-at", "", "open instant of the first test bar, as in 2023-01-04, in the place of a share: what trains stays the same as candles are added")
	c.Flags().StringVar(&o.predictor, "predictor", "", "what scores the models: compiled, which leaves checks a sample of, or leaves alone (default compiled)")
	c.Flags().BoolVar(&o.quarantine, "quarantine", false, "set bad rows of candle files aside, into the table quarantine, instead of refusing the file")
}

// settings turns flags into parameters; --set wins.
func (o *choices) settings(g *global) (pipeline.Settings, error) {
	s := pipeline.Settings{}
	if err := o.archived(g, s); err != nil {
		return nil, err
	}
	if len(o.candles) > 0 {
		files := make([]stages.CandleFile, len(o.candles))
		for i, spec := range o.candles {
			var err error
			if files[i], err = parseCandleFile(spec); err != nil {
				return nil, err
			}
		}
		if err := s.Put([]string{"candles", "source"}, "csv"); err != nil {
			return nil, err
		}
		if err := s.Put([]string{"candles", "files"}, files); err != nil {
			return nil, err
		}
	}
	if o.quarantine {
		if err := s.Put([]string{"candles", "quarantine"}, true); err != nil {
			return nil, err
		}
	}
	if o.splitAt != "" {
		if err := s.Put([]string{"model", "split_at"}, o.splitAt); err != nil {
			return nil, err
		}
	}
	if len(o.outside) > 0 {
		files := make([]stages.OutsideFile, len(o.outside))
		for i, spec := range o.outside {
			var err error
			if files[i], err = parseOutsideFile(spec); err != nil {
				return nil, err
			}
		}
		if err := s.Put([]string{"features", "outside"}, files); err != nil {
			return nil, err
		}
	}
	if o.predictor != "" {
		if err := s.Put([]string{"predictions", "predictor"}, o.predictor); err != nil {
			return nil, err
		}
	}
	for _, assignment := range o.set {
		if err := s.Set(assignment); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// parseCandleFile reads FILE[,symbol=…][,interval=…].
func parseCandleFile(spec string) (f stages.CandleFile, err error) {
	f.Path, err = parseFile("--candles", spec, "want FILE, or FILE,symbol=ETH-BTC,interval=1h", func(key, value string) (err error) {
		switch key {
		case "symbol":
			f.Symbol, err = data.ParseSymbol(value)
		case "interval":
			f.Interval, err = data.ParseInterval(value)
		default:
			err = fmt.Errorf("%q is neither symbol nor interval", key)
		}
		return err
	})
	return f, err
}

// parseFile takes apart what a flag says of a file: its path, and behind it
// ,key=value any number of times, the last one first. A comma may belong to the
// file's name, where there is a file of that name.
func parseFile(flag, spec, hint string, set func(key, value string) error) (path string, err error) {
	for path = spec; err == nil; {
		i := strings.LastIndex(path, ",")
		if i < 0 || exists(path) {
			break
		}
		key, value, ok := strings.Cut(path[i+1:], "=")
		if !ok {
			break
		}
		err = set(strings.TrimSpace(key), value)
		path = path[:i]
	}
	if err == nil && path == "" {
		err = errors.New("no file is named")
	}
	if err != nil {
		err = data.WithHint(fmt.Errorf("%w: %s %q: %w", errUsage, flag, spec, err), hint)
	}
	return path, err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func newRunCommand(g *global) *cobra.Command {
	var o choices
	wait := false
	c := &cobra.Command{
		Use: "run", Short: "Do the whole job, or what is left of it",
		Long: `Run brings every dataset up to date, from candles to the report, and prints the
result. Without --candles it runs on a simulated market. What is already there
for the same code, parameters and inputs is kept: a second run does nothing, and
after a day was added to a file, a run makes little more than that day.

Files that --outside names have a header. The column known_at says from which
instant on a row was known; a file with a column time in its place is read with
delay=, after which its values are published. A column symbol gives a row to one
symbol. Every other column is numbers and becomes a feature: at the close of a bar,
the last value known by then, unless it became known more than max_age (7d) before.`,
		Example: `  mantis run
  mantis run --candles BTCUSD_1h.csv --candles ETHBTC_1h.csv
  mantis run --candles prices.csv,symbol=BTC-USD,interval=1h --set backtest.fee=0.001
  mantis run --series binance/BTC-USDT/1h --series 'binance/*-BTC/1h' --as-of 2026-11-20
  mantis run --set features.add=rsi_14,macd --outside fear_and_greed.csv,delay=1d,max_age=3d
  mantis run --set candles.sim.seed=7 --set candles.sim.edge=0
  mantis run --predictor leaves`,
		Args: exactly(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runRun(c.Context(), g, &o, wait) },
	}
	c.Flags().BoolVar(&wait, "wait", false, "wait while another process writes to the store, instead of giving up")
	o.add(c)
	c.Flags().BoolVar(&o.rehash, "rehash", false, "hash candle files again that look the same as when they were hashed last: same size, inode and times")
	addJSONFlag(c, g)
	return c
}

// targets are the ends of the graph: with them, everything is made.
func targets() []*pipeline.Stage { return []*pipeline.Stage{stages.Report, stages.Closes} }

func runRun(ctx context.Context, g *global, o *choices, wait bool) error {
	begun := time.Now()
	settings, err := o.settings(g)
	if err != nil {
		return err
	}
	if err := pipeline.Check(targets(), settings); err != nil {
		return err
	}
	store, err := g.create()
	if err != nil {
		return err
	}
	unlock, err := g.lock(ctx, store, wait)
	if err != nil {
		return err
	}
	defer unlock()
	p := newProgress(g, g.json)
	steps, err := pipeline.Run(ctx, store, targets(), pipeline.Options{Settings: settings, Program: program(), Rehash: o.rehash, Watch: p.watch})
	p.end()
	if err != nil {
		return err
	}
	r, err := newResult(store, steps, time.Since(begun))
	if err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(r)
	}
	return r.print(g)
}
