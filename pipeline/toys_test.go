package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"mantis/data"
)

// toyParams are the parameters of every toy stage.
type toyParams struct {
	Add  int64    `json:"add"`
	Deep toyDeep  `json:"deep"`
	List []string `json:"list,omitempty"`
	Path string   `json:"path"` // not part of the action: see Key
}

type toyDeep struct {
	A int64 `json:"a"`
	B int64 `json:"b"`
}

// Key leaves the path out of the action key.
func (p *toyParams) Key() any {
	k := *p
	k.Path = ""
	return k
}

// toys is a set of stages that count their runs.
type toys struct {
	mu   sync.Mutex
	runs map[string]int
}

func (y *toys) count(name string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.runs[name]++
}

// ran are the stages that ran since the last call.
func (y *toys) ran() map[string]int {
	y.mu.Lock()
	defer y.mu.Unlock()
	out := y.runs
	y.runs = map[string]int{}
	return out
}

func newToys() *toys { return &toys{runs: map[string]int{}} }

func toySchema(table string) data.Schema {
	return data.Schema{Table: table, Fields: []data.Field{{Name: "x", Type: data.Int}}}
}

// stage is a toy: the sum of the only values of its inputs, plus its own.
func (y *toys) stage(name string, inputs ...*Stage) *Stage {
	s := &Stage{Name: name, Doc: "a toy", Code: 1, Inputs: inputs, Params: &toyParams{Deep: toyDeep{A: 1, B: 2}}}
	s.Run = func(t *Task) error {
		y.count(name)
		return sum(t, inputs)
	}
	return s
}

func sum(t *Task, inputs []*Stage) error {
	x := t.Params.(*toyParams).Add
	for _, in := range inputs {
		b, err := t.ReadOne(in, in.Name)
		if err != nil {
			return err
		}
		v, err := b.Ints("x")
		if err != nil {
			return err
		}
		x += v[0]
	}
	b, err := data.NewBatch(toySchema(t.stage.Name), []int64{x})
	if err != nil {
		return err
	}
	return t.Put(b)
}

func newStore(t testing.TB) *data.Store {
	t.Helper()
	s, err := data.Create(filepath.Join(t.TempDir(), "lake"))
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	return s
}

// run runs the targets under settings like "bars.add=3".
func run(t testing.TB, store *data.Store, targets []*Stage, set ...string) []Step {
	t.Helper()
	steps, err := Run(context.Background(), store, targets, Options{Settings: settings(t, set...)})
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func settings(t testing.TB, set ...string) Settings {
	t.Helper()
	s := Settings{}
	for _, one := range set {
		if err := s.Set(one); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// diamond is candles, two stages that read it, and one that reads both.
func (y *toys) diamond() []*Stage {
	candles := y.stage("candles")
	left, right := y.stage("left", candles), y.stage("right", candles)
	return []*Stage{candles, left, right, y.stage("report", left, right)}
}

// wantRan holds what ran since the last time against the names.
func (y *toys) wantRan(t testing.TB, why string, names ...string) {
	t.Helper()
	got := y.ran()
	want := map[string]int{}
	for _, n := range names {
		want[n] = 1
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: ran %v, want %v", why, got, want)
	}
}
