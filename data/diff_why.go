package data

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Why is how the making of B differs from that of A, as their manifests tell
// it: from when their content was made first.
type Why struct {
	Stage  []Change `json:"stage"`  // "stage" and "code"
	Params []Change `json:"params"` // by their paths, as in "sim.seed", with values in JSON
	Inputs []Change `json:"inputs"` // with ids
}

func why(a, b *Version) Why {
	w := Why{Stage: []Change{}, Params: changes(flatten(a.Stage.Params), flatten(b.Stage.Params)), Inputs: changes(inputIDs(a), inputIDs(b))}
	if a.Stage.Name != b.Stage.Name {
		w.Stage = append(w.Stage, Change{"stage", a.Stage.Name, b.Stage.Name})
	}
	if a.Stage.Code != b.Stage.Code {
		w.Stage = append(w.Stage, Change{"code", strconv.Itoa(a.Stage.Code), strconv.Itoa(b.Stage.Code)})
	}
	return w
}

// changes lists the names whose values differ, sorted.
func changes(a, b map[string]string) []Change {
	out := []Change{}
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if a[name] != b[name] {
			out = append(out, Change{name, a[name], b[name]})
		}
	}
	return out
}

// inputIDs are the ids of the inputs of each name, in a text where there are
// several.
func inputIDs(v *Version) map[string]string {
	ids := map[string][]string{}
	for _, in := range v.Inputs {
		ids[in.Name] = append(ids[in.Name], in.ID)
	}
	out := map[string]string{}
	for name, list := range ids {
		slices.Sort(list)
		out[name] = strings.Join(list, " ")
	}
	return out
}

// flatten lists the values of a JSON object by their paths. A list is one
// value.
func flatten(raw json.RawMessage) map[string]string {
	out := map[string]string{}
	var walk func(path string, raw json.RawMessage)
	walk = func(path string, raw json.RawMessage) {
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) == nil && len(object) > 0 {
			for name, value := range object {
				walk(strings.TrimPrefix(path+"."+name, "."), value)
			}
			return
		}
		if path == "" {
			return
		}
		var value bytes.Buffer
		json.Compact(&value, raw) // a manifest is JSON throughout
		out[path] = value.String()
	}
	walk("", raw)
	return out
}

// diffNotes says which notes of b are not in a, and which of a are not in b, in
// their order: notes that changed places are among both.
func diffNotes(a, b []string) (added, removed []string) {
	added, removed = []string{}, []string{}
	for _, note := range b {
		i := slices.Index(a, note)
		if i < 0 {
			added = append(added, note)
			continue
		}
		removed = append(removed, a[:i]...)
		a = a[i+1:]
	}
	return added, append(removed, a...)
}
