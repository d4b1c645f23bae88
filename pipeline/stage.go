// Package pipeline runs stages: it orders them, skips those whose result is
// known, runs the rest and seals what they make. It knows no stage.
//
// A stage is a value. The graph of stages is Go variables that name each
// other, so a typo in an input or a cycle does not compile.
package pipeline

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"mantis/data"
)

// Stage reads sealed dataset versions and makes one new version of the dataset
// that bears its name. Run must depend on nothing but its task: not on a path,
// the clock, the environment or the network.
type Stage struct {
	Name   string
	Doc    string   // one line: what the dataset is
	Code   int      // raised when the same inputs would now give other output
	Inputs []*Stage // the datasets it reads
	Params any      // pointer to a struct of defaults; its JSON, or that of its Key method, is part of every action key
	Run    func(*Task) error

	// Unportable says why the last bits of what the stage makes may differ
	// between kinds of processors; empty where they do not. The manifests of its
	// dataset, and of all that is made from it, then say so: another machine may
	// find another id.
	Unportable string

	// Check says what is wrong with resolved parameters; nil accepts all.
	Check func(params any) error

	// Outside names what the stage will read that no stage makes: it digests the
	// files outside the store, one by one, and tells the version of a dataset
	// that the parameters settle on. It is nil for a stage that reads what stages
	// make. seen knows the digests of files from before.
	Outside func(params any, seen *data.Seen) ([]data.Input, error)

	// Bring tells parameters that come from a manifest where the files lie now
	// that Outside had digested, in that order; nil like Outside.
	Bring func(params any, paths []string) error
}

// sorted lists the targets and everything they read, inputs first, in an order
// that depends on the graph alone.
func sorted(targets []*Stage) []*Stage {
	var order []*Stage
	seen := map[*Stage]bool{}
	var visit func(*Stage)
	visit = func(s *Stage) {
		if seen[s] {
			return
		}
		seen[s] = true
		for _, in := range s.Inputs {
			visit(in)
		}
		order = append(order, s)
	}
	for _, s := range targets {
		visit(s)
	}
	return order
}

// portable tells whether the stage makes the same bits on every processor, by
// itself and by what it reads.
func (s *Stage) portable() bool {
	return !slices.ContainsFunc(sorted([]*Stage{s}), func(s *Stage) bool { return s.Unportable != "" })
}

// Each calls do for 0 to n-1 on as many goroutines as there are processors.
// Every call is made, unless ctx ends; the error is that of the least number,
// whatever the order of events.
func Each(ctx context.Context, n int, do func(i int) error) error {
	return each(ctx, runtime.GOMAXPROCS(0), n, do)
}

// EachSynced is Each for calls that write to a disk and wait until it is there:
// on twice as many goroutines, so that the processors have something to do
// meanwhile.
func EachSynced(ctx context.Context, n int, do func(i int) error) error {
	return each(ctx, 2*runtime.GOMAXPROCS(0), n, do)
}

func each(ctx context.Context, workers, n int, do func(i int) error) error {
	errs := make([]error, n)
	var g errgroup.Group
	g.SetLimit(workers)
	for i := range n {
		g.Go(func() error {
			if errs[i] = ctx.Err(); errs[i] == nil {
				errs[i] = do(i)
			}
			return nil
		})
	}
	g.Wait()
	return cmp.Or(errs...)
}
