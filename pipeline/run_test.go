package pipeline

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mantis/data"
)

func TestRunSkipsWhatIsKnown(t *testing.T) {
	y, store := newToys(), newStore(t)
	all := y.diamond()
	target := all[3:]
	var names []string
	for _, step := range run(t, store, target, "candles.add=5") {
		names = append(names, step.Stage.Name)
		if step.Known || !step.Moved {
			t.Errorf("%s: known %t, moved %t", step.Stage.Name, step.Known, step.Moved)
		}
	}
	if strings.Join(names, " ") != "candles left right report" {
		t.Errorf("order %v", names)
	}
	y.wantRan(t, "first", "candles", "left", "right", "report")
	for _, step := range run(t, store, target, "candles.add=5") {
		if !step.Known || step.Moved {
			t.Errorf("%s: known %t, moved %t", step.Stage.Name, step.Known, step.Moved)
		}
	}
	y.wantRan(t, "again")
	run(t, store, target, "candles.add=6")
	y.wantRan(t, "another upstream", "candles", "left", "right", "report")
	back := run(t, store, target, "candles.add=5")
	y.wantRan(t, "back")
	if v, err := store.Latest("report"); err != nil || v.ID != back[3].Version.ID || !back[3].Moved {
		t.Errorf("%v, %v", v, err)
	}
	run(t, store, target, "candles.add=5", "left.add=1")
	y.wantRan(t, "parameters", "left", "report")
	all[2].Code++
	run(t, store, target, "candles.add=5", "left.add=1")
	y.wantRan(t, "code, with the same result", "right")
	run(t, store, target, "candles.add=5", "left.add=1", "report.path=elsewhere")
	y.wantRan(t, "what Key leaves out")
	run(t, store, target, "candles.add=5", "left.add=1", "report.deep.b=2")
	y.wantRan(t, "the default, said aloud")
}

// TestEarlyCutOff changes the way upstream but not its result.
func TestEarlyCutOff(t *testing.T) {
	y, store := newToys(), newStore(t)
	all := y.diamond()
	before := run(t, store, all[3:], "candles.add=5")
	y.ran()
	after := run(t, store, all[3:], "candles.add=5", "candles.deep.a=9")
	y.wantRan(t, "upstream", "candles")
	for i := range after {
		if after[i].Version.ID != before[i].Version.ID || after[i].Moved {
			t.Errorf("%s moved", after[i].Stage.Name)
		}
	}
	run(t, store, all[3:], "left.add=2", "right.add=-2")
	y.ran()
	run(t, store, all[3:], "left.add=1", "right.add=-1")
	y.wantRan(t, "two changes that cancel out", "left", "right", "report")
}

func TestRunMakesMissingFilesAgain(t *testing.T) {
	y, store := newToys(), newStore(t)
	all := y.diamond()
	steps := run(t, store, all[3:])
	y.ran()
	if err := os.Remove(store.Path(steps[1].Version.Parts[0])); err != nil {
		t.Fatal(err)
	}
	plan, err := Plan(store, all[3:], nil)
	if err != nil || plan[1].Would != "run" || !strings.Contains(plan[1].Why, "missing") {
		t.Errorf("%+v, %v", plan[1], err)
	}
	run(t, store, all[3:])
	y.wantRan(t, "a file lost", "left")
	if _, faults, err := store.Audit(); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
}

func TestUndeclaredInput(t *testing.T) {
	y, store := newToys(), newStore(t)
	candles := y.stage("candles")
	thief := y.stage("thief")
	thief.Inputs = nil
	thief.Run = func(t *Task) error { _, err := t.ReadOne(candles, "candles"); return err }
	_, err := Run(context.Background(), store, []*Stage{candles, thief}, Options{})
	if err == nil || err.Error() != "thief: thief does not declare candles as an input" {
		t.Errorf("%v", err)
	}
}

// TestErrorStopsOthers fails one stage while another waits to be stopped.
func TestErrorStopsOthers(t *testing.T) {
	y, store := newToys(), newStore(t)
	broken := errors.New("broken")
	waiting := make(chan bool)
	slow, bad := y.stage("slow"), y.stage("bad")
	slow.Run = func(t *Task) error {
		if err := t.PutFile("half.txt", []byte("half")); err != nil {
			return err
		}
		close(waiting)
		<-t.Context.Done()
		return nil // even a stage that does not look
	}
	bad.Run = func(t *Task) error {
		<-waiting
		t.PutFile("half.txt", nil)
		return broken
	}
	_, err := Run(context.Background(), store, []*Stage{slow, bad, y.stage("after", slow, bad)}, Options{})
	if !errors.Is(err, broken) || err.Error() != "bad: broken" || Interrupted(err) {
		t.Errorf("%v", err)
	}
	y.wantRan(t, "nothing ran after the error")
	untouched(t, store)
}

func TestCancel(t *testing.T) {
	y, store := newToys(), newStore(t)
	ctx, cancel := context.WithCancel(context.Background())
	first := y.stage("first")
	slow := y.stage("slow", first)
	slow.Run = func(t *Task) error {
		t.PutFile("half.txt", []byte("half"))
		cancel()
		return Each(t.Context, 100, func(int) error { return nil })
	}
	if _, err := Run(ctx, store, []*Stage{slow}, Options{}); !Interrupted(err) {
		t.Errorf("%v", err)
	}
	if names, err := store.Datasets(); err != nil || !slices.Equal(names, []string{"first"}) {
		t.Errorf("%v, %v", names, err)
	}
	if _, err := store.Latest("first"); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("a run that was stopped moved a ref: %v", err)
	}
	y.ran()
	slow.Run = func(t *Task) error { return sum(t, slow.Inputs) }
	run(t, store, []*Stage{slow})
	y.wantRan(t, "what was sealed before the stop is kept")
}

