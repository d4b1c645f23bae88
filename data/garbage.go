package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"
)

// Clearing says what is garbage, and what to do about it.
type Clearing struct {
	Grace  time.Duration // nothing younger is, by the place's clock
	Keep   int           // so many last moves of each dataset's log are roots
	DryRun bool          // only tell
	Watch  func(done, total int64)
}

// Cleared is what a clearing keeps, and what it removes.
type Cleared struct {
	Roots   []Root   `json:"roots"`
	Kept    int      `json:"kept"` // versions, those that the roots were made from included
	Young   int      `json:"young"`
	Pins    []Pin    `json:"pins"` // of others at work: with any, nothing is removed
	Garbage []Object `json:"-"`    // in the order of removal
	Bytes   int64    `json:"bytes"`
	Views   []string `json:"views"` // of tables that no version has any more
	Memos   int      `json:"memos"` // what memos forget: their parts are gone
}

// ErrPinned says that others are at work in the store.
var ErrPinned = errors.New("others are at work in it")

// clearingStep is the number of removals between two looks at the own pin.
const clearingStep = 64

// Clear removes what cannot be reached from the roots: every ref, the last moves
// of each dataset, and what is younger than the grace. The caller holds the
// store's lock.
//
// Grace is for readers, who hold no lock and may still have an old version open,
// and for people who moved latest by mistake. Writers do not depend on it, so
// that one may take longer than the grace: in a directory the lock keeps them
// out, elsewhere a run and a clearing exclude each other by their pins.
//
// First go the manifests, then, when that is safe from a crash, what they named:
// whenever it stops, no manifest is left without its parts.
func (s *Store) Clear(ctx context.Context, c Clearing) (*Cleared, error) {
	out, err := s.clear(ctx, c)
	if err != nil && ctx.Err() == nil && !errors.Is(err, ErrStore) {
		err = s.wrong(err, "")
	}
	return out, err
}

