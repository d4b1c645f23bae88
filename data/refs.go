package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// Point makes a version the latest of its dataset: its ref, then its log and
// views. A ref that already says so is left alone; its views are set right. It
// tells whether the ref moved.
func (s *Store) Point(v *Version) (moved bool, err error) {
	old, raw, err := s.ref(v.Dataset)
	if err == nil {
		err = s.checkNames(v)
	}
	if err != nil {
		return false, err
	}
	if old == v.ID {
		err = s.place.Sync()
	} else {
		err = s.place.Swap(refName(v.Dataset), raw, []byte(v.ID+"\n"))
	}
	if err != nil {
		err = fmt.Errorf("%w: %s: ref: %w", ErrStore, v.Ref(), err)
		if errors.Is(err, ErrChanged) {
			err = WithHint(err, "another run ended first: run again")
		}
		return false, err
	}
	if old != v.ID {
		if err := s.logMove(v.Dataset, old, v.ID); err != nil {
			return true, fmt.Errorf("%w: %s: log: %w", ErrStore, v.Ref(), err)
		}
	}
	if err := s.show(v); err != nil {
		return old != v.ID, fmt.Errorf("%w: %s: views: %w", ErrStore, v.Ref(), full(err))
	}
	return old != v.ID, nil
}

// logTries is how often a log is read again because another writer moved it.
const logTries = 100

// logMove appends to the dataset's log, the only object that knows a clock.
func (s *Store) logMove(dataset, old, id string) error {
	entry, err := json.Marshal(line{id, old, time.Now().UTC().Format(time.RFC3339)})
	if err != nil {
		return err
	}
	name := logName(dataset)
	for range logTries {
		before, err := s.place.Read(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		log := append([]byte{}, before...)
		if len(log) > 0 && log[len(log)-1] != '\n' { // a line that was torn
			log = append(log, '\n')
		}
		err = s.place.Swap(name, before, append(append(log, entry...), '\n'))
		if !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return ErrChanged
}
