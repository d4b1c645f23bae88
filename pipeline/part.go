package pipeline

import (
	"encoding/json"
	"fmt"

	"mantis/data"
)

// Part is one part of a table that a stage makes, and all it is made of. While
// that stays the same the part is kept, and Make is not called.
type Part struct {
	Schema data.Schema
	Values []string // of the partition columns
	From   []Rows   // the rows that it is made of
	Params any      // what matters of the stage's parameters; nil: all of them
	With   any      // what else it depends on; JSON

	// Make makes the rows of the part from the rows of From, in that order, and
	// may say something that is remembered with them; JSON. It must depend on
	// nothing else.
	Make func(from []*data.Batch) (rows *data.Batch, said any, err error)
}

// Rows are rows of a part that another part is made of: all of them, or some at
// one end. A change in the others then changes nothing.
type Rows struct {
	Of    *data.Version // nil: a part of the table being made
	Part  data.Part
	First int // only so many first rows, where not 0
	Last  int // only so many last rows, where not 0
}

// Kept is a part that stands ready to be kept.
type Kept struct {
	data.Part
	schema data.Schema
	said   json.RawMessage
}

// Said reads what Make had to say.
func (k *Kept) Said(into any) error {
	if k.said == nil {
		return nil
	}
	return json.Unmarshal(k.said, into)
}

// Part makes a part, unless the same was made of the same before, and takes it
// into the new version. It may be called from several goroutines.
func (t *Task) Part(p Part) (*Kept, error) {
	k, err := t.Prepare(p)
	if err == nil {
		err = t.Keep(k)
	}
	return k, err
}

// Keep takes a prepared part into the new version.
func (t *Task) Keep(k *Kept) error { return t.draft.Keep(k.schema, k.Part) }

// Reuse takes a part into the new version that was made before, in this run or
// an earlier one.
func (t *Task) Reuse(schema data.Schema, p data.Part) error { return t.draft.Keep(schema, p) }

// Present tells whether the files of parts that were made before are there.
func (t *Task) Present(parts []data.Part) bool {
	return len(t.store.Missing(&data.Version{Parts: parts})) == 0
}

// Prepare is Part without taking the part into the version.
func (t *Task) Prepare(p Part) (*Kept, error) {
	coarse, err := t.partKey(&p, nil)
	if err != nil {
		return nil, err
	}
	if made, ok := t.memo.Get(coarse); ok && made.Part != nil {
		t.Count(true)
		return &Kept{*made.Part, p.Schema, made.Said}, nil
	}
	key, from := coarse, []*data.Batch(nil)
	if p.narrow() {
		if from, err = t.decode(&p); err != nil {
			return nil, err
		}
		if key, err = t.partKey(&p, from); err != nil {
			return nil, err
		}
		if made, ok := t.memo.Get(key); ok && made.Part != nil {
			t.memo.Put(coarse, data.Made{As: key})
			t.Count(true)
			return &Kept{*made.Part, p.Schema, made.Said}, nil
		}
	} else if from, err = t.decode(&p); err != nil {
		return nil, err
	}
	k, err := t.make(&p, from)
	if err != nil {
		return nil, err
	}
	t.memo.Put(key, data.Made{Part: &k.Part, Said: k.said})
	if key != coarse {
		t.memo.Put(coarse, data.Made{As: key})
	}
	t.Count(false)
	return k, nil
}

// make calls Make and writes what it gives.
func (t *Task) make(p *Part, from []*data.Batch) (*Kept, error) {
	b, said, err := p.Make(from)
	if err != nil {
		return nil, err
	}
	k := &Kept{schema: p.Schema}
	if said != nil {
		if k.said, err = json.Marshal(said); err != nil {
			return nil, err
		}
	}
	inputs := make([]data.Input, len(p.From))
	for i, r := range p.From {
		inputs[i] = data.Input{Name: r.name(), ID: r.content(from[i])}
	}
	params := t.origin.Params
	if p.Params != nil {
		if params, err = data.Canonical(p.Params); err != nil {
			return nil, err
		}
	}
	k.Part, err = t.draft.Make(b, params, inputs, p.Values...)
	return k, err
}

// narrow tells whether some of a part's rows do not matter.
func (p *Part) narrow() bool {
	for _, r := range p.From {
		if r.First != 0 || r.Last != 0 {
			return true
		}
	}
	return false
}

// name is a part of an input in words: bars/symbol=BTC-USD/period=2024, and how
// many rows at an end where not all of them.
func (r Rows) name() string {
	name := r.Part.Table + "/" + r.Part.Key
	switch {
	case r.First != 0:
		name += fmt.Sprintf(" first %d", r.First)
	case r.Last != 0:
		name += fmt.Sprintf(" last %d", r.Last)
	}
	return name
}

// content digests the rows that matter; b is all of them, or nil to go by the
// whole part.
func (r Rows) content(b *data.Batch) string {
	if b == nil || r.First == 0 && r.Last == 0 {
		return r.Part.Content
	}
	return b.Content()
}

// decode reads the rows that a part is made of.
func (t *Task) decode(p *Part) ([]*data.Batch, error) {
	from := make([]*data.Batch, len(p.From))
	for i, r := range p.From {
		var b *data.Batch
		var err error
		if r.Of == nil {
			b, err = t.draft.Read(p.Schema, r.Part)
		} else {
			b, err = t.store.Read(r.Of, r.Part)
		}
		if err != nil {
			return nil, err
		}
		n := b.Rows()
		switch {
		case r.First != 0:
			b = b.Slice(0, min(r.First, n))
		case r.Last != 0:
			b = b.Slice(max(0, n-r.Last), n)
		}
		from[i] = b
	}
	return from, nil
}

// partKey is the key of a part: by the rows that matter, or, without them, by
// the whole parts that they are in.
func (t *Task) partKey(p *Part, from []*data.Batch) (string, error) {
	params := p.Params
	if params == nil {
		params = t.origin.Params
	}
	rows := make([]data.Input, len(p.From))
	for i, r := range p.From {
		var b *data.Batch
		if from != nil {
			b = from[i]
		}
		rows[i] = data.Input{Name: r.name(), ID: r.content(b)}
	}
	key, err := data.Canonical(map[string]any{
		"stage": t.origin.Name, "code": t.origin.Code, "params": params, "table": t.fingerprint(&p.Schema),
		"values": p.Values, "with": p.With, "from": rows, "whole": from == nil && p.narrow(),
	})
	if err != nil {
		return "", err
	}
	return data.Digest("mantis/part-key/1", key), nil
}

// shape tells schemas apart that a stage names again and again.
type shape struct {
	table           string
	fields          *data.Field
	columns         int
	partition, sort int
}

// fingerprint is that of a schema, of which there is one for thousands of parts.
func (t *Task) fingerprint(s *data.Schema) string {
	if len(s.Fields) == 0 {
		return s.Fingerprint()
	}
	of := shape{s.Table, &s.Fields[0], len(s.Fields), len(s.Partition), len(s.Sort)}
	known, ok := t.prints.Load(of)
	if !ok {
		known, _ = t.prints.LoadOrStore(of, s.Fingerprint())
	}
	return known.(string)
}