// untouched fails the test if a version, a part or a temporary file is there.
func untouched(t *testing.T, store *data.Store) {
	t.Helper()
	filepath.WalkDir(store.Root(), func(path string, e fs.DirEntry, err error) error {
		if name := filepath.Base(path); err == nil && !e.IsDir() && name != "lock" && name != "mantis.json" {
			t.Errorf("left over: %s", path)
		}
		return err
	})
}

// TestStagesRunSideBySide has two stages wait for each other.
func TestStagesRunSideBySide(t *testing.T) {
	y, store := newToys(), newStore(t)
	left, right := make(chan bool), make(chan bool)
	meet := func(mine, other chan bool) func(*Task) error {
		return func(t *Task) error {
			close(mine)
			select {
			case <-other:
				return sum(t, nil)
			case <-time.After(10 * time.Second):
				return errors.New("alone")
			}
		}
	}
	a, b := y.stage("left"), y.stage("right")
	a.Run, b.Run = meet(left, right), meet(right, left)
	run(t, store, []*Stage{y.stage("report", a, b)})
}

func TestSameIDsAtAnyGOMAXPROCS(t *testing.T) {
	var want []string
	for _, procs := range []int{1, 2, 1} {
		before := runtime.GOMAXPROCS(procs)
		y := newToys()
		all := y.diamond()
		many := y.stage("many", all[3])
		many.Run = func(t *Task) error {
			return Each(t.Context, 40, func(i int) error {
				s := toySchema("many")
				s.Fields = append(s.Fields, data.Field{Name: "part", Type: data.String})
				s.Partition = []string{"part"}
				name := string(rune('a'+i%26)) + string(rune('a'+i/26))
				b, err := data.NewBatch(s, []int64{int64(i)}, []string{name})
				if err != nil {
					return err
				}
				return t.Put(b, name)
			})
		}
		var ids []string
		for _, step := range run(t, newStore(t), []*Stage{many}, "candles.add=5") {
			ids = append(ids, step.Version.Ref())
		}
		runtime.GOMAXPROCS(before)
		if want == nil {
			want = ids
		}
		if !slices.Equal(ids, want) {
			t.Errorf("GOMAXPROCS %d: %v, want %v", procs, ids, want)
		}
	}
}

func TestWatch(t *testing.T) {
	y, store := newToys(), newStore(t)
	s := y.stage("only")
	s.Run = func(t *Task) error { t.Progress(1, 2); t.Note("made of %d inputs", 0); return sum(t, nil) }
	var seen []string
	watch := func(e Event) {
		switch {
		case e.Ended != nil:
			seen = append(seen, "ended")
		case e.Total > 0:
			seen = append(seen, "on")
		default:
			seen = append(seen, "begun")
		}
	}
	for _, want := range []string{"begun on ended", "ended"} {
		seen = nil
		steps, err := Run(context.Background(), store, []*Stage{s}, Options{Watch: watch})
		if err != nil || strings.Join(seen, " ") != want || steps[0].Version.Notes[0] != "made of 0 inputs" {
			t.Errorf("%v, want %s, %v", seen, want, err)
		}
	}
}

func TestOutside(t *testing.T) {
	y, store := newToys(), newStore(t)
	s := y.stage("candles")
	digest := "one"
	s.Outside = func(any, *data.Seen) ([]data.Input, error) {
		return []data.Input{{Name: "file:a.csv", ID: digest}}, nil
	}
	inner := s.Run
	s.Run = func(t *Task) error {
		if len(t.Outside) != 1 || t.Outside[0].ID != digest {
			return errors.New("other files")
		}
		return inner(t)
	}
	run(t, store, []*Stage{s})
	run(t, store, []*Stage{s})
	y.wantRan(t, "same bytes", "candles")
	digest = "two"
	run(t, store, []*Stage{s})
	y.wantRan(t, "other bytes", "candles")
	s.Outside = func(any, *data.Seen) ([]data.Input, error) { return nil, errors.New("no such file") }
	if _, err := Run(context.Background(), store, []*Stage{s}, Options{}); err == nil || err.Error() != "candles: no such file" {
		t.Errorf("%v", err)
	}
}

func TestEach(t *testing.T) {
	var n atomic.Int64
	if err := Each(context.Background(), 100, func(i int) error { n.Add(int64(i)); return nil }); err != nil || n.Load() != 4950 {
		t.Errorf("%d, %v", n.Load(), err)
	}
	broken := errors.New("broken")
	if err := Each(context.Background(), 100, func(i int) error {
		if i == 3 {
			return broken
		}
		return nil
	}); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestReadOne(t *testing.T) {
	y, store := newToys(), newStore(t)
	candles := y.stage("candles")
	reader := y.stage("reader", candles)
	reader.Run = func(task *Task) error {
		if b, err := task.ReadOne(candles, "candles"); err != nil || b.Rows() != 1 {
			t.Errorf("%v", err)
		}
		if _, err := task.ReadOne(candles, "candles", "x"); err == nil {
			t.Error("a partition value for a table without")
		}
		if _, err := task.ReadOne(candles, "bars"); err == nil {
			t.Error("no such table")
		}
		if _, err := task.ReadFile(candles, "x"); !errors.Is(err, data.ErrNotFound) {
			t.Errorf("%v", err)
		}
		return sum(task, nil)
	}
	run(t, store, []*Stage{reader})
}
