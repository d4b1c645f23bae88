package data

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// pail is a bucket in memory: a place without locks, with a clock of its own.
type pail struct {
	mu      sync.Mutex
	objects map[string]Object
	content map[string][]byte
	clock   time.Time
	removed func(name string) error // asked before each removal
}

func newPail() *pail {
	return &pail{objects: map[string]Object{}, content: map[string][]byte{}, clock: time.Now()}
}

func (p *pail) String() string { return "pail" }
func (p *pail) Sync() error    { return nil }
func (p *pail) Lock(context.Context, bool) (func(), error) {
	return func() {}, nil
}

func (p *pail) Read(name string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if raw, ok := p.content[name]; ok {
		return bytes.Clone(raw), nil
	}
	return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
}

func (p *pail) Stat(name string) (Object, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if o, ok := p.objects[name]; ok {
		return o, nil
	}
	return Object{}, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

func (p *pail) List(prefix string) (out []Object, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, o := range p.objects {
		if strings.HasPrefix(name, prefix) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b Object) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

func (p *pail) Write(name string, content []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.content[name], p.objects[name] = append([]byte{}, content...), Object{name, int64(len(content)), p.clock}
	return nil
}

func (p *pail) Swap(name string, old, content []byte) error {
	p.mu.Lock()
	now, ok := p.content[name]
	p.mu.Unlock()
	if ok != (old != nil) || !bytes.Equal(now, old) {
		return &fs.PathError{Op: "swap", Path: name, Err: ErrChanged}
	}
	return p.Write(name, content)
}

func (p *pail) Remove(name string) error {
	if p.removed != nil {
		if err := p.removed(name); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.content, name)
	delete(p.objects, name)
	return nil
}

func (p *pail) wait(d time.Duration) { p.clock = p.clock.Add(d) }

// generations seals five versions of bars, each the latest in turn, and one of
// rods that was made from the second.
func generations(t testing.TB, s *Store) []*Version {
	t.Helper()
	var all []*Version
	for rows := range 5 {
		v := seal(t, s, "bars", 3+rows)
		point(t, s, v)
		all = append(all, v)
	}
	d := draft(t, s, "rods", 9)
	v, err := d.Seal(Origin{Name: "rods"}, []Input{{"bars", all[1].ID}, {"file:a.csv", all[0].ID}}, actionKey("rods", 9))
	if err != nil {
		t.Fatal(err)
	}
	point(t, s, v)
	return append(all, v)
}

func cleared(t testing.TB, s *Store, c Clearing) *Cleared {
	t.Helper()
	out, err := s.Clear(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// left tells which of some versions are there; all that are must verify.
func left(t testing.TB, s *Store, versions []*Version) string {
	t.Helper()
	out := ""
	for i, v := range versions {
		if _, err := s.Load(v.Dataset, v.ID); err == nil {
			out += fmt.Sprint(i)
		}
	}
	if _, faults, err := s.InspectAll(context.Background(), Inspection{}); err != nil || len(faults) > 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
	return out
}

func TestClear(t *testing.T) {
	s := newStore(t)
	all := generations(t, s)
	m := s.Memo("bars")
	m.Put("lost", Made{Part: &all[0].Parts[0]})
	m.Put("alias", Made{As: "lost"})
	m.Put("kept", Made{Part: &all[4].Parts[0]})
	m.Put("said", Made{Said: []byte("1")})
	if err := m.Save(); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(s.at("data", "notes.txt"), []byte("somebody's"), 0o644)

	if out := cleared(t, s, Clearing{Grace: time.Hour, Keep: 0}); len(out.Garbage) > 0 || left(t, s, all) != "012345" {
		t.Errorf("within the grace: %v", out.Garbage)
	}
	out := cleared(t, s, Clearing{Keep: 1, DryRun: true})
	if left(t, s, all) != "012345" || len(out.Garbage) == 0 || out.Bytes == 0 {
		t.Errorf("dry run: %+v", out)
	}
	var why []string
	for _, r := range out.Roots {
		why = append(why, r.Version[:13]+" "+strings.Join(strings.Fields(r.Why)[:min(2, len(strings.Fields(r.Why)))], " "))
	}
	want := []string{all[4].Ref() + " latest", all[5].Ref() + " latest", all[3].Ref() + " latest until"}
	if out.Kept != 4 || !slices.Equal(why, want) {
		t.Errorf("%q, want %q; %d kept", why, want, out.Kept)
	}
	real := cleared(t, s, Clearing{Keep: 1})
	if len(real.Garbage) != len(out.Garbage) || real.Memos != 2 || real.Removed("versions") != 2 || real.Removed("actions") != 2 {
		t.Errorf("%+v", real)
	}
	if got := left(t, s, all); got != "1345" { // the second is what rods was made from
		t.Errorf("left: %s", got)
	}
	if again := s.Memo("bars"); len(again.made) != 2 {
		t.Errorf("memo: %v", again.made)
	}
	if _, err := os.Stat(s.at("data", "notes.txt")); err != nil {
		t.Error(err)
	}
	if out := cleared(t, s, Clearing{Keep: 1}); len(out.Garbage) > 0 {
		t.Errorf("again: %v", out.Garbage)
	}
	s.place.Write("refs/bars/tags/v1", []byte(all[3].ID+"\n"))
	cleared(t, s, Clearing{Keep: 0})
	if got := left(t, s, all); got != "1345" {
		t.Errorf("left: %s", got)
	}
	s.place.Remove("refs/bars/tags/v1")
	os.Remove(s.at("refs", "rods", "latest"))
	out = cleared(t, s, Clearing{Keep: 0})
	if got := left(t, s, all); got != "4" || !slices.Equal(out.Views, []string{"rods"}) {
		t.Errorf("left: %s, views %v", got, out.Views)
	}
	if _, err := os.Stat(s.at("views", "rods")); err == nil {
		t.Error("the view of rods is there")
	}
	showsLatest(t, s, all[4])
}

// TestClearRefusesDamage removes nothing where it cannot see what is reached.
func TestClearRefusesDamage(t *testing.T) {
	for _, name := range []string{"manifest", "ref", "input"} {
		s := newStore(t)
		all := generations(t, s)
		path := map[string]string{"manifest": manifestName("bars", all[4].ID), "ref": "refs/bars/latest", "input": manifestName("bars", all[1].ID)}[name]
		raw, _ := os.ReadFile(s.at(path))
		raw[3] ^= 1
		overwrite(s, path, raw, raw)
		before := len(files(t, s, "."))
		if _, err := s.Clear(context.Background(), Clearing{}); !errors.Is(err, ErrStore) || Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
		if after := len(files(t, s, ".")); after != before {
			t.Errorf("%s: %d files, %d before", name, after, before)
		}
	}
}

// TestClearInterrupted stops a clearing before each of its removals: what is
// left is sound, and the next one removes the rest.
func TestClearInterrupted(t *testing.T) {
	for k := 0; ; k++ {
		p := newPail()
		s, err := CreateAt(p)
		if err != nil {
			t.Fatal(err)
		}
		all := generations(t, s)
		p.wait(48 * time.Hour)
		n := 0
		p.removed = func(string) error {
			if n++; n > k {
				return errDead
			}
			return nil
		}
		_, err = s.Clear(context.Background(), Clearing{Grace: 24 * time.Hour})
		p.removed = nil
		for _, v := range []*Version{all[1], all[4], all[5]} {
			if faults := s.Verify(v); len(faults) > 0 {
				t.Fatalf("%d removals: %v", k, faults)
			}
		}
		if _, faults, err := s.Audit(); err != nil || len(faults) > 0 {
			t.Fatalf("%d removals: %v, %v", k, faults, err)
		}
		if err == nil && n <= k {
			if k < 10 {
				t.Errorf("only %d removals", k)
			}
			return
		}
		p.wait(2 * lease) // the pin that it left
		cleared(t, s, Clearing{Grace: 24 * time.Hour})
		if got := left(t, s, all); got != "145" {
			t.Fatalf("%d removals: left %s", k, got)
		}
		if pins, _ := p.List("pins/"); len(pins) > 0 {
			t.Fatalf("%v", pins)
		}
	}
}

// TestClearCrashes crashes the machine before each operation of a clearing, on a
// disk that forgets what was not synced.
func TestClearCrashes(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	calm := newRAM()
	s, unlock, err := begin(calm)
	if err != nil {
		t.Fatal(err)
	}
	all := generations(t, s)
	unlock()
	for k := 0; ; k++ {
		r := calm.after()
		s, unlock, err := begin(r)
		if err != nil {
			t.Fatal(err)
		}
		first := len(r.done)
		r.fault = func(n int, _ string) fate {
			if n >= first+k {
				return fate{err: errDead}
			}
			return fate{}
		}
		_, failed := s.Clear(context.Background(), Clearing{})
		r.fault = nil
		if failed == nil {
			unlock()
		}
		for _, disk := range []*ram{r.after(), r.crashed(nil)} {
			disk.held = false
			s, unlock, err := begin(disk)
			if err != nil {
				t.Fatal(err)
			}
			if _, faults, err := s.Audit(); err != nil || len(faults) > 0 {
				t.Fatalf("operation %d, %s: %v, %v", k, r.done[first+k], faults, err)
			}
			cleared(t, s, Clearing{})
			if got := left(t, s, all); got != "145" {
				t.Fatalf("operation %d: left %s", k, got)
			}
			unlock()
		}
		if failed == nil {
			return
		}
	}
}

// TestPins has runs and clearings meet in a bucket.
func TestPins(t *testing.T) {
	p := newPail()
	open := func() *Store {
		s, err := CreateAt(p)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := open()
	all := generations(t, first)
	p.wait(48 * time.Hour)

	run := open()
	unlock, err := run.Lock()
	if err != nil {
		t.Fatal(err)
	}
	gc := open()
	out, err := gc.Clear(context.Background(), Clearing{})
	if !errors.Is(err, ErrPinned) || !errors.Is(err, ErrStore) || len(out.Pins) != 1 || left(t, gc, all) != "012345" {
		t.Errorf("beside a run: %+v, %v", out, err)
	}
	if out := cleared(t, gc, Clearing{DryRun: true}); len(out.Pins) != 1 || len(out.Garbage) == 0 {
		t.Errorf("dry run beside a run: %+v", out)
	}
	second, err := open().Lock() // runs do not keep each other out
	if err != nil {
		t.Fatal(err)
	}
	second()

	// A run that takes longer than its lease keeps it by renewing.
	p.wait(lease * 3 / 4)
	if err := run.lease.renew(); err != nil {
		t.Fatal(err)
	}
	p.wait(lease * 3 / 4)
	if _, err := gc.Clear(context.Background(), Clearing{}); !errors.Is(err, ErrPinned) {
		t.Errorf("beside a long run: %v", err)
	}

	// A run that slept is cleared over, learns of it, and makes nothing visible.
	p.wait(2 * lease)
	cleared(t, gc, Clearing{})
	if got := left(t, gc, all); got != "145" {
		t.Errorf("left: %s", got)
	}
	if _, err := run.Point(all[0]); !errors.Is(err, ErrStore) || !strings.Contains(err.Error(), "slept") {
		t.Errorf("pointed by a run that slept: %v", err)
	}
	if _, err := draft(t, run, "bars", 77).Seal(Origin{Name: "bars"}, nil, actionKey("bars", 77)); !strings.Contains(fmt.Sprint(err), "slept") {
		t.Errorf("sealed by a run that slept: %v", err)
	}
	unlock()

	// A run that begins during a clearing waits, or says who is at it.
	seal(t, first, "bars", 30)
	p.wait(48 * time.Hour)
	asked := 0
	p.removed = func(name string) error {
		if strings.HasPrefix(name, "versions/") {
			asked++
			if _, err := open().Lock(); !errors.Is(err, ErrStore) || !strings.Contains(err.Error(), "clearing") || Hint(err) == "" {
				t.Errorf("a run during a clearing: %v", err)
			}
		}
		return nil
	}
	cleared(t, gc, Clearing{})
	if asked != 1 {
		t.Errorf("%d manifests removed", asked)
	}
	p.removed = nil

	// A clearing that sleeps in the middle stops when it wakes.
	for i := range 2 * clearingStep {
		p.Write(fmt.Sprintf("data/x/%016x.bin", i), nil)
	}
	p.wait(48 * time.Hour)
	n := 0
	p.removed = func(name string) error {
		if n++; n == clearingStep/2 {
			p.removed = nil
			p.wait(2 * lease)
			unlock, err := open().Lock()
			if err != nil {
				t.Errorf("a run after a clearing that sleeps: %v", err)
				return nil
			}
			defer unlock()
		}
		return nil
	}
	if _, err := gc.Clear(context.Background(), Clearing{}); !strings.Contains(fmt.Sprint(err), "slept") {
		t.Errorf("a clearing that slept: %v", err)
	}
	if objects, _ := p.List("data/x/"); len(objects) < clearingStep {
		t.Errorf("%d objects left", len(objects))
	}
}
