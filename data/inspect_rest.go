package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// inspectRefs finds refs that name no version: latest and every other.
func (s *Store) inspectRefs() (faults []Fault, err error) {
	refs, err := s.refs()
	if err != nil {
		return nil, err
	}
	for _, r := range refs {
		err := r.wrong
		if err == nil {
			_, err = s.place.Stat(manifestName(r.dataset, r.id))
		}
		if err == nil {
			continue
		}
		hint := "`mantis run` sets it right"
		if r.object != refName(r.dataset) {
			hint = "delete that file and set the tag again"
		}
		faults = append(faults, Fault{Version: r.dataset, Path: r.object, Reason: fmt.Sprintf("it names %q, which is not there", r.id), Hint: hint})
	}
	return faults, nil
}

// inspectViews finds files in views that are not the parts they show. A view
// that is not there, or is one of an older version, is no fault.
func (s *Store) inspectViews(versions []*Version, quick bool) (faults []Fault, err error) {
	if s.dir == nil || quick {
		return nil, nil
	}
	for _, v := range versions {
		for name, parts := range v.viewed() {
			home := path.Join("views", name, v.ID[:16])
			if _, err := s.dir.disk.stat(s.dir.at(home)); errors.Is(err, fs.ErrNotExist) {
				continue
			}
			for _, p := range parts {
				at := path.Join(home, filepath.ToSlash(p.inView()))
				rows, err := s.dir.showsPart(s.dir.at(filepath.FromSlash(at)), v, p)
				if err == nil {
					continue
				}
				f := Fault{Version: v.Ref(), Path: at, Reason: err.Error(), Hint: "delete that file; `mantis run` makes the view of the latest version again"}
				if rows {
					f.Reason, f.Hint, f.Spare = f.Reason+"; its rows are as they should be", "nothing: it is of before a compaction, or damaged where no row is", true
				}
				faults = append(faults, f)
			}
		}
	}
	return faults, nil
}

// showsPart says why a file of a view is not a part, and whether it has its rows
// all the same. That the part itself is damaged is not said again where the two
// are one file.
func (d *Dir) showsPart(file string, v *Version, p Part) (rows bool, err error) {
	here, err := d.disk.stat(file)
	if err != nil {
		return false, err
	}
	if there, err := d.disk.stat(d.Path(p.Path)); err == nil && os.SameFile(here, there) {
		return true, nil
	}
	raw, err := d.disk.readFile(file)
	if err == nil {
		err = p.holds(raw)
	}
	schema, none := v.Table(p.Table)
	if err == nil || none != nil {
		return false, err
	}
	b, torn := ReadParquet(bytes.NewReader(raw), int64(len(raw)), schema)
	return torn == nil && p.describes(b) == nil, err
}

// inspectMemos finds memos that are damaged, and parts that only a memo names
// and whose bytes are others: a run would take them.
func (s *Store) inspectMemos(versions []*Version, quick bool) (faults []Fault, err error) {
	known := map[string]bool{}
	for _, v := range versions {
		for _, p := range v.Parts {
			known[p.Path+p.SHA256] = true
		}
	}
	objects, err := s.place.List("memo/")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	for _, o := range objects {
		f, err := s.readMemo(o.Name)
		if err != nil {
			faults = append(faults, Fault{Version: "memo", Path: o.Name, Reason: err.Error(), Hint: "nothing: the next run does not heed it and writes it anew", Spare: true})
			continue
		}
		for _, key := range f.keys() {
			p := f.Made[key].Part
			if p == nil || known[p.Path+p.SHA256] || quick {
				continue
			}
			known[p.Path+p.SHA256] = true
			raw, err := s.place.Read(p.Path)
			if err == nil && int64(len(raw)) == p.Bytes { // else it is not heeded
				err = p.holds(raw)
				if err != nil {
					faults = append(faults, Fault{Version: "memo", Path: p.Path, Reason: err.Error(), Hint: "delete that file: it is part of no version, and would be made again where it is wanted"})
				}
			}
		}
	}
	return faults, nil
}

// inspectActions finds actions that name no version: they cost a run its time
// and nothing else.
func (s *Store) inspectActions() (faults []Fault, err error) {
	objects, err := s.place.List("actions/")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	for _, o := range objects {
		dataset, id, err := s.action(o.Name)
		if err == nil {
			_, err = s.place.Stat(manifestName(dataset, id))
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("it names %s@%s, which is not there", dataset, short(id))
		}
		if err != nil {
			faults = append(faults, Fault{Version: "action", Path: o.Name, Reason: err.Error(), Hint: "nothing: the next run does not heed it", Spare: true})
		}
	}
	return faults, nil
}

// action is the version that an action names.
func (s *Store) action(name string) (dataset, id string, err error) {
	raw, err := s.place.Read(name)
	if err != nil {
		return "", "", err
	}
	dataset, id, _ = strings.Cut(strings.TrimSuffix(string(raw), "\n"), "@")
	if !datasetName.MatchString(dataset) || !isDigest(id) {
		return "", "", fmt.Errorf("%.80q is no version", raw)
	}
	return dataset, id, nil
}

// inspectLogs finds lines of the diary that are torn, and places where one does
// not go on from the one before: a crash may have cost a line there.
func (s *Store) inspectLogs() (faults []Fault, err error) {
	objects, err := s.place.List("log/")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	for _, o := range objects {
		raw, err := s.place.Read(o.Name)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrStore, err)
		}
		before, number := "", 0
		for text := range bytes.Lines(raw) {
			number++
			var m line
			reason := ""
			if err := json.Unmarshal(text, &m); err != nil || !isDigest(m.New) {
				reason = "is not a move"
			} else if _, err := time.Parse(time.RFC3339, m.Time); err != nil {
				reason = "has no time"
			} else if number > 1 && m.Old != before {
				reason = "does not go on from the line before: damage, or a crash cost a line"
			}
			if before = m.New; reason != "" {
				faults = append(faults, Fault{Version: "log", Path: o.Name, Reason: fmt.Sprintf("line %d %s", number, reason), Hint: "nothing: it is a diary", Spare: true})
			}
		}
	}
	return faults, nil
}
