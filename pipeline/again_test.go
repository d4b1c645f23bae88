package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

// manyParams have a value of every kind that parameters are made of.
type manyParams struct {
	Share   float64            `json:"share"`
	Small   float32            `json:"small"`
	Whole   float64            `json:"whole"`
	Seed    uint64             `json:"seed"`
	Text    string             `json:"text"`
	Numeric string             `json:"numeric"`
	Flag    bool               `json:"flag"`
	List    []float64          `json:"list"`
	Grid    [2][3]float64      `json:"grid"`
	Rows    []manyRow          `json:"rows"`
	Named   map[string]float64 `json:"named"`
	Maybe   *float64           `json:"maybe"`
	Every   data.Interval      `json:"every"`
	Plain   float64
	manyMore
}

type manyRow struct {
	Name string  `json:"name,omitempty"`
	X    float64 `json:"x,omitempty"`
}

type manyMore struct {
	Rate float64 `json:"rate"`
}

// TestRestore goes from parameters to the JSON of a manifest and back.
func TestRestore(t *testing.T) {
	x := 1e300
	want := &manyParams{
		Share: 0.1 + 0.2, Small: 0.1, Whole: 3, Seed: 1<<64 - 1, Text: "0.5", Numeric: "12", Flag: true,
		List: []float64{1e-7, -2, 5e-324}, Grid: [2][3]float64{{0.5, 1, -0.25}}, Rows: []manyRow{{Name: "1.5"}, {X: 1.5}},
		Named: map[string]float64{"a": 0.25, "b": 2}, Maybe: &x, Every: 90 * data.Minute, Plain: 0.75, manyMore: manyMore{0.125},
	}
	recorded, err := data.Canonical(want)
	if err != nil {
		t.Fatal(err)
	}
	s := &Stage{Name: "many", Params: &manyParams{List: []float64{9, 9, 9, 9}, Rows: []manyRow{{"old", 1}, {"old", 2}, {"old", 3}}, Named: map[string]float64{}, Text: "old", Every: data.Minute}}
	got, err := s.restore(recorded)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(manyParams{}, manyMore{})); diff != "" {
		t.Errorf("%s\nbecame (-want +got)\n%s", recorded, diff)
	}
	got, err = s.restore(json.RawMessage(`{"gone":1,"share":"0.5"}`))
	if p := got.(*manyParams); err != nil || p.Share != 0.5 || p.Text != "old" || len(p.List) != 4 {
		t.Errorf("a parameter that is gone, and others that are new: %+v, %v", got, err)
	}
	for _, bad := range []string{`{"share":"much"}`, `{"flag":1}`, `[`, `{"seed":"0.5"}`} {
		if got, err := s.restore(json.RawMessage(bad)); err == nil {
			t.Errorf("%s is read as %+v", bad, got)
		}
	}
}

// again makes a version again in a store that has its inputs only.
func again(t *testing.T, store *data.Store, s *Stage, was *data.Version) (*Again, *data.Version, error) {
	t.Helper()
	a, err := NewAgain(s, was, nil)
	if err != nil {
		return nil, nil, err
	}
	scratch := newStore(t)
	inputs, err := a.Inputs()
	if err != nil {
		return a, nil, err
	}
	for _, in := range inputs {
		v, err := store.Load(in.Name, in.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := scratch.Borrow(store, v); err != nil {
			t.Fatal(err)
		}
	}
	v, err := a.Run(context.Background(), scratch, nil)
	if err == nil {
		if faults := append(scratch.Verify(v), store.Verify(was)...); len(faults) > 0 {
			t.Error(faults)
		}
		if _, err := a.Run(context.Background(), scratch, nil); err == nil || !strings.Contains(err.Error(), "has made that before") {
			t.Errorf("made again from memory: %v", err)
		}
	}
	return a, v, err
}

// TestAgain makes versions again, as they were and with what has changed since.
func TestAgain(t *testing.T) {
	store, y := newStore(t), newToys()
	d := y.diamond()
	steps := run(t, store, d[3:], "left.add=3", "right.add=5", "left.path=here", "report.deep.a=7")
	left, report := steps[1].Version, steps[3].Version
	y.ran()
	for i, s := range d {
		a, v, err := again(t, store, s, steps[i].Version)
		if err != nil || v.ID != steps[i].Version.ID || v.Action != steps[i].Version.Action || len(a.Changed) > 0 {
			t.Errorf("%s: %v, %v, changed %v", s.Name, v, err, a.Changed)
		}
	}
	y.wantRan(t, "again", "candles", "left", "right", "report")

	d[1].Code++
	a, v, err := again(t, store, d[1], left)
	if err != nil || v.ID != left.ID || strings.Join(a.Changed, "; ") != "code 2 today, 1 then" {
		t.Errorf("another code: %v, %v, changed %q", v, err, a.Changed)
	}
	d[1].Check = func(params any) error {
		if params.(*toyParams).Add == 3 {
			return errors.New("no three")
		}
		return nil
	}
	a, v, err = again(t, store, d[1], left)
	if err != nil || v.ID == left.ID || len(a.Changed) != 3 || !strings.Contains(a.Changed[0], "refused") || !strings.HasPrefix(a.Changed[2], `parameters {"add":0,`) {
		t.Errorf("parameters that are refused: %v, %v, changed %q", v, err, a.Changed)
	}

	alone := y.stage("report", d[1])
	if a, v, err = again(t, store, alone, report); err != nil || v.ID == report.ID || strings.Join(a.Changed, "; ") != "right is no longer read" {
		t.Errorf("an input less: %v, %v, changed %q", v, err, a.Changed)
	}
	more := y.stage("report", d[1], d[2], y.stage("new"))
	if _, _, err = again(t, store, more, report); err == nil || !strings.Contains(err.Error(), "reads new today, and it was made without") {
		t.Errorf("an input more: %v", err)
	}
	if _, err := NewAgain(d[0], steps[0].Version, []string{"x"}); err == nil {
		t.Error("a stage that reads no files takes one")
	}
}
