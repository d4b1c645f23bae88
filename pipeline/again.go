package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"mantis/data"
)

// Again is a version that is to be made again, of the inputs, parameters and
// code that its manifest records.
type Again struct {
	Was     *data.Version
	Changed []string // what cannot be as it was, so that the result may differ by design

	step  Step
	given []data.Input // versions that no stage makes
}

// NewAgain prepares a version that a stage of this program made, perhaps in an
// earlier shape. The files are those that it read from outside the store, in
// the order of its inputs.
func NewAgain(s *Stage, was *data.Version, files []string) (*Again, error) {
	a := &Again{Was: was, step: Step{Stage: s}}
	if err := a.restore(files); err != nil {
		return nil, fmt.Errorf("%s: %w", was.Ref(), err)
	}
	origin, err := a.step.origin()
	if err != nil {
		return nil, err
	}
	recorded, err := data.Canonical(was.Stage.Params)
	if err != nil {
		return nil, err
	}
	if s.Code != was.Stage.Code {
		a.Changed = append(a.Changed, fmt.Sprintf("code %d today, %d then", s.Code, was.Stage.Code))
	}
	if !bytes.Equal(origin.Params, recorded) {
		a.Changed = append(a.Changed, fmt.Sprintf("parameters %s today, %s then", origin.Params, recorded))
	}
	known := map[string]bool{}
	for _, in := range s.Inputs {
		known[in.Name] = true
	}
	for _, in := range was.Inputs {
		switch {
		case in.Outside() || known[in.Name]:
		case s.Outside != nil:
			a.given = append(a.given, in)
		default:
			a.Changed = append(a.Changed, fmt.Sprintf("%s is no longer read", in.Name))
		}
	}
	return a, nil
}

// restore settles the parameters. Where the stage refuses those of then, as
// when it has got another feature, it takes the defaults of today; but never
// for a version that was read from outside, in whose place something else might be.
func (a *Again) restore(files []string) (err error) {
	s := a.step.Stage
	if a.step.Params, err = s.restore(a.Was.Stage.Params); err != nil {
		return err
	}
	if len(files) > 0 {
		if s.Bring == nil {
			return fmt.Errorf("%s reads no files today", s.Name)
		}
		if err := s.Bring(a.step.Params, files); err != nil {
			return err
		}
	}
	if s.Check == nil {
		return nil
	}
	refused := s.Check(a.step.Params)
	if refused == nil {
		return nil
	}
	if a.fromOutside() {
		return fmt.Errorf("%w of %s: %w", ErrSetting, s.Name, refused)
	}
	a.Changed = append(a.Changed, fmt.Sprintf("the parameters of then are refused, defaults are taken: %v", refused))
	a.step.Params, err = s.resolve(nil)
	return err
}

// fromOutside tells whether the version was made of something that no stage makes,
// or of nothing that is written down.
func (a *Again) fromOutside() bool {
	s := a.step.Stage
	return s.Outside != nil && (len(s.Inputs) == 0 || slices.ContainsFunc(a.Was.Inputs, func(in data.Input) bool {
		return !slices.ContainsFunc(s.Inputs, func(s *Stage) bool { return s.Name == in.Name })
	}))
}

// Inputs are the versions that are read, as the manifest names them.
func (a *Again) Inputs() ([]data.Input, error) {
	var inputs []data.Input
	for _, s := range a.step.Stage.Inputs {
		in, err := a.input(s.Name)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	return append(inputs, a.given...), nil
}

func (a *Again) input(name string) (data.Input, error) {
	for _, in := range a.Was.Inputs {
		if in.Name == name {
			return in, nil
		}
	}
	return data.Input{}, fmt.Errorf("%s: its stage reads %s today, and it was made without", a.Was.Ref(), name)
}

// Run makes the version in a store that has its inputs and knows nothing of how
// it was made before. The store's lock must be held.
func (a *Again) Run(ctx context.Context, store *data.Store, watch func(Event)) (*data.Version, error) {
	s, inputs := a.step.Stage, map[*Stage]*data.Version{}
	for _, from := range s.Inputs {
		in, err := a.input(from.Name)
		if err != nil {
			return nil, err
		}
		if inputs[from], err = store.Load(in.Name, in.ID); err != nil {
			return nil, err
		}
	}
	if err := a.step.run(ctx, store, store.Seen(true), inputs, watch); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	if a.step.Known {
		return nil, fmt.Errorf("%s: %s is no empty store: it has made that before", s.Name, store.Root())
	}
	return a.step.Version, nil
}
