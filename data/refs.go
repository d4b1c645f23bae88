package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// refTries is how often a ref is read again because another writer moved it.
const refTries = 20

// Point makes a version the latest of its dataset: its ref, then its log and
// views. A ref that already says so is left alone; its views are set right. It
// tells whether the ref moved. Where two writers are at work, the ref names the
// version of the one that came last.
func (s *Store) Point(v *Version) (moved bool, err error) {
	for range refTries {
		if moved, err = s.point(v); moved || !errors.Is(err, ErrChanged) {
			return moved, err
		}
	}
	return false, WithHint(err, "other writers move it again and again: run again when they are done")
}

func (s *Store) point(v *Version) (moved bool, err error) {
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
		return false, fmt.Errorf("%w: %s: ref: %w", ErrStore, v.Ref(), err)
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
	line, err := json.Marshal(map[string]string{"time": time.Now().UTC().Format(time.RFC3339), "old": old, "new": id})
	if err != nil {
		return err
	}
	name := "log/" + dataset + ".jsonl"
	for range logTries {
		before, err := s.place.Read(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		log := append([]byte{}, before...)
		if len(log) > 0 && log[len(log)-1] != '\n' { // a line that was torn
			log = append(log, '\n')
		}
		err = s.place.Swap(name, before, append(append(log, line...), '\n'))
		if !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return ErrChanged
}
