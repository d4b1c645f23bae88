package stages

import (
	"fmt"

	"mantis/data"
	"mantis/pipeline"
)

// remembered is what a stage made of some inputs that it looks at only in part:
// while that part stays the same, the tables are taken as they are.
type remembered struct {
	Parts []data.Part `json:"parts"`
	Notes []string    `json:"notes"`
}

// put puts an unpartitioned table, and remembers it.
func (r *remembered) put(t *pipeline.Task, b *data.Batch) error {
	k, err := t.Prepare(pipeline.Part{Schema: b.Schema(), Params: anyParams, With: b.Content(),
		Make: func([]*data.Batch) (*data.Batch, any, error) { return b, nil, nil }})
	if err != nil {
		return err
	}
	r.Parts = append(r.Parts, k.Part)
	return t.Keep(k)
}

// note says something of the version, and remembers it.
func (r *remembered) note(t *pipeline.Task, format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
	t.Note(format, args...)
}

// reuse takes what was remembered into the version. Schemas are those of the
// tables that the stage makes.
func (r *remembered) reuse(t *pipeline.Task, schemas ...data.Schema) error {
	for _, p := range r.Parts {
		for _, s := range schemas {
			if s.Table != p.Table {
				continue
			}
			if err := t.Reuse(s, p); err != nil {
				return err
			}
		}
	}
	for _, n := range r.Notes {
		t.Note("%s", n)
	}
	return nil
}
