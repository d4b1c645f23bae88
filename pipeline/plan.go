package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"mantis/data"
)

// Intent is what a run would do about one stage.
type Intent struct {
	Stage  *Stage `json:"-"`
	Name   string `json:"stage"`
	Would  string `json:"would"` // "keep", "run", or "decide" once its inputs are made
	Why    string `json:"why"`
	ID     string `json:"id,omitempty"` // the version that is kept
	Params any    `json:"params"`
}

// Plan tells, stage by stage, what Run would do and why. It writes nothing;
// store may be nil where there is none yet.
func Plan(store *data.Store, targets []*Stage, settings Settings) ([]Intent, error) {
	order := sorted(targets)
	if err := checkGraph(order, settings); err != nil {
		return nil, err
	}
	kept, seen := map[*Stage]*data.Version{}, store.Seen(false)
	intents := make([]Intent, len(order))
	for i, s := range order {
		params, err := s.resolve(settings)
		if err != nil {
			return nil, err
		}
		intents[i] = Intent{Stage: s, Name: s.Name, Params: params}
		if err := intents[i].decide(store, seen, kept); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return intents, nil
}

func (in *Intent) decide(store *data.Store, seen *data.Seen, kept map[*Stage]*data.Version) error {
	s := in.Stage
	var waits []string
	for _, input := range s.Inputs {
		if kept[input] == nil {
			waits = append(waits, input.Name)
		}
	}
	if len(waits) > 0 {
		in.Would, in.Why = "decide", "after "+strings.Join(waits, ", ")
		return nil
	}
	step := Step{Stage: s, Params: in.Params}
	origin, inputs, action, err := step.action(kept, seen)
	if err != nil {
		return err
	}
	if store == nil {
		in.Would, in.Why = "run", "there is no store yet"
		return nil
	}
	if v := store.Known(s.Name, action); v != nil {
		kept[s] = v
		in.Would, in.Why, in.ID = "keep", "same code, parameters and inputs as "+v.Ref(), v.ID
		return nil
	}
	in.Would, in.Why = "run", changed(store, origin, inputs)
	return nil
}

// changed says how an action differs from the one behind the latest version.
func changed(store *data.Store, origin data.Origin, inputs []data.Input) string {
	v, err := store.Latest(origin.Name)
	if errors.Is(err, data.ErrNotFound) {
		return "never run"
	}
	if err != nil {
		return err.Error()
	}
	if missing := store.Missing(v); len(missing) > 0 {
		return fmt.Sprintf("%d of %d files of %s are missing or cut short", len(missing), len(v.Parts), v.Ref())
	}
	var why []string
	if v.Stage.Code != origin.Code {
		why = append(why, fmt.Sprintf("code %d, was %d", origin.Code, v.Stage.Code))
	}
	before, err := data.Canonical(v.Stage.Params)
	if err != nil || !bytes.Equal(before, origin.Params) {
		why = append(why, "parameters changed")
	}
	was := map[string]string{}
	for _, in := range v.Inputs {
		was[in.Name] = in.ID
	}
	for _, in := range inputs {
		if was[in.Name] != in.ID {
			why = append(why, "input "+in.Name+" changed")
		}
		delete(was, in.Name)
	}
	if len(was) > 0 {
		why = append(why, "fewer inputs")
	}
	if len(why) == 0 {
		return "the record of how " + v.Ref() + " was made is lost"
	}
	return strings.Join(why, ", ") + " since " + v.Ref()
}
