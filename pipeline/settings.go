package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"mantis/data"
)

// ErrSetting is wrapped by errors about what a user set, rather than about
// data.
var ErrSetting = errors.New("setting")

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
// JSON. A parameter that is set again takes the later value.
func (s Settings) Put(path []string, value any) error {
	if len(path) < 2 {
		return fmt.Errorf("%w %q: want a stage and a parameter", ErrSetting, path)
	}
	at := s[path[0]]
	if at == nil {
		at = map[string]any{}
		s[path[0]] = at
	}
	last := len(path) - 1
	for _, key := range path[1:last] {
		next, ok := at[key].(map[string]any)
		if !ok && at[key] != nil {
			return setTwice(path)
		}
		if !ok {
			next = map[string]any{}
			at[key] = next
		}
		at = next
	}
	if _, ok := at[path[last]].(map[string]any); ok {
		return setTwice(path)
	}
	at[path[last]] = value
	return nil
}

func setTwice(path []string) error {
	return fmt.Errorf("%w %s: set both whole and in part", ErrSetting, strings.Join(path, "."))
}

// resolve is a fresh copy of the stage's parameters with the settings applied;
// an unknown key is an error that lists the known ones. A list is replaced as
// a whole, an object key by key.
func (s *Stage) resolve(settings Settings) (any, error) {
	fresh, defaults, err := s.defaults()
	if err != nil {
		return nil, err
	}
	if over := settings[s.Name]; len(over) > 0 {
		raw, err := json.Marshal(over)
		if err != nil {
			return nil, fmt.Errorf("%w of %s: %w", ErrSetting, s.Name, err)
		}
		for _, raw := range [][]byte{withoutLists(raw), raw} {
			dec := json.NewDecoder(bytes.NewReader(raw))
			dec.DisallowUnknownFields()
			if err := dec.Decode(fresh); err != nil {
				return nil, settingError(s.Name, err, defaults)
			}
		}
	}
	if s.Check != nil {
		if err := s.Check(fresh); err != nil {
			return nil, fmt.Errorf("%w of %s: %w", ErrSetting, s.Name, err)
		}
	}
	return fresh, nil
}

// defaults is a fresh copy of the stage's parameters, and their JSON.
func (s *Stage) defaults() (fresh any, raw []byte, err error) {
	if s.Params == nil {
		return nil, nil, fmt.Errorf("%s: no parameters, want a pointer to a struct", s.Name)
	}
	if raw, err = json.Marshal(s.Params); err != nil {
		return nil, nil, fmt.Errorf("%s: parameters: %w", s.Name, err)
	}
	fresh = reflect.New(reflect.TypeOf(s.Params).Elem()).Interface()
	if err := json.Unmarshal(raw, fresh); err != nil {
		return nil, nil, fmt.Errorf("%s: parameters: %w", s.Name, err)
	}
	return fresh, raw, nil
}

// withoutLists is JSON with null for every list. To decode it first empties
// the lists: the decoder fills the elements that it finds and would leave in
// them what it does not name.
func withoutLists(raw []byte) []byte {
	var tree any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if dec.Decode(&tree) != nil {
		return raw
	}
	var empty func(v any) any
	empty = func(v any) any {
		switch v := v.(type) {
		case []any:
			return nil
		case map[string]any:
			for k, x := range v {
				v[k] = empty(x)
			}
		}
		return v
	}
	out, err := json.Marshal(empty(tree))
	if err != nil {
		return raw
	}
	return out
}

func settingError(stage string, err error, defaults []byte) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		err = fmt.Errorf("%s: a %s where %s is wanted", lastPart(wrong.Field), wrong.Value, wanted(wrong.Type.Kind()))
	}
	return data.WithHint(fmt.Errorf("%w of %s: %w", ErrSetting, stage, err), stage+" takes "+string(defaults))
}

func lastPart(path string) string { return path[strings.LastIndex(path, ".")+1:] }

// wanted says in words what a parameter is.
func wanted(kind reflect.Kind) string {
	switch kind {
	case reflect.Slice, reflect.Array:
		return `a list, as in ["a","b"] or [1,2],`
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Float64:
		return "a number"
	}
	return "a whole number"
}

// Check resolves the parameters of the targets and all they read under the
// settings, and says what is wrong with them; it looks at nothing else.
func Check(targets []*Stage, settings Settings) error {
	order := sorted(targets)
	if err := checkGraph(order, settings); err != nil {
		return err
	}
	for _, s := range order {
		if _, err := s.resolve(settings); err != nil {
			return err
		}
	}
	return nil
}

// checkGraph refuses two stages of one name, and settings for stages that are
// not in the graph.
func checkGraph(order []*Stage, settings Settings) error {
	known := map[string]bool{}
	var names []string
	for _, s := range order {
		if known[s.Name] {
			return fmt.Errorf("two stages bear the name %s", s.Name)
		}
		known[s.Name] = true
		names = append(names, s.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if !known[name] {
			return data.WithHint(fmt.Errorf("%w: no stage %q", ErrSetting, name), "stages: "+strings.Join(names, " "))
		}
	}
	return nil
}
