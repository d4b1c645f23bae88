// Mantis takes raw candles of crypto markets to a traded, measured and
// illustrated result; every step is a versioned dataset.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

func main() {
	startFast()
	os.Exit(run())
}

// startFast lets a run that has little to do end before its memory is cleared up
// for the first time, at 64 MiB; from then on it is as ever.
func startFast() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(1600) // of the 4 MiB that the runtime begins with
	first := new([16]byte)
	runtime.AddCleanup(first, func(percent int) { debug.SetGCPercent(percent) }, 100)
}

// run is main with an exit code, so that deferred calls happen.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	g := &global{out: &output{Writer: os.Stdout}, err: os.Stderr, terminal: isTerminal(os.Stderr)}
	return g.exit(newRootCommand(g).ExecuteContext(ctx))
}
