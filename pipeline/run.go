package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"mantis/data"
)

// Event tells a watcher what happens to a stage: it begins (Total 0), is some
// way on, or has ended in a Step.
type Event struct {
	Stage       *Stage
	Done, Total int
	Said        string // what the stage has to tell so far
	Ended       *Step
}

// Step is what became of one stage in a run.
type Step struct {
	Stage   *Stage
	Version *data.Version
	Params  any
	Known   bool // nothing was run: the action was known
	Moved   bool // the dataset's latest ref now names another version
	Made    int  // parts that were made, of those that a stage makes one by one
	Kept    int  // parts that were kept, as what they are made of is the same
	Took    time.Duration
}

// Options steer a run.
type Options struct {
	Settings Settings
	Program  string      // who runs, for the record of the run
	Rehash   bool        // hash files outside the store again, though they look the same
	Watch    func(Event) // may be nil; called from several goroutines, for one stage in the order of its events
}

// Run brings the targets and all they read up to date and returns one step a
// stage, inputs first. The store's lock must be held. Stages whose inputs are
// ready run side by side; the first error stops the others, and what they had
// begun leaves no trace. A run that changed something leaves a record of itself.
func Run(ctx context.Context, store *data.Store, targets []*Stage, opt Options) ([]Step, error) {
	order, begun := sorted(targets), time.Now()
	if err := checkGraph(order, opt.Settings); err != nil {
		return nil, err
	}
	steps := make([]Step, len(order))
	ready := map[*Stage]chan struct{}{}
	at := map[*Stage]*Step{}
	for i, s := range order {
		params, err := s.resolve(opt.Settings)
		if err != nil {
			return nil, err
		}
		steps[i] = Step{Stage: s, Params: params}
		at[s], ready[s] = &steps[i], make(chan struct{})
	}
	seen := store.Seen(opt.Rehash)
	g, ctx := errgroup.WithContext(ctx)
	for i := range steps {
		step := &steps[i]
		g.Go(func() error {
			inputs := map[*Stage]*data.Version{}
			for _, in := range step.Stage.Inputs {
				select {
				case <-ready[in]:
					inputs[in] = at[in].Version
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			if err := step.run(ctx, store, seen, inputs, opt.Watch); err != nil {
				return fmt.Errorf("%s: %w", step.Stage.Name, err)
			}
			close(ready[step.Stage])
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := seen.Save(); err != nil {
		return nil, err
	}
	for i := range steps {
		moved, err := store.Point(steps[i].Version)
		if err != nil {
			return nil, err
		}
		steps[i].Moved = moved
	}
	return steps, record(store, opt.Program, begun, steps)
}

// run makes one stage's version, or finds that it is known.
func (step *Step) run(ctx context.Context, store *data.Store, seen *data.Seen, inputs map[*Stage]*data.Version, watch func(Event)) error {
	if watch == nil {
		watch = func(Event) {}
	}
	s, begun := step.Stage, time.Now()
	origin, ins, action, err := step.action(inputs, seen)
	if err != nil {
		return err
	}
	if v := store.Known(s.Name, action); v != nil {
		step.Version, step.Known, step.Took = v, true, time.Since(begun)
		watch(Event{Stage: s, Ended: step})
		return nil
	}
	watch(Event{Stage: s})
	draft := store.Draft(s.Name)
	defer draft.Discard()
	draft.Provenance(origin, ins)
	if !s.portable() {
		draft.Unportable()
	}
	task := &Task{Context: ctx, Params: step.Params, Outside: ins[len(s.Inputs):], Seen: seen, stage: s, store: store, inputs: inputs, draft: draft,
		origin: origin, memo: store.Memo(s.Name), step: step, progress: func(done, total int, said string) {
			watch(Event{Stage: s, Done: done, Total: total, Said: said})
		}}
	if err := s.Run(task); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if step.Version, err = draft.Seal(origin, ins, action); err != nil {
		return err
	}
	if err := task.memo.Save(); err != nil {
		return err
	}
	step.Took = time.Since(begun)
	watch(Event{Stage: s, Ended: step})
	return nil
}

// action is the key of running a stage with these parameters on these inputs,
// and what goes into the manifest for it.
func (step *Step) action(inputs map[*Stage]*data.Version, seen *data.Seen) (data.Origin, []data.Input, string, error) {
	s := step.Stage
	origin, err := step.origin()
	if err != nil {
		return data.Origin{}, nil, "", err
	}
	var ins []data.Input
	for _, in := range s.Inputs {
		ins = append(ins, data.Input{Name: in.Name, ID: inputs[in].ID})
	}
	if s.Outside != nil {
		outside, err := s.Outside(step.Params, seen)
		if err != nil {
			return data.Origin{}, nil, "", err
		}
		ins = append(ins, outside...)
	}
	if ins == nil {
		ins = []data.Input{}
	}
	key, err := data.Canonical(map[string]any{"stage": origin, "inputs": ins, "profile": "mantis/1"})
	if err != nil {
		return data.Origin{}, nil, "", err
	}
	return origin, ins, data.Digest("mantis/act/1", key), nil
}

// origin is the stage with its parameters, those that matter to what it makes.
func (step *Step) origin() (data.Origin, error) {
	keyed := step.Params
	if k, ok := keyed.(interface{ Key() any }); ok {
		keyed = k.Key()
	}
	params, err := data.Canonical(keyed)
	return data.Origin{Name: step.Stage.Name, Code: step.Stage.Code, Params: json.RawMessage(params)}, err
}

// Interrupted tells whether an error is nothing but a cancelled run.
func Interrupted(err error) bool { return errors.Is(err, context.Canceled) }
