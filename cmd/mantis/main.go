// Mantis takes raw candles of crypto markets to a traded, measured and
// illustrated result; every step is a versioned dataset.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run()) }

// run is main with an exit code, so that deferred calls happen.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	g := &global{out: &output{Writer: os.Stdout}, err: os.Stderr, terminal: isTerminal(os.Stderr)}
	return g.exit(newRootCommand(g).ExecuteContext(ctx))
}
