package data

import (
	"fmt"
	"slices"
)

// Seal gives the draft its id, moves its parts into place, writes the manifest
// and remembers the action key. Nothing is visible before the manifest is.
//
// A version that is there already stays as it was first sealed, with the
// origin, inputs and notes of that time, and is what Seal returns: an id names
// one manifest.
func (d *Draft) Seal(origin Origin, inputs []Input, action string) (*Version, error) {
	defer d.Discard()
	d.mu.Lock()
	defer d.mu.Unlock()
	v, s := &d.version, d.store
	if d.done {
		return nil, fmt.Errorf("%s is sealed twice", v.Dataset)
	}
	d.done = true
	v.Stage, v.Inputs, v.Action = origin, append(v.Inputs, inputs...), action
	v.sort()
	v.ID = v.computeID()
	if err := v.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", v.Dataset, err)
	}
	if !digestName.MatchString(action) {
		return nil, fmt.Errorf("%s: action key %q is no SHA-256", v.Ref(), action)
	}
	sealed, err := s.Load(v.Dataset, v.ID)
	if err != nil || len(s.Missing(sealed)) > 0 {
		sealed = nil
	}
	if err := d.settle(sealed); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
	}
	if sealed == nil {
		manifest, err := v.encode()
		if err != nil {
			return nil, err
		}
		if err := durable(s.at("tmp"), s.manifest(v.Dataset, v.ID), manifest); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
		}
		sealed = v
	}
	line := []byte(v.Dataset + "@" + v.ID + "\n")
	if err := durable(s.at("tmp"), s.action(action), line); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
	}
	return sealed, nil
}

// settle moves the staged parts into place. Where the version is there
// already, only files that it names are moved: they heal damaged ones. The
// same rows in other bytes stay behind, and Discard removes them.
func (d *Draft) settle(sealed *Version) error {
	for _, p := range d.version.Parts {
		staged, ok := d.staged[p.Path]
		if !ok || sealed != nil && !slices.ContainsFunc(sealed.Parts, func(q Part) bool { return q.Path == p.Path }) {
			continue
		}
		if err := settle(staged, d.store.Path(p)); err != nil {
			return err
		}
		delete(d.staged, p.Path)
	}
	return nil
}
