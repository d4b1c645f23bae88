package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages"
)

// global is what every command shares: where to write, and which store.
type global struct {
	out      *output
	err      io.Writer
	terminal bool // progress is drawn in place
	store    string
	ctx      context.Context // of the command; ends what a bucket is asked
	json     bool
}

// The exit codes, which scripts may rely on.
const (
	exitOK          = 0
	exitOther       = 1
	exitUsage       = 2
	exitInput       = 3
	exitStore       = 4
	exitLeak        = 5
	exitDiffers     = 6
	exitInterrupted = 130
)

const rootLong = `mantis takes raw candles of crypto markets to a traded, measured result:
candles, bars, features, labels, an XGBoost model, predictions, a USD/BTC/ALT
backtest with fees, and a report. Every step is a versioned dataset that DuckDB,
pandas and polars read as it lies.

DATASET stands for a version: bars or bars:latest, bars:TAG, bars@9f3c1a7e (the
first digits of an id), and bars~1 for what was latest one move before; ~1 goes
behind the others too.

Exit codes: 0 done; 1 another error, with diff --exit-code a difference, and with
candles check --strict an error found; 2 wrong usage or parameter, or a name that
fits several versions, is taken or not allowed; 3 bad input data; 4 the store is
missing, unwritable, damaged or in use, or holds no such dataset; 5 a leak was
found; 6 a version was not reproduced; 130 interrupted.`

func newRootCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "mantis", Short: "From raw candles to a traded, measured result", Long: rootLong,
		Example:       "  mantis run\n  mantis run --candles BTCUSD_1h.csv --candles ETHBTC_1h.csv\n  mantis ls",
		Version:       version(),
		SilenceErrors: true, SilenceUsage: true,
	}
	c.SetOut(g.out)
	c.SetErr(g.err)
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage(c, err) })
	store := os.Getenv("MANTIS_STORE")
	if store == "" {
		store = "data/lake"
	}
	c.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		g.ctx = c.Context()
		if g.store == "" {
			return usage(c, errors.New("--store is empty"))
		}
		return nil
	}
	c.PersistentFlags().StringVar(&g.store, "store", store, "directory of the datasets, or s3://BUCKET/PREFIX; also MANTIS_STORE")
	c.AddCommand(newRunCommand(g), newPlanCommand(g), newCandlesCommand(g), newLsCommand(g), newShowCommand(g), newFilesCommand(g),
		newDiffCommand(g), newLineageCommand(g), newReproduceCommand(g), newLeakcheckCommand(g), newSQLCommand(g), newTagCommand(g), newRmCommand(g),
		newRunsCommand(g), newVerifyCommand(g), newGCCommand(g), newCompactCommand(g), newExportCommand(g), newImportCommand(g),
		newFeaturesCommand(g), newStagesCommand(g), newVenuesCommand(g), newAssetsCommand(g), newPairsCommand(g), newModelCommand(g), newExplainCommand(g), newCompareCommand(g), newTuneCommand(g))
	return c
}

// version is what the Go tool knows of how the program was built.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return v + " " + info.GoVersion
}

// program names the program and the kind of machine, for records of runs.
func program() string { return "mantis " + version() + " " + runtime.GOOS + "/" + runtime.GOARCH }

// output remembers the first error of writing, which commands need not look
// for: a listing that was cut off must not end well.
type output struct {
	io.Writer
	err error
}

// Write writes text without control characters but tabs and ends of lines: what
// stands in somebody's file or manifest does not command the terminal.
func (o *output) Write(p []byte) (int, error) {
	clean := p
	for i, c := range p {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			if &clean[0] == &p[0] {
				clean = bytes.Clone(p)
			}
			clean[i] = '?'
		}
	}
	n, err := o.Writer.Write(clean)
	o.err = cmp.Or(o.err, err)
	return n, err
}

// errUsage marks errors that are about how a command was called.
var errUsage = errors.New("usage")

func usage(c *cobra.Command, err error) error {
	return data.WithHint(fmt.Errorf("%w: %w", errUsage, err), fmt.Sprintf("`%s --help` shows how it is called", c.CommandPath()))
}

// exactly is cobra.ExactArgs and its like, with our exit code.
func exactly(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usage(c, err)
		}
		return nil
	}
}

// isUnknownCommand recognises cobra's own complaint, which has no type.
func isUnknownCommand(err error) bool { return strings.HasPrefix(err.Error(), "unknown command") }

// exit prints an error, and a hint where there is one, and gives its exit
// code.
func (g *global) exit(err error) int {
	if err = cmp.Or(err, g.out.err); err == nil {
		return exitOK
	}
	if errors.Is(err, errDiffers) { // the answer, and no error
		return exitOther
	}
	code := exitOther
	var input *data.InputError
	switch {
	case pipeline.Interrupted(err):
		fmt.Fprintln(g.err, "mantis: interrupted; nothing half-made was kept, run again to go on")
		return exitInterrupted
	case errors.Is(err, errNotReproduced):
		code = exitDiffers
	case errors.Is(err, stages.ErrLeak):
		code = exitLeak
	case errors.As(err, &input):
		code = exitInput
	case errors.Is(err, data.ErrStore), errors.Is(err, data.ErrNotFound):
		code = exitStore
	case errors.Is(err, errUsage), errors.Is(err, data.ErrName), errors.Is(err, pipeline.ErrSetting), isUnknownCommand(err):
		code = exitUsage
	}
	fmt.Fprintf(g.err, "mantis: %v\n", err)
	if hint := data.Hint(err); hint != "" {
		fmt.Fprintf(g.err, "hint: %s\n", hint)
	}
	return code
}

// writeJSON prints a value for programs.
func (g *global) writeJSON(v any) error {
	enc := json.NewEncoder(g.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func addJSONFlag(c *cobra.Command, g *global) {
	c.Flags().BoolVar(&g.json, "json", false, "print JSON for programs")
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