func (s *Store) clear(ctx context.Context, c Clearing) (*Cleared, error) {
	purpose := clears
	if c.DryRun { // which keeps nobody from working
		purpose = "look"
	}
	mine, err := holdPin(s.place, purpose)
	if err != nil {
		return nil, err
	}
	defer mine.release()
	out := &Cleared{}
	if out.Pins, err = s.pins(mine); err != nil {
		return nil, err
	}
	since := mine.now().Add(-c.Grace)
	if c.Grace <= 0 { // whatever the clocks say, everything is older
		since = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if err := s.findGarbage(out, c, since); err != nil {
		return nil, err
	}
	if c.DryRun {
		return out, nil
	}
	if len(out.Pins) > 0 {
		p := out.Pins[0]
		return out, WithHint(fmt.Errorf("%w: %s", ErrPinned, p.By), fmt.Sprintf("clear it when that has ended; if it died, delete %s", pinName(p.ID)))
	}
	return out, s.remove(ctx, out, c, mine)
}

// ours are the names that mantis gives to objects below data.
var ours = regexp.MustCompile(`^[0-9a-f]{16}(\.|$)`)

// findGarbage lists what nobody needs, in the order in which it may go.
func (s *Store) findGarbage(out *Cleared, c Clearing, since time.Time) error {
	r, err := s.reach(c.Keep, since)
	if err != nil {
		return WithHint(fmt.Errorf("nothing is removed from a store that is damaged: %w", err), "`mantis verify` tells what is, and how to repair it")
	}
	out.Roots, out.Kept = r.roots, len(r.versions)
	for _, kind := range []struct {
		prefix string
		is     func(o Object) bool
	}{
		{"versions/", func(o Object) bool {
			_, _, ok := isManifest(o.Name)
			return ok && r.versions[o.Name] == nil
		}},
		{"actions/", func(o Object) bool {
			dataset, id, err := s.action(o.Name)
			return isDigest(path.Base(o.Name)) && (err != nil || r.versions[manifestName(dataset, id)] == nil)
		}},
		{"data/", func(o Object) bool { return ours.MatchString(path.Base(o.Name)) && !r.parts[o.Name] }},
	} {
		objects, err := s.place.List(kind.prefix)
		if err != nil {
			return err
		}
		for _, o := range objects {
			switch {
			case !kind.is(o):
			case !o.Modified.Before(since) && kind.prefix != "actions/":
				out.Young++
			default:
				out.Garbage, out.Bytes = append(out.Garbage, o), out.Bytes+o.Size
			}
		}
	}
	if out.Views, err = s.emptyViews(r); err != nil {
		return err
	}
	gone := map[string]bool{}
	for _, o := range out.Garbage {
		gone[o.Name] = true
	}
	out.Memos, err = s.forgetParts(gone, true)
	return err
}

// remove removes garbage.
func (s *Store) remove(ctx context.Context, out *Cleared, c Clearing, mine *held) error {
	done, synced := int64(0), false
	for i, o := range out.Garbage {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i%clearingStep == 0 {
			if err := mine.renew(); err != nil {
				return err
			}
		}
		if !synced && !strings.HasPrefix(o.Name, "versions/") {
			if err := s.place.Sync(); err != nil {
				return err
			}
			synced = true
		}
		if err := s.place.Remove(o.Name); err != nil {
			return err
		}
		if done += o.Size; c.Watch != nil {
			c.Watch(done, out.Bytes)
		}
	}
	for _, name := range out.Views {
		if err := s.dir.removeAll(s.dir.at("views", name)); err != nil {
			return err
		}
	}
	gone := map[string]bool{}
	for _, o := range out.Garbage {
		gone[o.Name] = true
	}
	if _, err := s.forgetParts(gone, false); err != nil {
		return err
	}
	return s.place.Sync()
}

// emptyViews lists the views of tables that no version has any more.
func (s *Store) emptyViews(r *reach) (empty []string, err error) {
	if s.dir == nil {
		return nil, nil
	}
	entries, err := s.dir.disk.readDir(s.dir.at("views"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	known := map[string]bool{}
	for _, v := range r.versions {
		for name := range v.viewed() {
			known[name] = true
		}
	}
	for _, e := range entries {
		if !known[e.Name()] && s.dir.shown(e.Name()) != "" {
			empty = append(empty, e.Name())
		}
	}
	return empty, nil
}

// forgetParts counts what memos know of parts that are gone or about to go, and
// unless this is but to tell, takes it out of them.
func (s *Store) forgetParts(gone map[string]bool, tell bool) (forgotten int, err error) {
	there := map[string]bool{}
	objects, err := s.place.List("data/")
	if err != nil {
		return 0, err
	}
	for _, o := range objects {
		there[o.Name] = !gone[o.Name]
	}
	memos, err := s.place.List("memo/")
	if err != nil {
		return 0, err
	}
	for _, o := range memos {
		f, err := s.readMemo(o.Name)
		if err != nil {
			continue // the next run writes it anew
		}
		n := f.forget(func(m Made) bool { return m.Part != nil && !there[m.Part.Path] })
		if forgotten += n; n == 0 || tell {
			continue
		}
		if err := s.writeMemo(o.Name, f); err != nil {
			return 0, err
		}
	}
	return forgotten, nil
}

// forget takes entries out of a memo, and those that lead to them.
func (f memoFile) forget(is func(Made) bool) (forgotten int) {
	for _, key := range f.keys() {
		m := f.Made[key]
		if m.As != "" {
			m = f.Made[m.As]
		}
		if is(m) {
			forgotten++
			defer delete(f.Made, key)
		}
	}
	return forgotten
}

// Removed counts the garbage below a top-level name: versions, actions, data.
func (c *Cleared) Removed(top string) (n int) {
	for _, o := range c.Garbage {
		if strings.HasPrefix(o.Name, top+"/") {
			n++
		}
	}
	return n
}
