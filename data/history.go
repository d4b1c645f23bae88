package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Move is a version becoming the latest of its dataset.
type Move struct {
	Time time.Time `json:"time,omitzero"` // zero where a crash kept it from the log
	ID   string    `json:"id"`
}

// line is a line of a dataset's log.
type line struct {
	New  string `json:"new"`
	Old  string `json:"old"`
	Time string `json:"time"`
}

// History lists what the latest ref of a dataset has named, oldest first: the
// last is what it names now. It is as good as the log, and better by one move
// for each line that a crash kept from it: the line after that, or else the
// ref, tells. A line that is torn or somebody else's counts for nothing.
func (s *Store) History(dataset string) ([]Move, error) {
	if !datasetName.MatchString(dataset) {
		return nil, nil
	}
	raw, err := s.place.Read(logName(dataset))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: log of %s: %w", ErrStore, dataset, err)
	}
	now, _, err := s.ref(dataset) // after the log: a writer moves the ref first
	if err != nil {
		return nil, err
	}
	var moves []Move
	move := func(id string, at time.Time) {
		if isDigest(id) && (len(moves) == 0 || moves[len(moves)-1].ID != id) {
			moves = append(moves, Move{at, id})
		}
	}
	for text := range strings.Lines(string(raw)) {
		var l line
		if json.Unmarshal([]byte(text), &l) != nil || !isDigest(l.New) {
			continue
		}
		at, err := time.Parse(time.RFC3339, l.Time)
		if err != nil {
			continue
		}
		move(l.Old, time.Time{})
		move(l.New, at)
	}
	move(now, time.Time{})
	return moves, nil
}

func logName(dataset string) string { return "log/" + dataset + ".jsonl" }
