package pipeline

import (
	"context"
	"fmt"
	"slices"

	"mantis/data"
)

// Replay makes versions as they would have come out of other inputs, in a store
// of its own: each by the stage and the parameters that its manifest records.
type Replay struct {
	Given []*data.Version // what is read in the place of what was; they lie in the store

	// Adjust changes the parameters of a stage before it runs; nil leaves them as
	// they were.
	Adjust func(s *Stage, params any)
}

// Run makes every version of the list again that a stage of this program made,
// inputs first, and returns them by dataset with those given. A version whose
// stage has changed since is refused: what it would make differs anyway. The
// store's lock must be held.
func (r Replay) Run(ctx context.Context, store *data.Store, stages []*Stage, versions []*data.Version, watch func(Event)) (map[string]*data.Version, error) {
	out := map[string]*data.Version{}
	for _, v := range r.Given {
		out[v.Dataset] = v
	}
	for _, s := range sorted(stages) {
		i := slices.IndexFunc(versions, func(v *data.Version) bool { return v.Dataset == s.Name })
		if i < 0 || out[s.Name] != nil {
			continue
		}
		step, err := r.step(s, versions[i])
		if err != nil {
			return nil, err
		}
		inputs := map[*Stage]*data.Version{}
		for _, in := range s.Inputs {
			if inputs[in] = out[in.Name]; inputs[in] == nil {
				return nil, fmt.Errorf("%s: its stage reads %s, which is neither given nor made", versions[i].Ref(), in.Name)
			}
		}
		if err := step.run(ctx, store, store.Seen(true), inputs, watch); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		out[s.Name] = step.Version
	}
	return out, nil
}

func (r Replay) step(s *Stage, was *data.Version) (*Step, error) {
	again, err := NewAgain(s, was, nil)
	if err != nil {
		return nil, err
	}
	if len(again.Changed) > 0 {
		return nil, data.WithHint(fmt.Errorf("%s was made otherwise than it would be today: %s", was.Ref(), again.Changed[0]), "bring it up to date with mantis run")
	}
	if r.Adjust != nil {
		r.Adjust(s, again.step.Params)
	}
	return &again.step, nil
}
