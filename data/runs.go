package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// Run is the record of a run that changed something: who made what of what,
// and when. Records are for people and for lineage; no id depends on them.
type Run struct {
	ID       string          `json:"id"` // begins with the time, so that records sort
	Began    time.Time       `json:"began"`
	Seconds  float64         `json:"seconds"`
	Program  string          `json:"program"` // version of mantis, Go and the machine's kind
	Settings json.RawMessage `json:"settings"`
	Steps    []RunStep       `json:"steps"`
}

// RunStep is what became of one stage in a run.
type RunStep struct {
	Stage   string  `json:"stage"`
	Version string  `json:"version"` // the full id
	Known   bool    `json:"known"`   // nothing was run
	Moved   bool    `json:"moved"`   // latest now names another version
	Made    int     `json:"made"`    // parts
	Kept    int     `json:"kept"`
	Seconds float64 `json:"seconds"`
}

// Record keeps the record of a run and names it.
func (s *Store) Record(r *Run) error {
	r.ID = ""
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	r.ID = r.Began.UTC().Format("20060102T150405.000Z") + "-" + SHA256(raw)[:8]
	if raw, err = json.MarshalIndent(r, "", " "); err != nil {
		return err
	}
	if err := s.place.Swap(runName(r.ID), nil, append(raw, '\n')); err != nil && !errors.Is(err, ErrChanged) {
		return fmt.Errorf("%w: run %s: %w", ErrStore, r.ID, err)
	}
	return nil
}

func runName(id string) string { return "runs/" + id + ".json" }

// Runs lists the records of runs, oldest first.
func (s *Store) Runs() ([]Run, error) {
	objects, err := s.place.List("runs/")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	var runs []Run
	for _, o := range objects {
		if !strings.HasSuffix(o.Name, ".json") {
			continue
		}
		raw, err := s.place.Read(o.Name)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrStore, err)
		}
		var r Run
		if json.Unmarshal(raw, &r) == nil && runName(r.ID) == o.Name { // a file of somebody else's is no record
			runs = append(runs, r)
		}
	}
	sort.Slice(runs, func(i, j int) bool { return runs[i].ID < runs[j].ID })
	return runs, nil
}

// FindRun finds the record of a run by its id, or the beginning of one.
func (s *Store) FindRun(prefix string) (*Run, error) {
	runs, err := s.Runs()
	if err != nil {
		return nil, err
	}
	runs = slices.DeleteFunc(runs, func(r Run) bool { return prefix == "" || !strings.HasPrefix(r.ID, prefix) })
	switch len(runs) {
	case 0:
		return nil, WithHint(fmt.Errorf("run %s: %w", prefix, ErrNotFound), "`mantis runs` lists them")
	case 1:
		return &runs[0], nil
	}
	return nil, WithHint(fmt.Errorf("%w %s: %d runs begin like that, from %s to %s", ErrName, prefix, len(runs), runs[0].ID, runs[len(runs)-1].ID), "give more of the id")
}
