package main

import (
	"errors"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"mantis/pipeline"
	"mantis/stages"
)

var update = flag.Bool("update", false, "rewrite the scripts' expectations")

// TestMain lets the scripts call mantis as a program of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mantis": func() {
		meddle(os.Getenv("MEDDLE"))
		os.Exit(run())
	}})
}

// meddle makes another program of mantis: one whose author forgot to raise a
// code, or has raised one, or changed a feature.
func meddle(how string) {
	backtest, labels := stages.Backtest.Run, stages.Labels.Check
	switch how {
	case "forgotten":
		stages.Backtest.Run = func(t *pipeline.Task) error {
			t.Params.(*stages.BacktestParams).Fee += 1e-9
			return backtest(t)
		}
	case "raised":
		stages.Bars.Code++
	case "parameter":
		stages.Labels.Check = func(params any) error {
			params.(*stages.LabelParams).Horizon++
			return labels(params)
		}
	case "refused":
		stages.Labels.Check = func(params any) error {
			if params.(*stages.LabelParams).Horizon == 2 {
				return errors.New("two is no longer a horizon")
			}
			return labels(params)
		}
	}
}

// TestScripts runs the scripts of testdata/script. `exits N command…` runs a
// command and demands its exit code.
func TestScripts(t *testing.T) {
	scripts := testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("MANTIS_STORE", env.WorkDir+"/lake")
			env.Values["venues"] = &atVenues{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "candles": candles, "flip": flip, "venues": venues, "fault": fault},
	}
	if testing.Short() { // under the race detector: the one that comes by most
		scripts.Dir, scripts.Files = "", []string{"testdata/script/run.txtar"}
	}
	testscript.Run(t, scripts)
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		got = -1
		if _, code, ok := strings.Cut(err.Error(), "exit status "); ok {
			got, err = strconv.Atoi(code)
			ts.Check(err)
		}
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// candles writes a file of hourly candles: `candles FILE SYMBOL HOURS`.
func candles(ts *testscript.TestScript, _ bool, args []string) {
	hours, err := strconv.Atoi(args[2])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("unix,symbol,open,high,low,close,volume\n")
	price := 100.0
	for h := range hours {
		next := price * (1 + 0.01*float64(h*h%13-6)/6)
		high, low := max(price, next)*1.001, min(price, next)*0.999
		row := []string{strconv.Itoa(1_600_000_000/21600*21600 + 3600*h), args[1]}
		for _, v := range []float64{price, high, low, next, 1 + float64(h%5)} {
			row = append(row, strconv.FormatFloat(v, 'f', 6, 64))
		}
		b.WriteString(strings.Join(row, ",") + "\n")
		price = next
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o644))
}

// flip turns one bit in the middle of the file whose name a file holds.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	path := strings.TrimSpace(ts.ReadFile(args[0]))
	content, err := os.ReadFile(path)
	ts.Check(err)
	content[len(content)/2] ^= 1
	ts.Check(os.Chmod(path, 0o644))
	ts.Check(os.WriteFile(path, content, 0o644))
}
