package data

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Memo is what a dataset's stage made before, part by part: under a key of
// everything that a part is made of, the part that came of it. It is a cache. To
// lose it, or not to find it in order, costs work and nothing else.
type Memo struct {
	store   *Store
	dataset string

	mu    sync.Mutex
	run   int
	made  map[string]Made
	dirty bool
}

// Made is what came of a key.
type Made struct {
	Part *Part           `json:"part,omitempty"` // nil: what was said is all
	Said json.RawMessage `json:"said,omitempty"` // what else the maker had to say
	As   string          `json:"as,omitempty"`   // what came of this other key came of this one too
	Run  int             `json:"run"`            // the number of the run that asked for it last
}

// memoRuns is for how many runs a memo keeps what nobody asks for: going back
// to parameters of the other day finds its parts.
const memoRuns = 32

type memoFile struct {
	Run  int             `json:"run"`
	Made map[string]Made `json:"made"`
}

// keys are the keys of a memo, sorted.
func (f memoFile) keys() []string { return slices.Sorted(maps.Keys(f.Made)) }

// readMemo reads an object that Save wrote.
func (s *Store) readMemo(name string) (f memoFile, err error) {
	raw, err := s.readCache(name)
	if err == nil {
		err = json.Unmarshal(raw, &f)
	}
	return f, err
}

// Memo opens the memo of a dataset.
func (s *Store) Memo(dataset string) *Memo {
	m := &Memo{store: s, dataset: dataset}
	if f, err := s.readMemo(memoName(dataset)); err == nil {
		m.run, m.made = f.Run, f.Made
	}
	if m.run++; m.made == nil {
		m.made = map[string]Made{}
	}
	return m
}

func memoName(dataset string) string { return "memo/" + dataset + ".json" }

// Get is what came of a key, if the memo knows and the part's file is there in
// its full length.
func (m *Memo) Get(key string) (Made, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	made, ok := m.made[key]
	if ok && made.As != "" {
		m.use(key, made)
		key = made.As
		made, ok = m.made[key]
	}
	if !ok || made.Part != nil && len(m.store.Missing(&Version{Parts: []Part{*made.Part}})) > 0 {
		return Made{}, false
	}
	m.use(key, made)
	return made, true
}

func (m *Memo) use(key string, made Made) {
	if made.Run != m.run {
		made.Run, m.dirty = m.run, true
		m.made[key] = made
	}
}

// Put remembers what came of a key.
func (m *Memo) Put(key string, made Made) {
	m.mu.Lock()
	defer m.mu.Unlock()
	made.Run = m.run
	m.made[key], m.dirty = made, true
}

// Save writes the memo, without what no run has asked for in a long time.
func (m *Memo) Save() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.dirty {
		return nil
	}
	for key, made := range m.made {
		if made.Run <= m.run-memoRuns {
			delete(m.made, key)
		}
	}
	if err := m.store.writeMemo(memoName(m.dataset), memoFile{m.run, m.made}); err != nil {
		return fmt.Errorf("%w: memo of %s: %w", ErrStore, m.dataset, err)
	}
	m.dirty = false
	return nil
}

func (s *Store) writeMemo(name string, f memoFile) error {
	raw, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return s.writeCache(name, raw)
}
