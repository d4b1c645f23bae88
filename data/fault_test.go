package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

var luckSeed = flag.Uint64("luck", 1, "seed of what a crash takes")

// history is what a writer has announced: what nothing may take back.
type history struct {
	versions []*Version
	refs     []*Version // that became the latest of bars, or may have become it
	pointed  int        // how many of them are sure
}

// calm is a watch that does nothing.
func calm(*history) error { return nil }

// live lives in a store on a disk, which it makes if there is none, and
// calls watch after each announcement.
func live(r *ram, watch func(h *history) error) (*history, error) {
	s, unlock, err := begin(r)
	if err != nil {
		return &history{}, err
	}
	defer unlock()
	return liveIn(s, watch)
}

func begin(r *ram) (*Store, func(), error) {
	s, err := CreateAt(newDir("lake", r))
	if err != nil {
		return nil, nil, err
	}
	unlock, err := s.Lock()
	return s, unlock, err
}

// liveIn is the life of a store: a version of two tables and two files, a
// second that shares most of it, and the first one removed. What was done
// before is not done again, as in a run.
func liveIn(s *Store, watch func(h *history) error) (*history, error) {
	h := &history{}
	for i := range 2 {
		v := s.Known("bars", actionKey("bars", i))
		if v == nil {
			var err error
			if v, err = sealLife(s, i); err != nil {
				return h, err
			}
			h.versions = append(h.versions, v)
			if err := watch(h); err != nil {
				return h, err
			}
		}
		h.refs = append(h.refs, v)
		if _, err := s.Point(v); err != nil {
			return h, err
		}
		h.pointed = len(h.refs)
		if err := watch(h); err != nil {
			return h, err
		}
	}
	old, now := h.refs[0], h.refs[1]
	h.versions = []*Version{now}
	return h, forget(s.place, old, now)
}

// sealLife seals one of the two versions.
func sealLife(s *Store, i int) (*Version, error) {
	d := s.Draft("bars")
	defer d.Discard()
	for _, p := range lives[i] {
		written, err := d.write(p.Part, p.raw, filepath.Ext(p.Path))
		if err == nil {
			err = d.Keep(p.schema, written)
		}
		if err != nil {
			return nil, err
		}
	}
	return d.Seal(Origin{Name: "bars", Params: []byte("{}")}, nil, actionKey("bars", i))
}

// forget removes a version and the parts that the other does not name.
func forget(place Place, old, now *Version) error {
	if err := place.Remove(manifestName(old.Dataset, old.ID)); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	if err := place.Sync(); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	for _, p := range old.Parts {
		if slices.ContainsFunc(now.Parts, func(q Part) bool { return p.Path == q.Path }) {
			continue
		}
		if err := place.Remove(p.Path); err != nil {
			return fmt.Errorf("%w: %w", ErrStore, err)
		}
	}
	return nil
}

// lifePart is a part as Put has encoded it: to do that again ten thousand times
// would take long.
type lifePart struct {
	Part
	schema Schema
	raw    []byte
}

// lives are the parts of the two versions that live seals.
var lives [2][]lifePart

