package pipeline

import (
	"encoding/json"

	"mantis/data"
)

// File makes a file of the new version, unless one was made of the same before.
// of is everything it depends on beside the stage's code; JSON.
func (t *Task) File(name string, of any, make func() ([]byte, error)) (data.Part, error) {
	key, err := t.valueKey("file", of)
	if err != nil {
		return data.Part{}, err
	}
	if made, ok := t.memo.Get(key); ok && made.Part != nil {
		p := *made.Part
		p.Key = name
		t.Count(true)
		return p, t.draft.Keep(data.Schema{}, p)
	}
	content, err := make()
	if err != nil {
		return data.Part{}, err
	}
	p, err := t.draft.MakeFile(name, content)
	if err != nil {
		return p, err
	}
	t.memo.Put(key, data.Made{Part: &p})
	t.Count(false)
	return p, t.draft.Keep(data.Schema{}, p)
}

// Recall finds what Remember was told under a key, if anything.
func (t *Task) Recall(key, into any) bool {
	k, err := t.valueKey("value", key)
	if err != nil {
		return false
	}
	made, ok := t.memo.Get(k)
	return ok && made.Part == nil && json.Unmarshal(made.Said, into) == nil
}

// Remember keeps a value beside the dataset, for a later run of this stage with
// the same code. It is a cache: what is remembered must follow from the key.
func (t *Task) Remember(key, value any) error {
	k, err := t.valueKey("value", key)
	if err != nil {
		return err
	}
	said, err := json.Marshal(value)
	if err != nil {
		return err
	}
	t.memo.Put(k, data.Made{Said: said})
	return nil
}

func (t *Task) valueKey(kind string, key any) (string, error) {
	raw, err := data.Canonical(map[string]any{"stage": t.origin.Name, "code": t.origin.Code, kind: key})
	return data.Digest("mantis/part-key/1", raw), err
}

// Checkpoint keeps at once what Remember was told so far. A stage whose work
// takes long calls it now and then: should the run be stopped, the next one
// recalls it.
func (t *Task) Checkpoint() error { return t.memo.Save() }
