package pipeline

import (
	"context"
	"fmt"
	"sync"

	"mantis/data"
)

// Task is one run of one stage: what it may read and where it writes.
type Task struct {
	Context context.Context
	Params  any          // resolved, of the type of the stage's Params
	Outside []data.Input // what the stage's Outside said
	Seen    *data.Seen   // what Outside was given

	stage    *Stage
	store    *data.Store
	inputs   map[*Stage]*data.Version
	draft    *data.Draft
	origin   data.Origin
	memo     *data.Memo
	step     *Step
	counting sync.Mutex // of the step's parts
	prints   sync.Map   // fingerprints, by shape
	progress func(done, total int, said string)
}

// Input is the version of one of the stage's inputs.
func (t *Task) Input(s *Stage) (*data.Version, error) {
	v, ok := t.inputs[s]
	if !ok {
		return nil, fmt.Errorf("%s does not declare %s as an input", t.stage.Name, s.Name)
	}
	return v, nil
}

// Given is the version of a dataset that no stage makes, as the stage's Outside
// named it.
func (t *Task) Given(dataset string) (*data.Version, error) {
	for _, in := range t.Outside {
		if in.Name == dataset && !in.Outside() {
			return t.store.Load(in.Name, in.ID)
		}
	}
	return nil, fmt.Errorf("%s names no version of %s", t.stage.Name, dataset)
}

// ReadOne decodes the parts of an input's table that have the given first
// partition values, one below the other in the order of their keys.
func (t *Task) ReadOne(s *Stage, table string, partition ...string) (*data.Batch, error) {
	v, err := t.Input(s)
	if err != nil {
		return nil, err
	}
	return t.ReadOf(v, table, partition...)
}

// ReadOf is ReadOne for a version that Given returned.
func (t *Task) ReadOf(v *data.Version, table string, partition ...string) (*data.Batch, error) {
	parts, err := v.Where(table, partition...)
	if err != nil {
		return nil, err
	}
	batches := make([]*data.Batch, len(parts))
	err = Each(t.Context, len(parts), func(i int) (err error) {
		batches[i], err = t.store.Read(v, parts[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	return data.Concat(batches...)
}

// ReadFile is a file of an input.
func (t *Task) ReadFile(s *Stage, name string) ([]byte, error) {
	v, err := t.Input(s)
	if err != nil {
		return nil, err
	}
	return t.store.ReadFile(v, name)
}

// Put adds a part to the new version; it may be called from several
// goroutines.
func (t *Task) Put(b *data.Batch, partition ...string) error { return t.draft.Put(b, partition...) }

// PutFile adds a file to the new version.
func (t *Task) PutFile(name string, content []byte) error { return t.draft.PutFile(name, content) }

// Note says something about the new version that people should know; it is
// kept with it. Call it in an order that depends on the inputs alone.
func (t *Task) Note(format string, args ...any) { t.draft.Note(format, args...) }

// Count takes a part of the work into the step's account: one that was known, or
// had to be made. Part and File do so themselves.
func (t *Task) Count(known bool) {
	t.counting.Lock()
	defer t.counting.Unlock()
	if known {
		t.step.Kept++
	} else {
		t.step.Made++
	}
}

// Progress tells a person who watches how far the stage is.
func (t *Task) Progress(done, total int) { t.progress(done, total, "") }

// Tell is Progress with a few words of what was found so far.
func (t *Task) Tell(done, total int, said string) { t.progress(done, total, said) }
