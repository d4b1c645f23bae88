package data

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Point makes a version the latest of its dataset: its ref, then its views. A
// ref that already says so is left alone; its views are set right. It tells
// whether the ref moved.
func (s *Store) Point(v *Version) (moved bool, err error) {
	old, _, err := s.ref(v.Dataset)
	if err == nil {
		err = s.checkNames(v)
	}
	if err != nil {
		return false, err
	}
	if old != v.ID {
		if err := durable(s.at("tmp"), s.at("refs", v.Dataset, "latest"), []byte(v.ID+"\n")); err != nil {
			return false, fmt.Errorf("%w: %s: ref: %w", ErrStore, v.Ref(), err)
		}
		if err := s.logMove(v.Dataset, old, v.ID); err != nil {
			return true, fmt.Errorf("%w: %s: log: %w", ErrStore, v.Ref(), err)
		}
	}
	if err := s.show(v); err != nil {
		return old != v.ID, fmt.Errorf("%w: %s: views: %w", ErrStore, v.Ref(), err)
	}
	return old != v.ID, nil
}

// logMove appends to the dataset's log, the only place that knows a clock.
func (s *Store) logMove(dataset, old, id string) error {
	line, err := json.Marshal(map[string]string{"time": time.Now().UTC().Format(time.RFC3339), "old": old, "new": id})
	if err != nil {
		return err
	}
	if err := makeDir(s.at("log")); err != nil {
		return err
	}
	f, err := os.OpenFile(s.at("log", dataset+".jsonl"), os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		end := []byte{0}
		if _, err := f.ReadAt(end, info.Size()-1); err == nil && end[0] != '\n' { // a line that a crash tore
			line = append([]byte("\n"), line...)
		}
	}
	if _, err = f.Write(append(line, '\n')); err == nil {
		err = f.Sync()
	}
	return err
}
