package pipeline

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

func TestSettings(t *testing.T) {
	y := newToys()
	s := y.stage("bars")
	s.Params.(*toyParams).List = []string{"x", "y"}
	for _, c := range []struct {
		set  []string
		want toyParams
	}{
		{nil, toyParams{Deep: toyDeep{1, 2}, List: []string{"x", "y"}}},
		{[]string{"bars.deep.a=7", "bars.add=3"}, toyParams{Add: 3, Deep: toyDeep{7, 2}, List: []string{"x", "y"}}},
		{[]string{`bars.deep={"b":9}`}, toyParams{Deep: toyDeep{1, 9}, List: []string{"x", "y"}}},
		{[]string{`bars.list=["z"]`, "bars.path=a=b.csv"}, toyParams{Deep: toyDeep{1, 2}, List: []string{"z"}, Path: "a=b.csv"}},
		{[]string{"bars.add=1", "bars.add=2"}, toyParams{Add: 2, Deep: toyDeep{1, 2}, List: []string{"x", "y"}}},
	} {
		got, err := s.resolve(settings(t, c.set...))
		if err != nil {
			t.Errorf("%v: %v", c.set, err)
			continue
		}
		if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%v: %s", c.set, diff)
		}
	}
	if diff := cmp.Diff(&toyParams{Deep: toyDeep{1, 2}, List: []string{"x", "y"}}, s.Params); diff != "" {
		t.Errorf("settings changed the defaults: %s", diff)
	}
}

// TestListsAreReplaced sets one field of an element: the others do not keep
// what the default has at that place.
func TestListsAreReplaced(t *testing.T) {
	type params struct {
		Files []toyDeep
		Map   map[string]int
	}
	s := &Stage{Name: "bars", Params: &params{Files: []toyDeep{{1, 2}, {3, 4}}, Map: map[string]int{"a": 1, "b": 2}}}
	got, err := s.resolve(settings(t, `bars.Files=[{"a":9}]`, "bars.Map.b=3"))
	if diff := cmp.Diff(&params{Files: []toyDeep{{9, 0}}, Map: map[string]int{"a": 1, "b": 3}}, got); err != nil || diff != "" {
		t.Errorf("%v, %s", err, diff)
	}
	if _, err := (&Stage{Name: "bars"}).resolve(nil); err == nil {
		t.Error("a stage without parameters")
	}
}

func TestSettingsRefused(t *testing.T) {
	for _, bad := range []string{"", "bars", "bars=1", "bars.=1", ".add=1", "bars..a=1", "=1"} {
		if err := (Settings{}).Set(bad); !errors.Is(err, ErrSetting) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := (Settings{}).Put([]string{"bars"}, 1); !errors.Is(err, ErrSetting) {
		t.Errorf("no parameter: %v", err)
	}
	for _, both := range [][]string{{"bars.deep={}", "bars.deep.a=1"}, {"bars.deep.a=1", "bars.deep={}"}} {
		s := Settings{}
		if err := errors.Join(s.Set(both[0]), s.Set(both[1])); !errors.Is(err, ErrSetting) {
			t.Errorf("%v: %v", both, err)
		}
	}
	y := newToys()
	bars := y.stage("bars")
	bars.Check = func(p any) error {
		if p.(*toyParams).Add < 0 {
			return errors.New("add: less than 0")
		}
		return nil
	}
	for set, want := range map[string]string{
		"bars.no_such=1":   `bars takes {"add":0,`,
		"bars.deep.c=1":    `bars takes {"add":0,`,
		"bars.add=x":       `bars takes {"add":0,`,
		"rods.add=1":       "stages: bars report",
		"bars.add=-1":      "",
		"bars.deep.a.b=-1": `bars takes {"add":0,`,
	} {
		report := y.stage("report", bars)
		_, ran := Run(context.Background(), newStore(t), []*Stage{report}, Options{Settings: settings(t, set)})
		_, planned := Plan(nil, []*Stage{report}, settings(t, set))
		if ran == nil || planned == nil || ran.Error() != planned.Error() {
			t.Errorf("%s: run says %v, plan says %v", set, ran, planned)
			continue
		}
		if !errors.Is(ran, ErrSetting) || !strings.HasPrefix(data.Hint(ran), want) {
			t.Errorf("%s: %v, hint %q, want %q", set, ran, data.Hint(ran), want)
		}
	}
	if _, err := Plan(nil, []*Stage{y.stage("bars"), y.stage("bars")}, nil); err == nil {
		t.Error("two stages of one name")
	}
}
