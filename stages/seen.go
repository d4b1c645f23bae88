package stages

import (
	"fmt"
	"slices"
	"strings"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// featureNames is what the model sees: the named features, or those that are
// offered in every run, by name.
func featureNames(chosen []string) ([]string, error) {
	if len(chosen) == 0 {
		return offeredAlways(), nil
	}
	for i, name := range chosen {
		if feature.Find(name) == nil && !strings.HasPrefix(name, feature.OutsidePrefix) {
			return nil, data.WithHint(fmt.Errorf("feature %q: there is none of that name", name), "`mantis features` lists them")
		}
		if slices.Contains(chosen[:i], name) {
			return nil, fmt.Errorf("feature %q is named twice", name)
		}
	}
	return chosen, nil
}

func offeredAlways() (names []string) {
	for _, f := range feature.All() {
		if f.Offered() {
			names = append(names, f.Name)
		}
	}
	return names
}

// seenFeatures is what the model sees of the features that there are: those that
// it names, or, where it names no others than those of every run, all of them and
// those that this run adds.
func seenFeatures(t *pipeline.Task, named []string) ([]string, error) {
	v, err := t.Input(Features)
	if err != nil {
		return nil, err
	}
	schema, err := v.Table("features")
	if err != nil {
		return nil, err
	}
	for _, name := range named {
		if schema.Index(name) < 0 && strings.HasPrefix(name, feature.OutsidePrefix) {
			return nil, data.WithHint(fmt.Errorf("%w: feature %s: no file from outside has such a column", pipeline.ErrSetting, name), "name the file with --outside")
		}
		if schema.Index(name) < 0 {
			return nil, data.WithHint(fmt.Errorf("%w: feature %s is not computed in this run", pipeline.ErrSetting, name), "add it with --set features.add="+name)
		}
	}
	if !slices.Equal(named, offeredAlways()) {
		return named, nil
	}
	names := slices.Clone(named)
	for _, c := range schema.Fields {
		f := feature.Find(c.Name)
		if f != nil && f.Extra && !f.Anchored && !f.Level || f == nil && strings.HasPrefix(c.Name, feature.OutsidePrefix) {
			names = append(names, c.Name)
		}
	}
	if added := names[len(named):]; len(added) > 0 {
		t.Note("the model also sees what was added to the features of every run: %s", strings.Join(added, ", "))
	}
	return names, nil
}