func makeLives(t *testing.T) {
	s, err := CreateAt(newDir("lake", newRAM()))
	if err != nil {
		t.Fatal(err)
	}
	for i := range lives {
		lives[i] = nil
		d := s.Draft("bars")
		err := errors.Join(
			d.Put(tableBatch(t, "bars", "BTC-USD", 2), "BTC-USD"),
			d.Put(tableBatch(t, "bars", "ETH-BTC", 2+i), "ETH-BTC"),
			d.Put(tableBatch(t, "more", "BTC-USD", 1), "BTC-USD"),
			d.PutFile("same.txt", []byte("the same")),
			d.PutFile("read.me", fmt.Appendf(nil, "version %d", i)))
		for _, p := range d.version.Parts {
			schema, _ := d.version.Table(p.Table)
			raw, read := s.bytes(p)
			err = errors.Join(err, read)
			lives[i] = append(lives[i], lifePart{p, schema, raw})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// holds says what of a history a disk no longer holds, or what else is wrong
// with the store on it.
func (h *history) holds(r *ram) error {
	r.fault = nil
	s, err := OpenAt(newDir("lake", r))
	if err != nil {
		if len(h.versions) == 0 && errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	sound, err := audited(s)
	if err != nil {
		return err
	}
	for _, announced := range h.versions {
		if !slices.Contains(sound, announced.ID) {
			return fmt.Errorf("%s is lost", announced.Ref())
		}
	}
	latest, raw, err := s.ref("bars")
	if err != nil || raw == nil && h.pointed > 0 {
		return fmt.Errorf("no ref: %w", err)
	}
	if h.pointed > 0 && !slices.ContainsFunc(h.refs[h.pointed-1:], func(v *Version) bool { return v.ID == latest }) {
		return fmt.Errorf("the latest is %s, which is older than announced", latest)
	}
	log, _ := s.place.Read("log/bars.jsonl")
	for line := range bytes.Lines(log) {
		if !json.Valid(line) || line[len(line)-1] != '\n' {
			return fmt.Errorf("log: %q", line)
		}
	}
	return nil
}

// finishes lives the same life again on a disk that had an accident, and holds
// the end against that of an undisturbed life. What is announced then must not
// hang on anything that the accident left unsynced.
func finishes(r *ram, want *history) error {
	r.held = false
	h, err := live(r, func(h *history) error {
		if err := h.holds(r.crashed(nil)); err != nil {
			return fmt.Errorf("and a crash after it: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(h.versions) != 1 || h.versions[0].ID != want.versions[0].ID {
		return fmt.Errorf("%v, want %v", h.versions, want.versions)
	}
	d := newDir("lake", r)
	if left, err := d.disk.readDir(d.at("tmp")); err != nil || len(left) > 0 {
		return fmt.Errorf("left over: %v, %v", left, err)
	}
	v := h.versions[0]
	for name, parts := range v.viewed() {
		if d.shown(name) != v.ID[:16] || !d.shows(d.at("views", name, v.ID[:16]), parts) {
			return fmt.Errorf("the view %s does not show the latest", name)
		}
	}
	return h.holds(r)
}

// audits are the outcomes of Audit by the content of the store: most accidents
// leave one that others have left before.
var audits sync.Map

// audited is Audit for a store in which nothing may be wrong: the ids of all
// versions.
func audited(s *Store) (ids []string, err error) {
	var all bytes.Buffer
	for _, prefix := range []string{"data/", "versions/", "refs/"} {
		objects, err := s.place.List(prefix)
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			raw, err := s.place.Read(o.Name)
			if err != nil {
				return nil, err
			}
			fmt.Fprintln(&all, o.Name, len(raw))
			all.Write(raw)
		}
	}
	content := SHA256(all.Bytes())
	if known, ok := audits.Load(content); ok {
		return known.([]string), nil
	}
	versions, faults, err := s.Audit()
	if err != nil || len(faults) > 0 {
		return nil, fmt.Errorf("faults %v, %v", faults, err)
	}
	for _, v := range versions {
		ids = append(ids, v.ID)
	}
	audits.Store(content, ids)
	return ids, nil
}

// TestFaults lets each operation of a life fail in every way, once or from
// then on, and kills the writer or crashes the machine before each.
func TestFaults(t *testing.T) {
	makeLives(t)
	sound := newRAM()
	want, err := live(sound, calm)
	if err != nil {
		t.Fatal(err)
	}
	ops := slices.Clone(sound.done)
	t.Logf("%d operations", len(ops))
	for _, c := range []struct {
		name    string
		fate    fate
		onward  bool
		crashes int
	}{
		{"disk full for a moment", fate{err: syscall.ENOSPC}, false, 1},
		{"disk full", fate{err: syscall.ENOSPC}, true, 1},
		{"broken for a moment", fate{err: syscall.EIO}, false, 1},
		{"broken", fate{err: syscall.EIO}, true, 1},
		{"done and yet an error", fate{err: syscall.EIO, late: true}, false, 1},
		{"no more syncs", fate{err: syscall.EIO, only: "sync"}, true, 1},
		{"short write", fate{short: true}, false, 1},
		{"dead", fate{err: errDead}, true, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for at, op := range ops {
				if testing.Short() && at%5 != 0 || !c.fate.befalls(op) {
					continue
				}
				r := newRAM()
				r.fault = func(k int, op string) fate {
					if k == at || k > at && c.onward && c.fate.befalls(op) {
						return c.fate
					}
					return fate{}
				}
				h, err := live(r, calm)
				if failed := checkError(err); failed != "" {
					t.Errorf("operation %d, %s: %s: %v", at, op, failed, err)
				}
				if err := accident(r, h, want, uint64(at), c.crashes); err != nil {
					t.Fatalf("operation %d, %s; -luck %d: %v", at, op, *luckSeed, err)
				}
			}
		})
	}
}

// befalls tells whether an operation may have this fate: a full disk can still
// be read and cleared.
func (f fate) befalls(op string) bool {
	op, path, _ := strings.Cut(op, " ")
	switch {
	case f.only != "":
		return op == f.only
	case f.short:
		return op == "write" && path != "lake/lock"
	case f.err == syscall.ENOSPC:
		return !slices.Contains([]string{"stat", "read", "list", "readlink", "remove", "lock"}, op)
	}
	return true
}

// TestFaultsAndOn lets each operation fail once, and the same process try again
// under the same lock: what it then announces does not hang on what failed.
func TestFaultsAndOn(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	makeLives(t)
	for _, f := range []fate{{err: syscall.EIO}, {err: syscall.EIO, late: true}} {
		for at, failed := 0, true; failed; at++ {
			r, op := newRAM(), ""
			s, unlock, err := begin(r)
			if err != nil {
				t.Fatal(err)
			}
			first := len(r.done)
			r.fault = func(k int, name string) fate {
				if k != first+at {
					return fate{}
				}
				op = name
				return f
			}
			liveIn(s, calm)
			failed = op != ""
			r.fault = nil
			h, err := liveIn(s, calm)
			if err == nil {
				err = h.holds(r.crashed(nil))
			}
			if err != nil {
				t.Fatalf("operation %d, %s: %v", at, r.done[first+at], err)
			}
			unlock()
		}
	}
}

// accident looks at a disk after an accident: as the next process finds it, and
// after crashes.
func accident(r *ram, h, want *history, at uint64, crashes int) error {
	left := r.after()
	if err := h.holds(left); err != nil {
		return err
	}
	if err := finishes(left, want); err != nil {
		return fmt.Errorf("the next run: %w", err)
	}
	luck := rand.New(rand.NewPCG(*luckSeed, at))
	for i := range crashes {
		left := r.crashed(luck)
		if i == 0 {
			left = r.crashed(nil)
		}
		if err := h.holds(left); err != nil {
			return fmt.Errorf("crash %d: %w", i, err)
		}
		if err := finishes(left, want); err != nil {
			return fmt.Errorf("the next run after crash %d: %w", i, err)
		}
	}
	return nil
}

// checkError says what is wrong with an error that a user gets to see.
func checkError(err error) string {
	switch {
	case err == nil:
		return ""
	case !errors.Is(err, ErrStore):
		return "no error of the store"
	case errors.Is(err, syscall.ENOSPC) && !strings.Contains(Hint(err), "disk is full"):
		return "no hint of a full disk"
	}
	return ""
}

// TestSyncsOfAVersion counts: a version of many parts syncs each file once and
// each directory once, but for that of the manifest.
func TestSyncsOfAVersion(t *testing.T) {
	r := newRAM()
	s, err := CreateAt(newDir("lake", r))
	if err != nil {
		t.Fatal(err)
	}
	d := s.Draft("bars")
	const parts = 40
	for i := range parts {
		if err := d.PutFile(fmt.Sprintf("%d.txt", i), fmt.Appendf(nil, "%d", i)); err != nil {
			t.Fatal(err)
		}
		symbol := fmt.Sprintf("S%d-USD", i)
		if err := d.Put(tableBatch(t, "bars", symbol, 1), symbol); err != nil {
			t.Fatal(err)
		}
	}
	r.done = nil
	if _, err := d.Seal(Origin{Name: "bars"}, nil, actionKey("bars", 1)); err != nil {
		t.Fatal(err)
	}
	files, dirs := 0, map[string]int{}
	for _, op := range r.done {
		if strings.HasPrefix(op, "fsync") {
			files++
		} else if dir, ok := strings.CutPrefix(op, "sync of "); ok {
			dirs[filepath.ToSlash(dir)]++
		}
	}
	if files != 2 || len(dirs) != parts+5 { // manifest and action; the partitions, data/bars, data, lake, versions, versions/bars
		t.Errorf("%d files and %d directories synced", files, len(dirs))
	}
	for dir, n := range dirs {
		if n > 1 && dir != "lake" {
			t.Errorf("%s is synced %d times", dir, n)
		}
	}
}
