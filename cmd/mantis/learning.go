package main

import (
	"context"
	"fmt"
	"path/filepath"

	"mantis/data"
	"mantis/pipeline"
)

// under moves what was set of the model below a stage that has a model of its
// own in its parameters, so that --set model.eta=0.05 means it there.
func under(settings pipeline.Settings, stage string) error {
	model := settings["model"]
	if model == nil {
		return nil
	}
	delete(settings, "model")
	if settings[stage] == nil {
		settings[stage] = map[string]any{}
	}
	if settings[stage]["model"] != nil {
		return fmt.Errorf("%w: model and %s.model are both set: set one", pipeline.ErrSetting, stage)
	}
	settings[stage]["model"] = model
	return nil
}

// makeOne brings one stage up to date that no run makes, and all that it reads.
func (g *global) makeOne(ctx context.Context, s *pipeline.Stage, settings pipeline.Settings, wait bool) (*data.Store, []pipeline.Step, error) {
	targets := []*pipeline.Stage{s}
	if err := pipeline.Check(targets, settings); err != nil {
		return nil, nil, err
	}
	store, err := g.create()
	if err != nil {
		return nil, nil, err
	}
	unlock, err := g.lock(ctx, store, wait)
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	p := newProgress(g, g.json)
	steps, err := pipeline.Run(ctx, store, targets, pipeline.Options{Settings: settings, Program: program(), Watch: p.watch})
	p.end()
	return store, steps, err
}

// fileOf is where people find a file of a version.
func fileOf(store *data.Store, v *data.Version, name string) string {
	if store.HasViews() {
		return filepath.Join(store.Root(), filepath.FromSlash(data.View(v.Dataset)), name)
	}
	for _, p := range v.Of("") {
		if p.Key == name {
			return store.Path(p)
		}
	}
	return ""
}
