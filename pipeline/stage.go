// Package pipeline runs stages: it orders them, skips those whose result is
// known, runs the rest and seals what they make. It knows no stage.
//
// A stage is a value. The graph of stages is Go variables that name each
// other, so a typo in an input or a cycle does not compile.
package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"

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

	// Check says what is wrong with resolved parameters; nil accepts all.
	Check func(params any) error

	// Outside digests what the stage will read from outside the store, file by
	// file; nil for a stage that reads datasets alone.
	Outside func(params any) ([]data.Input, error)
}

// Settings override parameters: for a stage's name, a tree of its keys and
// their values. Only the keys that are named change.
type Settings map[string]map[string]any

// Set reads "stage.key=value", the key dotted where a parameter has parts; a
// value that is no JSON is taken as a string.
func (s Settings) Set(assignment string) error {
	name, value, ok := strings.Cut(assignment, "=")
	path := strings.Split(name, ".")
	if !ok || len(path) < 2 || slices.Contains(path, "") {
		return fmt.Errorf("%w %q: want stage.parameter=value, as in bars.interval=12h", ErrSetting, assignment)
	}
	raw := json.RawMessage(value)
	if !json.Valid(raw) {
		raw, _ = json.Marshal(value)
	}
	return s.Put(path, raw)
}

// Put sets the parameter at a path, stage first, to a value that encodes as
// JSON.
func (s Settings) Put(path []string, value any) error {
	at := s[path[0]]
	if at == nil {
		at = map[string]any{}
		s[path[0]] = at
	}
	for _, key := range path[1 : len(path)-1] {
		next, ok := at[key].(map[string]any)
		if !ok && at[key] != nil {
			return fmt.Errorf("%w %s: set both whole and in part", ErrSetting, strings.Join(path, "."))
		}
		if !ok {
			next = map[string]any{}
			at[key] = next
		}
		at = next
	}
	at[path[len(path)-1]] = value
	return nil
}

// resolve is a fresh copy of the stage's parameters with the settings applied;
// an unknown key is an error that lists the known ones.
func (s *Stage) resolve(settings Settings) (any, error) {
	defaults, err := json.Marshal(s.Params)
	if err != nil {
		return nil, fmt.Errorf("%s: parameters: %w", s.Name, err)
	}
	fresh := reflect.New(reflect.TypeOf(s.Params).Elem()).Interface()
	if err := json.Unmarshal(defaults, fresh); err != nil {
		return nil, fmt.Errorf("%s: parameters: %w", s.Name, err)
	}
	if over := settings[s.Name]; len(over) > 0 {
		raw, err := json.Marshal(over)
		if err != nil {
			return nil, err
		}
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		if err := dec.Decode(fresh); err != nil {
			return nil, settingError(s.Name, err, defaults)
		}
	}
	if s.Check != nil {
		if err := s.Check(fresh); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return fresh, nil
}

// ErrSetting is wrapped by errors about what a user set, rather than about
// data.
var ErrSetting = errors.New("setting")

func settingError(stage string, err error, defaults []byte) error {
	var known map[string]json.RawMessage
	hint := "`mantis plan --params` shows every parameter"
	if json.Unmarshal(defaults, &known) == nil {
		keys, _ := data.Canonical(known)
		hint = stage + " takes " + string(keys)
	}
	return data.WithHint(fmt.Errorf("%w of %s: %v", ErrSetting, stage, err), hint)
}

// checkSettings refuses settings for stages that are not in the graph.
func checkSettings(order []*Stage, settings Settings) error {
	known := map[string]bool{}
	var names []string
	for _, s := range order {
		known[s.Name] = true
		names = append(names, s.Name)
	}
	for name := range settings {
		if !known[name] {
			return data.WithHint(fmt.Errorf("%w: no stage %q", ErrSetting, name), "stages: "+strings.Join(names, " "))
		}
	}
	return nil
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

// Each calls do for 0 to n-1 on as many goroutines as there are processors and
// returns the first error.
func Each(ctx context.Context, n int, do func(i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(i)
		})
	}
	return g.Wait()
}
