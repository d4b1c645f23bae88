package pipeline

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// restore is the way back from a manifest to a stage's parameters: what data's
// canonical JSON has of them is read, and what it has not keeps its default. A
// parameter that the stage no longer has is left out.
func (s *Stage) restore(recorded json.RawMessage) (any, error) {
	fresh, _, err := s.defaults()
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(recorded))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("recorded parameters: %w", err)
	}
	raw, err := json.Marshal(withNumbers(tree, reflect.TypeOf(fresh)))
	if err != nil {
		return nil, fmt.Errorf("recorded parameters: %w", err)
	}
	for _, raw := range [][]byte{withoutLists(raw), raw} {
		if err := json.Unmarshal(raw, fresh); err != nil {
			return nil, fmt.Errorf("recorded parameters: %w", err)
		}
	}
	return fresh, nil
}

var (
	readsJSON = reflect.TypeFor[json.Unmarshaler]()
	readsText = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// withNumbers turns the texts of canonical JSON that stand where a type has a
// number into numbers again; everything else stays.
func withNumbers(v any, t reflect.Type) any {
	if p := reflect.PointerTo(t); p.Implements(readsJSON) || p.Implements(readsText) {
		return v
	}
	switch v := v.(type) {
	case string:
		if k := t.Kind(); k == reflect.Float64 || k == reflect.Float32 {
			return json.Number(v)
		}
	case []any:
		if k := t.Kind(); k == reflect.Slice || k == reflect.Array {
			for i := range v {
				v[i] = withNumbers(v[i], t.Elem())
			}
		}
	case map[string]any:
		switch t.Kind() {
		case reflect.Map:
			for name := range v {
				v[name] = withNumbers(v[name], t.Elem())
			}
		case reflect.Struct:
			for i := range t.NumField() {
				f := t.Field(i)
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if name == "" {
					name = f.Name
				}
				switch {
				case f.Anonymous && name == f.Name:
					withNumbers(v, f.Type) // its fields are written beside the others
				case v[name] != nil:
					v[name] = withNumbers(v[name], f.Type)
				}
			}
		}
	}
	if t.Kind() == reflect.Pointer {
		return withNumbers(v, t.Elem())
	}
	return v
}
