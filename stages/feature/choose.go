package feature

import (
	"fmt"
	"slices"
	"strings"
)

// Default lists by name the features that every run computes.
func Default() []*Feature {
	return slices.DeleteFunc(All(), func(f *Feature) bool { return f.Extra })
}

// Find is the feature of a name, or nil.
func Find(name string) *Feature {
	for _, f := range all {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Groups lists by name the families that features can be asked for by.
func Groups() []string {
	var groups []string
	for _, f := range all {
		if f.Group != "" {
			groups = append(groups, f.Group)
		}
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}

// Choose lists by name, each once, the features that are asked for by their
// names, by those of groups, or by "all".
func Choose(asked []string) ([]*Feature, error) {
	chosen := map[*Feature]bool{}
	for _, name := range asked {
		found := false
		for _, f := range all {
			if name == f.Name || name == f.Group || name == "all" {
				chosen[f], found = true, true
			}
		}
		if !found || name == "" {
			return nil, fmt.Errorf("feature %q: no feature or group of that name; groups: all %s", name, strings.Join(Groups(), " "))
		}
	}
	return slices.DeleteFunc(All(), func(f *Feature) bool { return !chosen[f] }), nil
}

// LookBack is the greatest look-back of features, in bars; at least 1.
func LookBack(features []*Feature) int {
	most := 1
	for _, f := range features {
		most = max(most, f.LookBack)
	}
	return most
}
