package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// WhenMade tells when each of the versions was made: when the run that made it
// ended, by the first record that says so; else when it first became the
// latest, by the dataset's log; else when its manifest was written here.
func (s *Store) WhenMade(versions ...*Version) ([]time.Time, error) {
	runs, err := s.Runs()
	if err != nil {
		return nil, err
	}
	recorded := map[string]time.Time{}
	for i := len(runs) - 1; i >= 0; i-- { // the first record is written last
		r := runs[i]
		for _, step := range r.Steps {
			if !step.Known {
				recorded[step.Version] = r.Began.Add(time.Duration(r.Seconds * float64(time.Second)))
			}
		}
	}
	when := make([]time.Time, len(versions))
	for i, v := range versions {
		if at, ok := recorded[v.ID]; ok {
			when[i] = at.UTC()
			continue
		}
		if when[i], err = s.firstLatest(v); err != nil {
			return nil, err
		}
	}
	return when, nil
}

// firstLatest is when a version first became the latest, or, where the log does
// not say, when its manifest was written.
func (s *Store) firstLatest(v *Version) (time.Time, error) {
	log, err := s.place.Read("log/" + v.Dataset + ".jsonl")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, fmt.Errorf("%w: %s: log: %w", ErrStore, v.Dataset, err)
	}
	for line := range strings.Lines(string(log)) {
		var move struct {
			Time time.Time `json:"time"`
			New  string    `json:"new"`
		}
		if json.Unmarshal([]byte(line), &move) == nil && move.New == v.ID {
			return move.Time.UTC(), nil
		}
	}
	manifest, err := s.place.Stat(manifestName(v.Dataset, v.ID))
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %s: manifest: %w", ErrStore, v.Ref(), err)
	}
	return manifest.Modified.UTC(), nil
}
