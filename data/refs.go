package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
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
	if err == nil {
		if err = s.lease.renew(); err != nil {
			err = fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
		}
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

// rooted is a ref: latest, or a tag.
type rooted struct {
	object      string
	dataset, id string
	wrong       error // it does not hold an id
}

// refs lists every ref of the store. A file that somebody laid beside them is
// none.
func (s *Store) refs() ([]rooted, error) {
	objects, err := s.place.List("refs/")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	var out []rooted
	for _, o := range objects {
		dataset, ok := strings.CutSuffix(strings.TrimPrefix(o.Name, "refs/"), "/latest")
		if tag, tagged := tagOf(o.Name); tagged {
			dataset, ok = tag.Dataset, true
		}
		if !ok || !datasetName.MatchString(dataset) {
			continue
		}
		raw, err := s.place.Read(o.Name)
		if errors.Is(err, fs.ErrNotExist) { // it went away meanwhile
			continue
		}
		r := rooted{object: o.Name, dataset: dataset, id: strings.TrimSpace(string(raw)), wrong: err}
		if err == nil && !isDigest(r.id) {
			r.wrong = fmt.Errorf("%.80q is no id", raw)
		}
		out = append(out, r)
	}
	return out, nil
}
